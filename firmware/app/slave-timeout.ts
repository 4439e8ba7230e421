/** Nobody is given less: timers, adapters and a busy chip take some milliseconds of their own. */
export const leastTimeoutMs = 20;
/** Beyond its usual latency a slave gets at least this much more. */
const leastMarginMs = 20;

/**
 * How long one slave is waited for: its smoothed latency and four mean deviations (RFC 6298, 2), yet twice its latency
 * and never less than 20 ms, and never more than the time-out of its settings, which it begins with. Each miss
 * doubles it (5.5), so a slave that became slower is heard again. Answers to repeated questions do not count: nobody
 * knows which question they answer (3, Karn's algorithm).
 */
export class SlaveTimeout {
  readonly mostMs: number;
  #smoothedMs: number | undefined;
  #deviationMs = 0;
  #nowMs: number;

  constructor(mostMs: number) {
    this.mostMs = mostMs;
    this.#nowMs = mostMs;
  }

  get ms(): number {
    return this.#nowMs;
  }

  /** An answer to a question that was asked once; without the time that it takes on the wire. */
  answered(latencyMs: number): void {
    if (this.#smoothedMs === undefined) {
      this.#smoothedMs = latencyMs;
      this.#deviationMs = latencyMs / 2;
    } else {
      this.#deviationMs += (Math.abs(this.#smoothedMs - latencyMs) - this.#deviationMs) / 4;
      this.#smoothedMs += (latencyMs - this.#smoothedMs) / 8;
    }
    const marginMs = Math.max(4 * this.#deviationMs, this.#smoothedMs, leastMarginMs);
    this.#nowMs = Math.min(Math.max(this.#smoothedMs + marginMs, leastTimeoutMs), this.mostMs);
  }

  missed(): void {
    this.#nowMs = Math.min(this.#nowMs * 2, this.mostMs);
  }
}
