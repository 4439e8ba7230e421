/**
 * How long to wait before the next try: from `firstMs`, doubled each time up to `mostMs`. Each wait is drawn
 * from the upper half of its step, so that a hundred gateways that lost the same host do not come back at once.
 */
export class Backoff {
  readonly #firstMs: number;
  readonly #mostMs: number;
  readonly #unit: () => number;
  #stepMs: number;

  /** `unit` gives a random number from 0 up to, not including, 1. */
  constructor(firstMs: number, mostMs: number, unit: () => number) {
    this.#firstMs = firstMs;
    this.#mostMs = mostMs;
    this.#unit = unit;
    this.#stepMs = firstMs;
  }

  /** Milliseconds to wait now. */
  next(): number {
    const stepMs = this.#stepMs;
    this.#stepMs = Math.min(stepMs * 2, this.#mostMs);
    return stepMs * (0.5 + this.#unit() / 2);
  }

  /** It went well: the next wait is a short one again. */
  reset(): void {
    this.#stepMs = this.#firstMs;
  }
}
