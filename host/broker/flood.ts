import { brokerLimits } from './limits.ts';

export interface FloodLimit {
  readonly perSecond: number;
  readonly burst: number;
  /** A message counts as one more for each so many bytes. */
  readonly bytesAtOne: number;
}

/**
 * How much each gateway may send: `burst` at once, `perSecond` for long. A large message counts as several, for its
 * bytes must be read. What is refused of the records comes again from the gateway's journal.
 */
export class Flood {
  readonly #nowMs: () => number;
  readonly #limit: FloodLimit;
  readonly #buckets = new Map<string, { left: number; atMs: number; isDry: boolean }>();

  /** `nowMs` is monotonic. */
  constructor(nowMs: () => number, limit: FloodLimit = brokerLimits.flood) {
    this.#nowMs = nowMs;
    this.#limit = limit;
  }

  /** Whether the message may pass; `refusedFirst` is the one to be told of. */
  take(gateway: string, bytes: number): 'passed' | 'refusedFirst' | 'refused' {
    const { perSecond, burst, bytesAtOne } = this.#limit;
    const nowMs = this.#nowMs();
    let bucket = this.#buckets.get(gateway);
    if (bucket === undefined) {
      bucket = { left: burst, atMs: nowMs, isDry: false };
      this.#buckets.set(gateway, bucket);
    }
    bucket.left = Math.min(burst, bucket.left + ((nowMs - bucket.atMs) * perSecond) / 1000);
    bucket.atMs = nowMs;
    const cost = 1 + Math.floor(bytes / bytesAtOne);
    if (bucket.left >= cost) {
      bucket.left -= cost;
      // Told once more only after it has been well for a while: half a burst.
      if (bucket.left > burst / 2) bucket.isDry = false;
      return 'passed';
    }
    if (bucket.isDry) return 'refused';
    bucket.isDry = true;
    return 'refusedFirst';
  }

  has(gateway: string): boolean {
    return this.#buckets.has(gateway);
  }

  /** How many gateways were ever heard. */
  get size(): number {
    return this.#buckets.size;
  }
}
