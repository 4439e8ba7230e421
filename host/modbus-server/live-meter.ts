import type { QuantityId } from '#core/quantities.ts';
import type { TimePort } from '#ports';
import type { LiveValues } from '../events.ts';
import type { MeterNow } from './answer.ts';

/** What is told of a value that was sampled with the newest: no more than this before it (`firmware/app/live.ts`). */
const sameSampleMs = 1000;

interface Known {
  readonly value: number;
  /** By the monotonic clock, at the earliest: never later than it was. */
  readonly sampledTicksMs: number;
}

/**
 * The newest live values of a meter and how old they are at most. The age is that of the arrival by this host's monotonic
 * clock, or that of the gateway's time stamp where it is more: neither a message that was long on its way nor a clock that is
 * set makes a value younger. A gateway whose clock is ahead has no say in it.
 */
export class LiveMeter {
  readonly #time: TimePort;
  readonly #oldestMs: number;
  /** What the meter is known to measure. */
  readonly #series: () => ReadonlySet<string>;
  readonly #values = new Map<string, Known>();
  #newestTicksMs: number | undefined;
  #firstTicksMs: number | undefined;

  constructor(time: TimePort, oldestMs: number, series: () => ReadonlySet<string>) {
    this.#time = time;
    this.#oldestMs = oldestMs;
    this.#series = series;
  }

  take({ atMs, values, agesMs = {} }: LiveValues): void {
    const ticksMs = this.#time.ticksMs();
    this.#firstTicksMs ??= ticksMs;
    const lateMs = Math.max(0, (this.#time.wallMs() ?? atMs) - atMs);
    const newestTicksMs = ticksMs - lateMs;
    this.#newestTicksMs = Math.max(newestTicksMs, this.#newestTicksMs ?? Number.NEGATIVE_INFINITY);
    for (const [quantity, value] of Object.entries(values)) {
      const sampledTicksMs = newestTicksMs - (agesMs[quantity] ?? sameSampleMs);
      const known = this.#values.get(quantity);
      if (known === undefined || known.sampledTicksMs <= sampledTicksMs)
        this.#values.set(quantity, { value, sampledTicksMs });
    }
  }

  /** Age of the newest sample, ms; undefined before the first. */
  get ageMs(): number | undefined {
    return this.#newestTicksMs === undefined ? undefined : this.#time.ticksMs() - this.#newestTicksMs;
  }

  now(): MeterNow {
    const ticksMs = this.#time.ticksMs();
    const { ageMs } = this;
    return {
      isAway: ageMs === undefined || ageMs > this.#oldestMs,
      valueOf: (quantity: QuantityId, paceMs: number) => {
        const known = this.#values.get(quantity);
        if (known === undefined) {
          // It may be announced and never come. What came once and does not any more stays refused.
          const isDue = ticksMs - (this.#firstTicksMs ?? ticksMs) <= this.#oldestMs + paceMs;
          return isDue && this.#series().has(quantity) ? 'old' : 'none';
        }
        return ticksMs - known.sampledTicksMs <= this.#oldestMs + paceMs ? known.value : 'old';
      },
    };
  }
}
