import type { Cancel, TimePort } from '../ports.ts';

/** How often the wall clock is compared with the ticks. */
const checkMs = 1000;

/** A change of the wall clock against the ticks from here on is a jump; below it is drift, followed silently. */
export const jumpMs = 1000;

/** A step forward from here on is not believed at once: the clock may be wrong now and right again soon. */
const leapMs = 5 * 60_000;
/** So long: a time server is asked each hour, and says then what is right. */
const doubtMs = 90 * 60_000;
/** So many servers that agree are believed at once. */
const enoughAgreeing = 2;

/** A clock that shows anything else is not set: 1970 after a power cut, 2106 where 32 bits ran over. */
const earliestMs = Date.UTC(2020, 0);
const latestMs = Date.UTC(2100, 0);

export interface ClockListener {
  /** The wall clock is known for the first time since the start. */
  synced(ticksMs: number): void;
  /** The wall clock was set forward (positive) or back by a second or more. */
  jumped(ticksMs: number, byMs: number): void;
}

/**
 * Wall time as ticks and an offset. Measuring goes by the ticks alone; the offset says where they stand in UTC.
 * Once known, wall time goes on with the ticks even where the port forgets it.
 */
export class Clock {
  /** Jumps since the start. */
  jumps = 0;
  /** UTC minus ticks, or undefined before the first synchronisation. */
  offsetMs: number | undefined;
  readonly #time: TimePort;
  readonly #listener: ClockListener;
  #cancel: Cancel | undefined;
  /** How far it leapt forward without being believed, and until when that is in doubt. */
  #leapMs = 0;
  #doubtUntilTicksMs = 0;

  constructor(time: TimePort, listener: ClockListener) {
    this.#time = time;
    this.#listener = listener;
  }

  start(): void {
    this.check();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  ticksMs(): number {
    return this.#time.ticksMs();
  }

  /** UTC milliseconds, whole, as messages carry them; undefined before the first synchronisation. */
  wallMs(): number | undefined {
    return this.wallOf(this.#time.ticksMs());
  }

  wallOf(ticksMs: number): number | undefined {
    return this.offsetMs === undefined ? undefined : Math.round(ticksMs + this.offsetMs);
  }

  /** Where the time comes from and how old that is, for health. */
  source(): { readonly server: string; readonly agreeing: number; readonly ageS: number } | undefined {
    const source = this.#time.source?.();
    if (source === undefined) return undefined;
    const ageS = Math.floor((this.#time.ticksMs() - source.atTicksMs) / 1000);
    return { server: source.server, agreeing: source.agreeing, ageS };
  }

  /**
   * Whether what it shows may be taken back: it leapt ahead lately, has not come back, and no two servers agree on it. A
   * counter's reading with such a date would be counted again when the time of that date comes.
   */
  get isInDoubt(): boolean {
    if (this.#leapMs < leapMs || this.#time.ticksMs() >= this.#doubtUntilTicksMs) return false;
    return (this.#time.source?.()?.agreeing ?? 0) < enoughAgreeing;
  }

  after(delayMs: number, callback: () => void): Cancel {
    return this.#time.after(delayMs, callback);
  }

  private check(): void {
    this.#cancel = this.#time.after(checkMs, () => this.check());
    const ticksMs = this.#time.ticksMs();
    const wallMs = this.#time.wallMs();
    if (wallMs === undefined || wallMs < earliestMs || wallMs >= latestMs) return;
    const before = this.offsetMs;
    this.offsetMs = wallMs - ticksMs;
    if (before === undefined) {
      this.#listener.synced(ticksMs);
      return;
    }
    const byMs = this.offsetMs - before;
    if (Math.abs(byMs) < jumpMs) return;
    this.jumps++;
    if (ticksMs >= this.#doubtUntilTicksMs) this.#leapMs = 0;
    this.#leapMs += byMs;
    if (byMs >= leapMs) this.#doubtUntilTicksMs = ticksMs + doubtMs;
    this.#listener.jumped(ticksMs, byMs);
  }
}
