import type { MeterSink } from '#app/source.ts';
import { isPlausible, type QuantityId, quantities } from '#core/quantities.ts';
import type { WindowRecord, WindowValue } from '#core/wire/records.ts';
import { type Fault, fault } from '../../faults/fault.ts';
import { type ConnectorSource, NotTakenNow, type SourceOptions } from '../connector.ts';
import type { Disk } from './disk-windows.ts';
import { ingestLimits } from './limits.ts';
import { LineMap } from './map-lines.ts';
import { NotNow } from './not-now.ts';
import type { Reading } from './reading.ts';
import { type HttpSettings, usualEveryS } from './settings.ts';
import { SilenceWatch } from './silence.ts';
import type { Held, HeldWindow, TakenWindows } from './taken.ts';
import { type SentWindow, textOfValue, windowsOf } from './windows.ts';

/** What became of the values of one request: each interval of a meter and quantity counts once. */
export interface Taking {
  readonly stored: number;
  /** Were there already, and the same. */
  readonly repeated: number;
  /** Another value of that interval was there already, and stays. */
  readonly notStored: number;
}

/** What becomes of a request, and what it waits for. */
interface Placed {
  readonly taking: Taking;
  readonly waits: ReadonlySet<Promise<void>>;
}

/** How long a problem is told after it was seen last. */
const toldMs = 600_000;

/** What receives for one connector: stores windows by the senders' own times, each of them once. */
export class HttpReceiver implements ConnectorSource {
  readonly map: LineMap;
  readonly passesOver: boolean;
  readonly #options: SourceOptions<HttpSettings>;
  readonly #taken: TakenWindows;
  readonly #everyS: ReadonlyMap<string, number>;
  readonly #silence: SilenceWatch;
  readonly #counts = {
    requests: 0,
    stored: 0,
    repeated: 0,
    notStored: 0,
    refused: 0,
    passedOver: 0,
    putOff: 0,
  };
  readonly #newestMs = new Map<string, number>();
  #problem: { readonly why: Fault; readonly ticksMs: number } | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** `taken` outlives the receiver, where its settings change while values are on their way to the disk. */
  constructor(options: SourceOptions<HttpSettings>, taken: TakenWindows) {
    this.#options = options;
    this.#taken = taken;
    const { settings, time, sinks, store } = options;
    this.map = new LineMap(settings);
    this.passesOver = settings.passesOver === true;
    this.#everyS = new Map(settings.meters.map(({ id, everyS = usualEveryS }) => [id, everyS]));
    this.#silence = new SilenceWatch({
      time,
      sinks,
      meters: settings.meters,
      hasValues: (meter, windowS, startS) => (taken.of(meter, windowS, startS)?.size ?? 0) > 0,
      put: windows => store.put(windows),
    });
  }

  start(): void {
    if (this.#options.isProbe !== true) this.#silence.start();
  }

  stop(): void {
    this.#silence.stop();
  }

  counters(): Readonly<Record<string, number>> {
    return { ...this.#counts };
  }

  fault(): Fault | undefined {
    const problem = this.#problem;
    const isTold = problem !== undefined && this.#options.time.ticksMs() - problem.ticksMs < toldMs;
    return isTold ? problem.why : this.#silence.fault();
  }

  get nowMs(): number {
    return this.#options.time.wallMs() ?? 0;
  }

  /** Why it cannot be stored; undefined where it can. */
  mistakeOf({ meter, quantity, value, atMs }: Reading, keptFromMs: number): string | undefined {
    if (!this.#everyS.has(meter))
      return `there is no meter ${meter.slice(0, 64)}; allowed are ${[...this.#everyS.keys()].join(', ')}`;
    const { min, max, unit } = quantities[quantity];
    if (!isPlausible(quantity, value)) return `${quantity} of ${value} ${unit}; ${min} to ${max} is allowed`;
    if (atMs > this.nowMs + ingestLimits.aheadMs)
      return `${timeText(atMs)} is ahead of this host, where it is ${timeText(this.nowMs)}: see the sender’s clock and its precision`;
    if (atMs < keptFromMs)
      return `${timeText(atMs)} is before ${timeText(keptFromMs)}, of which nothing is kept any more: where it is newer, see the sender’s clock and its precision`;
    return undefined;
  }

  /** Something was refused: counted, and told for a while. */
  refused(count: number, said: string): void {
    this.#counts.refused += count;
    this.#tell(
      'refused',
      fault('sender.refused', { count, said }, `${count} of what was sent were refused: ${said}`),
    );
  }

  passedOver(count: number): void {
    this.#counts.passedOver += count;
  }

  /** Shows them, newest of each meter alone, and stores nothing. What was measured before is shown as of then, and not of now. */
  show(readings: readonly Reading[]): void {
    const { time } = this.#options;
    const ticksMs = time.ticksMs();
    const nowMs = time.wallMs();
    for (const [meter, sink] of this.#options.sinks) {
      const own = readings.filter(reading => reading.meter === meter);
      const newestMs = own.reduce((newest, { atMs }) => Math.max(newest, atMs), Number.NEGATIVE_INFINITY);
      if (own.length === 0) continue;
      const ageMs = Math.max(0, (nowMs ?? newestMs) - newestMs);
      if (newestMs < (this.#newestMs.get(meter) ?? Number.NEGATIVE_INFINITY)) {
        this.#silence.heardPast(ageMs);
        continue;
      }
      this.#newestMs.set(meter, newestMs);
      this.#silence.heard(meter, ageMs);
      showIn(
        sink,
        ticksMs - ageMs,
        own.filter(({ atMs }) => atMs === newestMs),
      );
    }
  }

  /**
   * Stores readings without mistakes; on disk when it resolves, also those that another request brought.
   * @throws NotNow where that cannot be; the same may then be sent again
   */
  async take(readings: readonly Reading[], disk: Disk, isDrained: () => boolean): Promise<Taking> {
    if (this.#waiting >= ingestLimits.requests) throw this.#putOff('tooMany', 'too many requests wait');
    this.#waiting++;
    try {
      const windows = windowsOf(readings, meter => this.#everyS.get(meter) ?? usualEveryS);
      const { taking, waits } = await this.#placed(windows, disk, isDrained);
      await this.#inTime(Promise.all(waits));
      this.#counts.requests++;
      this.#counts.stored += taking.stored;
      this.#counts.repeated += taking.repeated;
      this.#counts.notStored += taking.notStored;
      if (taking.notStored > 0)
        this.#tell('notStored', fault('sender.notStored', { count: taking.notStored }));
      this.show(readings);
      return taking;
    } finally {
      this.#waiting--;
    }
  }

  /** Once no import is being written over them; again where one began while it was looked what is there. */
  async #placed(windows: readonly SentWindow[], disk: Disk, isDrained: () => boolean): Promise<Placed> {
    const over = () => disk.importOver(windows);
    for (;;) {
      for (let ended = over(); ended !== undefined; ended = over()) await this.#inTime(ended);
      const turn = this.#turn.then(() =>
        over() === undefined ? this.#place(windows, disk, isDrained) : undefined,
      );
      this.#turn = turn.catch(() => {});
      const placed = await turn;
      if (placed !== undefined) return placed;
    }
  }

  /** Undefined where an import began meanwhile. */
  async #place(
    windows: readonly SentWindow[],
    disk: Disk,
    isDrained: () => boolean,
  ): Promise<Placed | undefined> {
    const { begun } = disk.gate;
    // Not while it is looked at: what is known to be there would be forgotten, and stored again.
    this.#taken.trim();
    const changesByFiles = disk.changesByFiles();
    await this.#heed(windows, changesByFiles);
    await this.#look(windows, disk, changesByFiles, isDrained);
    if (disk.gate.begun !== begun) return undefined;
    const waits = new Set<Promise<void>>();
    const records: WindowRecord[] = [];
    const fresh: {
      readonly held: Map<QuantityId, Held>;
      readonly quantity: QuantityId;
      readonly text: string;
    }[] = [];
    let [repeated, notStored] = [0, 0];
    for (const { meter, startS, windowS, values } of windows) {
      // It was looked for.
      const held = this.#taken.of(meter, windowS, startS) as HeldWindow;
      const added: WindowValue[] = [];
      for (const [quantity, value] of values) {
        const text = textOfValue(quantity, value);
        const before = held.get(quantity);
        if (before === undefined) {
          added.push(value);
          fresh.push({ held, quantity, text });
          continue;
        }
        if (before.text === text) repeated++;
        else notStored++;
        if (before.waiting !== undefined) waits.add(before.waiting);
      }
      if (added.length > 0)
        records.push({
          meter,
          startMs: startS * 1000,
          windowS,
          clock: 'synced',
          values: added,
          failures: [],
        });
    }
    if (records.length > 0) {
      const stored = this.#put(records, fresh);
      disk.gate.waitFor(stored);
      waits.add(stored);
    }
    return { taking: { stored: fresh.length, repeated, notStored }, waits };
  }

  /** What files brought or took is on disk: of windows that are asked for anew all is to be there that is on its way. */
  async #heed(windows: readonly SentWindow[], changesByFiles: number | undefined): Promise<void> {
    const waits = windows
      .filter(({ meter, startS, windowS }) => !this.#taken.isCurrent(meter, windowS, startS, changesByFiles))
      .flatMap(({ meter, startS, windowS }) => [...(this.#taken.of(meter, windowS, startS)?.values() ?? [])])
      .flatMap(({ waiting }) => waiting ?? []);
    if (waits.length > 0) await this.#inTime(Promise.allSettled(waits));
  }

  /** Learns of each window what is on disk, where that is not known. */
  async #look(
    windows: readonly SentWindow[],
    disk: Disk,
    changesByFiles: number | undefined,
    isDrained: () => boolean,
  ): Promise<void> {
    const asked = new Map<string, SentWindow[]>();
    const endS = new Map<string, number>();
    let isDoubted = false;
    for (const window of windows) {
      const { meter, startS, windowS } = window;
      const held = this.#taken.of(meter, windowS, startS);
      const isInDoubt = held !== undefined && [...held.values()].some(each => each.isInDoubt === true);
      if (!isInDoubt && this.#taken.isCurrent(meter, windowS, startS, changesByFiles)) continue;
      const reachedS = endS.get(meter) ?? disk.endS(meter);
      endS.set(meter, reachedS);
      if (isInDoubt) isDoubted = true;
      else if (startS >= reachedS) {
        this.#taken.learn(meter, windowS, startS, new Map(), changesByFiles);
        continue;
      }
      const own = asked.get(meter);
      if (own === undefined) asked.set(meter, [window]);
      else own.push(window);
    }
    // What went to the store and may be on its way still, would be stored twice.
    if (isDoubted && !isDrained()) throw this.#putOff('waiting', 'what was sent before is on its way');
    for (const [meter, own] of asked) {
      const windowS = own[0]?.windowS ?? usualEveryS;
      const found = await disk.windows(
        meter,
        windowS,
        own.map(({ startS }) => startS),
      );
      for (const { startS } of own)
        this.#taken.learn(meter, windowS, startS, found.get(startS) ?? new Map(), changesByFiles);
    }
  }

  /** Gives them to the store; rejects with NotNow where they are not known to be on disk. */
  #put(
    records: readonly WindowRecord[],
    fresh: readonly {
      readonly held: Map<QuantityId, Held>;
      readonly quantity: QuantityId;
      readonly text: string;
    }[],
  ): Promise<void> {
    const waiting = this.#options.store.put(records).then(
      () => {
        for (const { held, quantity, text } of fresh) held.set(quantity, { text });
      },
      error => {
        for (const { held, quantity, text } of fresh) {
          if (error instanceof NotTakenNow) held.delete(quantity);
          else held.set(quantity, { text, isInDoubt: true });
        }
        throw this.#putOff('waiting', String(error));
      },
    );
    for (const { held, quantity, text } of fresh) held.set(quantity, { text, waiting });
    return waiting;
  }

  async #inTime(stored: Promise<unknown>): Promise<void> {
    let cancel = () => {};
    const late = new Promise<never>((_, reject) => {
      cancel = this.#options.time.after(ingestLimits.waitMs, () =>
        reject(this.#putOff('waiting', 'the disk takes its time')),
      );
    });
    await Promise.race([stored, late]).finally(() => cancel());
  }

  #putOff(why: NotNow['why'], text: string): NotNow {
    this.#counts.putOff++;
    return new NotNow(why, text);
  }

  /** What senders name is in the text alone: lines of the log are limited by kind. */
  #tell(kind: 'refused' | 'notStored', why: Fault): void {
    const { time, log } = this.#options;
    this.#problem = { why, ticksMs: time.ticksMs() };
    log('warn', why.message, `connector.http.${kind}`);
  }
}

function showIn(sink: MeterSink, ticksMs: number, readings: readonly Reading[]): void {
  sink.samples(
    ticksMs,
    readings.map(({ quantity, value }) => ({ quantity, value })),
  );
}

const timeText = (atMs: number): string =>
  Math.abs(atMs) <= 8.64e15 ? new Date(atMs).toISOString() : `${atMs}`;
