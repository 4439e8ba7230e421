import type { MeterSink } from '#app/source.ts';
import type { WindowRecord } from '#core/wire/records.ts';
import type { Cancel, TimePort } from '#ports';
import { type Fault, fault } from '../../faults/fault.ts';
import { type HttpSettings, usualEveryS } from './settings.ts';

/** Intervals without a word after which a sender counts as silent. */
const graceIntervals = 3;
/** What is no older than this may have come as fast as it can. */
const leastPastMs = 60_000;
/** After a machine slept: the rest is told with the next look. */
const windowsAtOnce = 1000;
/** Further from now than this, the machine was off or its clock was set: nobody listened, so nobody was silent. */
const mostS = 86_400;

export interface SilenceOptions {
  readonly time: TimePort;
  readonly sinks: ReadonlyMap<string, MeterSink>;
  readonly meters: HttpSettings['meters'];
  readonly hasValues: (meter: string, windowS: number, startS: number) => boolean;
  readonly put: (windows: readonly WindowRecord[]) => Promise<void>;
}

interface Watched {
  readonly id: string;
  readonly everyS: number;
  readonly graceMs: number;
  /** When it said anything that was news. */
  spokeTicksMs: number;
  /** When it said something of now. */
  heardTicksMs: number;
  hasSpoken: boolean;
  /** Start of the first window of which nothing was told yet, s. */
  nextS: number;
}

/** Tells windows that no value came for, once a sender had three intervals for it. What comes later mends them. */
export class SilenceWatch {
  readonly #options: SilenceOptions;
  readonly #watched: Watched[] = [];
  #cancels: Cancel[] = [];
  /** What came last that was nothing of now. */
  #past: { readonly ticksMs: number; readonly ageMs: number } | undefined;

  constructor(options: SilenceOptions) {
    this.#options = options;
    for (const { id, everyS = usualEveryS, sendsEveryS = 0 } of options.meters) {
      const graceMs = graceIntervals * Math.max(everyS, sendsEveryS) * 1000;
      this.#watched.push({
        id,
        everyS,
        graceMs,
        spokeTicksMs: 0,
        heardTicksMs: 0,
        hasSpoken: false,
        nextS: 0,
      });
    }
  }

  start(): void {
    const { time } = this.#options;
    for (const [index, watched] of this.#watched.entries()) {
      watched.spokeTicksMs = watched.heardTicksMs = time.ticksMs();
      // The window under way began without this.
      watched.nextS = Math.ceil((time.wallMs() ?? 0) / 1000 / watched.everyS) * watched.everyS;
      const look = () => {
        this.#cancels[index] = time.after(watched.everyS * 1000, look);
        this.#look(watched);
      };
      this.#cancels[index] = time.after(watched.everyS * 1000, look);
    }
  }

  stop(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels = [];
  }

  /** The newest of what came; older than a sender has time to send it, it is nothing of now: such as where its clock is behind. */
  heard(meter: string, ageMs: number): void {
    const watched = this.#watched.find(({ id }) => id === meter);
    if (watched === undefined) return;
    watched.hasSpoken = true;
    watched.spokeTicksMs = this.#options.time.ticksMs();
    if (ageMs > Math.max(watched.graceMs, leastPastMs)) this.heardPast(ageMs);
    else watched.heardTicksMs = watched.spokeTicksMs;
  }

  /** Older than what had come before: nothing of now. */
  heardPast(ageMs: number): void {
    this.#past = { ticksMs: this.#options.time.ticksMs(), ageMs };
  }

  /** Why nothing is heard, where that is so of all. */
  fault(): Fault | undefined {
    const { time } = this.#options;
    const isHeard = this.#watched.some(
      ({ heardTicksMs, graceMs }) => time.ticksMs() - heardTicksMs <= graceMs,
    );
    if (isHeard) return undefined;
    const past = this.#past;
    const graceMs = Math.max(...this.#watched.map(each => each.graceMs));
    if (past !== undefined && time.ticksMs() - past.ticksMs <= graceMs)
      return fault('sender.past', { minutes: Math.floor(past.ageMs / 60_000) });
    return fault(this.#watched.some(({ hasSpoken }) => hasSpoken) ? 'sender.silent' : 'sender.never', {});
  }

  #look(watched: Watched): void {
    const { time, sinks, hasValues, put } = this.#options;
    const { id, everyS, graceMs } = watched;
    if (time.ticksMs() - watched.spokeTicksMs > graceMs) sinks.get(id)?.failed(time.ticksMs(), 'timeout');
    const windows: WindowRecord[] = [];
    const nowS = (time.wallMs() ?? 0) / 1000;
    const endS = nowS - graceMs / 1000;
    if (watched.nextS < endS - mostS || watched.nextS > nowS + mostS)
      watched.nextS = Math.ceil(nowS / everyS) * everyS;
    for (; watched.nextS + everyS <= endS && windows.length < windowsAtOnce; watched.nextS += everyS) {
      if (hasValues(id, everyS, watched.nextS)) continue;
      windows.push({
        meter: id,
        startMs: watched.nextS * 1000,
        windowS: everyS,
        clock: 'synced',
        values: [],
        failures: [{ reason: 'timeout', count: 1 }],
      });
    }
    // Where it cannot be told, the ledger has it as not received.
    if (windows.length > 0) put(windows).catch(() => {});
  }
}
