import type { MeterSink, Sample } from '#app/source.ts';
import type { Reason } from '#core/wire/reasons.ts';
import type { Cancel, TimePort } from '#ports';
import { type Fault, fault, faultOf } from '../../faults/fault.ts';
import { faultKinds } from '../../faults/kinds.ts';
import type { ConnectorSource, SourceOptions } from '../connector.ts';
import { scaled } from '../exact-numbers.ts';
import type { Change, Missing, Said } from './messages.ts';
import { ownCertificate } from './own-certificate.ts';
import { accessOf, everyMsOf, metersOf, type OpcUaSettings, type ValueRow } from './settings.ts';
import { opcUaThread } from './thread.ts';

/** Of the nodes that give nothing, so many are named in a fault. */
const mostNamed = 3;
/** A publishing interval is never kept to the millisecond. */
const earlyMs = 300;

/** A certificate that cannot be read or made is tried again after so long. */
const lookAgainMs = 60_000;

/** Whoever tries it looks on, and the server says nothing before its first interval is over. */
const probeEveryMs = 1000;

/** The same is said again after so long. */
const sayAgainMs = 3_600_000;
const mostSaid = 16;

/** What is known of a node, and when by the ticks it was told. */
type Known = Change & { readonly toldTicksMs: number };

interface Row extends ValueRow {
  known: Known | undefined;
  /** A node that was told nothing of until then gives no value. */
  dueTicksMs: number;
}

interface WatchedMeter {
  readonly sink: MeterSink;
  readonly everyMs: number;
  readonly rows: readonly Row[];
  takenTicksMs: number;
  dueTicksMs: number;
}

/**
 * Meters of one OPC UA server. A subscription tells what changes, and at each interval that the server is there: at that
 * moment, and then alone, what it told last is a value of now. The time of arrival counts: a server's clock is often wrong,
 * and the time that a value brings says how old it is only by the server's own clock.
 */
export class OpcUaSource implements ConnectorSource {
  readonly #options: SourceOptions<OpcUaSettings>;
  readonly #rows: readonly Row[];
  readonly #meters: readonly WatchedMeter[];
  readonly #counts = {
    connects: 0,
    notifications: 0,
    values: 0,
    badStatus: 0,
    uncertain: 0,
    wrongType: 0,
    tooOld: 0,
  };
  #stop: (() => void) | undefined;
  #isWanted = false;
  #cancels: Cancel[] = [];
  /** Why the server is not heard; undefined while the subscription stands. */
  #away: { readonly why: Fault; readonly reason: Reason } | undefined;
  #isRefused = false;
  /** What was said last when. */
  readonly #saidTicks = new Map<string, number>();
  #periodMs = 0;
  #hasHeard = false;

  constructor(options: SourceOptions<OpcUaSettings>) {
    this.#options = options;
    const { settings, sinks } = options;
    this.#away = { why: fault('opcua.connecting', { url: settings.url }), reason: 'timeout' };
    const rows: Row[] = [];
    const meters: WatchedMeter[] = [];
    for (const [id, its] of metersOf(settings.values)) {
      const sink = sinks.get(id);
      if (sink === undefined) continue;
      const own = its.map(row => ({ ...row, known: undefined, dueTicksMs: Number.POSITIVE_INFINITY }));
      rows.push(...own);
      meters.push({
        sink,
        everyMs: this.#everyMs(its[0]),
        rows: own,
        takenTicksMs: Number.NEGATIVE_INFINITY,
        dueTicksMs: 0,
      });
    }
    this.#rows = rows;
    this.#meters = meters;
  }

  start(): void {
    this.#isWanted = true;
    for (const [index, meter] of this.#meters.entries()) {
      meter.dueTicksMs = this.#time.ticksMs() + 2 * meter.everyMs;
      const look = () => {
        this.#cancels[index] = this.#time.after(meter.everyMs, look);
        this.#look(meter);
      };
      this.#cancels[index] = this.#time.after(meter.everyMs, look);
    }
    this.#connect();
  }

  #connect(): void {
    const { settings, folder } = this.#options;
    ownCertificate(folder).then(
      client => {
        if (!this.#isWanted) return;
        this.#stop = opcUaThread.begin(
          {
            ask: 'watch',
            access: accessOf(settings, client),
            nodes: this.#rows.map(row => ({ nodeId: row.nodeId, everyMs: this.#everyMs(row) })),
            wantsTimes: this.#oldestMs !== undefined,
          },
          said => this.#hear(said),
        );
      },
      (error: unknown) => {
        if (!this.#isWanted) return;
        const why = faultOf(error);
        this.#away = { why, reason: 'notConfigured' };
        this.#isRefused = true;
        this.#warn(why.message, this.#time.ticksMs());
        // A full disk has room again, a file is put back.
        this.#cancels[this.#meters.length] = this.#time.after(lookAgainMs, () => this.#connect());
      },
    );
  }

  stop(): void {
    this.#isWanted = false;
    this.#stop?.();
    this.#stop = undefined;
    for (const cancel of this.#cancels) cancel();
    this.#cancels = [];
  }

  counters(): Readonly<Record<string, number>> {
    return { ...this.#counts };
  }

  fault(): Fault | undefined {
    if (this.#away !== undefined) return this.#away.why;
    if (!this.#hasHeard) return fault('opcua.noValue', { seconds: Math.ceil(this.#periodMs / 1000) });
    const silent = this.#rows.flatMap(row => {
      const missing = this.#missing(row);
      return missing === undefined ? [] : [{ node: row.nodeId, ...missing }];
    });
    const [first] = silent;
    if (first === undefined) return undefined;
    const facts = {
      silent: silent.length,
      all: this.#rows.length,
      node: first.node,
      because: first.because,
      // In OPC UA's own words, which are those of no language.
      said: namedIn(silent, '…', ({ node, told }) => (told === '' ? node : `${node}: ${told}`)),
    };
    const named = namedIn(
      silent,
      `and ${silent.length - mostNamed} more`,
      ({ node, because, told }) => `${node}: ${faultKinds[because]}${told === '' ? '' : ` (${told})`}`,
    );
    return fault('opcua.nodes', facts, `${facts.silent} of ${facts.all} nodes give no value: ${named}`);
  }

  isRefused(): boolean {
    return this.#isRefused;
  }

  #everyMs(row: ValueRow): number {
    return this.#options.isProbe ? Math.min(everyMsOf(row), probeEveryMs) : everyMsOf(row);
  }

  get #time(): TimePort {
    return this.#options.time;
  }

  /** Undefined: values may be as old as they like. */
  get #oldestMs(): number | undefined {
    const { oldestS = 0 } = this.#options.settings;
    return oldestS === 0 ? undefined : oldestS * 1000;
  }

  #hear(said: Said): void {
    if (!this.#isWanted) return;
    const ticksMs = this.#time.ticksMs();
    if (said.says === 'up') {
      this.#counts.connects++;
      this.#away = undefined;
      this.#isRefused = false;
      this.#periodMs = said.periodMs;
      this.#hasHeard = false;
      // What was told before is of another subscription; the new one tells all anew.
      for (const row of this.#rows) {
        row.known = undefined;
        row.dueTicksMs = this.#dueAfter(ticksMs, this.#everyMs(row));
      }
      for (const meter of this.#meters) this.#heardOf(meter, ticksMs);
    } else if (said.says === 'down') {
      this.#away = said;
      this.#isRefused = true;
      this.#warn(said.why.message, ticksMs);
    } else if (said.says === 'alive') this.#alive(said.changes, ticksMs);
  }

  /** A controller that is off at night would be told of each half minute of it. */
  #warn(why: string, ticksMs: number): void {
    if (ticksMs - (this.#saidTicks.get(why) ?? Number.NEGATIVE_INFINITY) < sayAgainMs) return;
    if (this.#saidTicks.size >= mostSaid) this.#saidTicks.clear();
    this.#saidTicks.set(why, ticksMs);
    this.#options.log('warn', `opcua: ${why}`, 'connector.opcua');
  }

  #alive(changes: readonly Change[], ticksMs: number): void {
    this.#hasHeard = true;
    this.#counts.notifications++;
    for (const change of changes) {
      const row = this.#rows[change.node];
      if (row !== undefined) row.known = { ...change, toldTicksMs: ticksMs };
      if ('missing' in change) this.#counts[change.missing.kind]++;
      else this.#counts.values++;
    }
    for (const meter of this.#meters) {
      if (ticksMs - meter.takenTicksMs < meter.everyMs - earlyMs) continue;
      this.#take(meter, ticksMs);
    }
  }

  /** What all nodes of a meter say at this moment. */
  #take(meter: WatchedMeter, ticksMs: number): void {
    const samples: Sample[] = [];
    let reason: Reason | undefined;
    for (const row of meter.rows) {
      const missing = this.#missing(row);
      if (missing !== undefined) {
        reason ??= missing.reason;
        this.#counts.tooOld += Number(missing.isOld ?? false);
      } else if (row.known !== undefined && 'value' in row.known) {
        const { quantity, factor = 1 } = row;
        samples.push({ quantity, value: scaled(row.known.value, factor, quantity) });
      }
    }
    if (samples.length === 0 && reason === undefined) return;
    meter.takenTicksMs = ticksMs;
    this.#heardOf(meter, ticksMs);
    if (samples.length > 0) meter.sink.samples(ticksMs, samples);
    if (reason === undefined) return;
    meter.sink.failed(ticksMs, reason);
  }

  #heardOf(meter: WatchedMeter, ticksMs: number): void {
    meter.dueTicksMs = this.#dueAfter(ticksMs, meter.everyMs);
  }

  #dueAfter(ticksMs: number, everyMs: number): number {
    return ticksMs + 2 * Math.max(everyMs, this.#periodMs);
  }

  /** Why a node gives no value; undefined where it does, or where it still may be told for the first time. */
  #missing({ known, dueTicksMs }: Row): (Omit<Missing, 'kind'> & { readonly isOld?: true }) | undefined {
    // The current value of a node that was taken shall be told once, without any filter (OPC 10000-4, 7.25.2).
    if (known === undefined)
      return this.#time.ticksMs() < dueTicksMs
        ? undefined
        : { reason: 'timeout', because: 'opcua.node.silent', told: '' };
    if ('missing' in known) return known.missing;
    const oldestMs = this.#oldestMs;
    if (oldestMs === undefined) return undefined;
    if (known.ageMs === undefined) return { reason: 'clock', because: 'opcua.node.noTime', told: '' };
    const ageMs = known.ageMs + this.#time.ticksMs() - known.toldTicksMs;
    if (ageMs <= oldestMs) return undefined;
    return {
      reason: 'timeout',
      because: 'opcua.node.old',
      told: `${Math.round(ageMs / 1000)} s`,
      isOld: true,
    };
  }

  /** A sample was due: told as missing where it has not come. */
  #look(meter: WatchedMeter): void {
    const ticksMs = this.#time.ticksMs();
    if (this.#away === undefined && ticksMs < meter.dueTicksMs) return;
    // Where it was never there, it has its time to come.
    if (this.#counts.connects === 0 && ticksMs < meter.dueTicksMs) return;
    meter.sink.failed(ticksMs, this.#away?.reason ?? 'timeout');
  }
}

/** The first of them, and `more` where there are others. */
const namedIn = <Each>(all: readonly Each[], more: string, named: (each: Each) => string): string =>
  [...all.slice(0, mostNamed).map(named), ...(all.length > mostNamed ? [more] : [])].join('; ');
