import type { Message } from '../core/wire/messages.ts';
import type { Cancel } from '../ports.ts';
import type { Clock } from './clock.ts';
import type { Meter } from './meter.ts';

/** Meters of a line answer one behind the other: what comes within this is told together. */
const gatherMs = 25;
/** One meter is told no more often, however fast it is sampled. A sample may come in two or three reads. */
const leastMs = 100;
/** So many meters to a message: it stays under the largest packet even where each has all series it may have. */
const metersPerMessage = 4;
/** What was sampled longer than this before the newest value of its meter is told with its age. */
const sameSampleMs = 1000;

export interface LiveOptions {
  readonly clock: Clock;
  readonly meters: () => Iterable<Meter>;
  readonly publish: (channel: 'live', message: Message<'live'>) => void;
}

/**
 * Newest values, as they are sampled, for as long as somebody asked. Only meters with a sample since the last time are in
 * it, and of those only values that are fresh: sampled within three of the meter's intervals, or its window.
 */
export class Live {
  readonly #options: LiveOptions;
  #untilTicksMs = Number.NEGATIVE_INFINITY;
  /** For each meter the instant of the newest sample that was told. */
  #told: Map<string, number> | undefined;
  #cancel: Cancel | undefined;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  /** Goes on for so many seconds from now. */
  ask(seconds: number): void {
    const { clock } = this.#options;
    this.#untilTicksMs = clock.ticksMs() + seconds * 1000;
    this.tell();
  }

  /** A meter has a new sample. While nobody asks, nothing comes of it. */
  sampled(): void {
    if (this.#untilTicksMs === Number.NEGATIVE_INFINITY) return;
    this.tellAfter(gatherMs);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#untilTicksMs = Number.NEGATIVE_INFINITY;
    this.#told = undefined;
  }

  private tellAfter(delayMs: number): void {
    this.#cancel ??= this.#options.clock.after(delayMs, () => this.tell());
  }

  private tell(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const ticksMs = this.#options.clock.ticksMs();
    if (ticksMs > this.#untilTicksMs) {
      this.stop();
      return;
    }
    const newest = Object.entries(this.newest(ticksMs));
    for (let from = 0; from < newest.length; from += metersPerMessage) {
      const meters = Object.fromEntries(newest.slice(from, from + metersPerMessage));
      this.#options.publish('live', { v: 1, meters });
    }
  }

  private newest(ticksMs: number): Message<'live'>['meters'] {
    const { clock } = this.#options;
    const newest: Record<string, Message<'live'>['meters'][string]> = {};
    for (const meter of this.#options.meters()) {
      const { newestTicksMs } = meter;
      const toldTicksMs = this.#told?.get(meter.id);
      if (newestTicksMs === undefined || toldTicksMs === newestTicksMs) continue;
      if (toldTicksMs !== undefined && ticksMs - toldTicksMs < leastMs) {
        // It may be a later read of the same sample, and the next sample far away.
        this.tellAfter(toldTicksMs + leastMs + gatherMs - ticksMs);
        continue;
      }
      const atMs = clock.wallOf(newestTicksMs);
      // Before the clock is known a value has no time that could be told.
      if (atMs === undefined) continue;
      this.#told ??= new Map();
      this.#told.set(meter.id, newestTicksMs);
      const values: Record<string, number> = {};
      const sinceMs = ticksMs - Math.max(3 * meter.sampleMs, meter.windowMs);
      let agesMs: Record<string, number> | undefined;
      meter.latest((quantity, value, sampledMs) => {
        if (sampledMs < sinceMs) return;
        values[quantity] = value;
        if (newestTicksMs - sampledMs <= sameSampleMs) return;
        agesMs ??= {};
        agesMs[quantity] = Math.round(newestTicksMs - sampledMs);
      });
      newest[meter.id] = agesMs === undefined ? { atMs, values } : { atMs, values, agesMs };
    }
    return newest;
  }
}
