import type { QuantityId } from '#core/quantities.ts';
import type { TimePort } from '#ports';
import type { LiveValues } from '../events.ts';
import type { MeterNow } from './answer.ts';

/** What is told of a value that was sampled with the newest: no more than this before it (`firmware/app/live.ts`). */
const sameSampleMs = 1000;

/** Wall and monotonic clock drift apart by less than this between two looks, unless one was set or the machine slept. */
const leapMs = 1000;

interface Known {
  readonly value: number;
  /** By the monotonic clock, at the earliest: never later than it was. */
  readonly sampledTicksMs: number;
}

/**
 * The newest live values of a meter and how old they are at most. The age is that of the arrival by this host's monotonic
 * clock, or that of the gateway's time stamp where it is more: neither a message that was long on its way nor a clock that is
 * set makes a value younger. A gateway whose clock is ahead has no say in it. While a machine sleeps its monotonic clock stands
 * still: where the wall clock leaps ahead of it, so much time is taken to have gone by.
 */
export class LiveMeter {
  readonly #time: TimePort;
  readonly #oldestMs: number;
  /** What the meter is known to measure. */
  readonly #series: () => ReadonlySet<string>;
  readonly #values = new Map<string, Known>();
  #newestTicksMs: number | undefined;
  #firstTicksMs: number | undefined;
  /** How far the wall clock was ahead of the monotonic one, and what it leapt since. */
  #aheadMs: number | undefined;
  #leaptMs = 0;

  constructor(time: TimePort, oldestMs: number, series: () => ReadonlySet<string>) {
    this.#time = time;
    this.#oldestMs = oldestMs;
    this.#series = series;
  }

  take({ atMs, values, agesMs = {} }: LiveValues): void {
    const ticksMs = this.#ticksMs();
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
    return this.#newestTicksMs === undefined ? undefined : this.#ticksMs() - this.#newestTicksMs;
  }

  /** Age of what was told of a quantity last, ms; undefined where nothing ever was. */
  ageOf(quantity: QuantityId): number | undefined {
    const known = this.#values.get(quantity);
    return known && this.#ticksMs() - known.sampledTicksMs;
  }

  now(): MeterNow {
    const ticksMs = this.#ticksMs();
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

  /** Never less than went by. */
  #ticksMs(): number {
    const ticksMs = this.#time.ticksMs();
    const aheadMs = (this.#time.wallMs() ?? ticksMs) - ticksMs;
    const moreMs = aheadMs - (this.#aheadMs ?? aheadMs);
    if (moreMs > leapMs) this.#leaptMs += moreMs;
    if (this.#aheadMs === undefined || moreMs < 0 || moreMs > leapMs) this.#aheadMs = aheadMs;
    return ticksMs + this.#leaptMs;
  }
}
