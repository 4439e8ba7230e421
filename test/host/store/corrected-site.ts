import { encodeRecord, type WindowRecord } from '#core/wire/records.ts';
import { millionths, openEndS } from '../../../host/corrections/types.ts';
import type { Change, Target } from '../../../host/store/corrections-store.ts';
import type { Listed } from '../../../host/store/corrections-work.ts';
import { Store } from '../../../host/store/store.ts';

/** When the first minute of a corrected site begins. */
export const startMs = Date.UTC(2026, 2, 27, 20);
const startS = startMs / 1000;
export const meter = 'attic.main';
export const power = `${meter}.powerW`;
export const energy = `${meter}.energyImportWh`;
/** Readings and means of the windows are whole multiples of this part of their unit. */
const perWatt = 1000;
const perWattHour = 10_000;

/** Windows of a minute of power and import; those for which `isThere` is false are missing. */
export function minutes(
  from: number,
  to: number,
  {
    mean = (at: number) => 1000 + at,
    last = (at: number) => 5000 + 10 * at,
    isThere = (_: number): boolean => true,
  } = {},
): WindowRecord[] {
  const records: WindowRecord[] = [];
  for (let at = from; at < to; at++) {
    if (!isThere(at)) continue;
    const middle = mean(at);
    records.push({
      meter: 'main',
      startMs: startMs + at * 60_000,
      windowS: 60,
      clock: 'synced',
      failures: [],
      values: [
        { quantity: 'powerW', samples: 60, mean: middle, min: middle - 5, max: middle + 7, last: middle + 1 },
        { quantity: 'energyImportWh', samples: 60, last: last(at) },
      ],
    });
  }
  return records;
}

const minute = (at: number): number => startS + at * 60;
const none = { factorMillionths: millionths, offset: 0, before: 0, after: 0 };
const range = (fromMinute: number, toMinute: number) => ({
  fromS: minute(fromMinute),
  toS: toMinute === Number.POSITIVE_INFINITY ? openEndS : minute(toMinute),
});

export const exclude = (from: number, to: number): Change => ({
  ...none,
  ...range(from, to),
  kind: 'exclude',
});
export const scale = (from: number, to: number, factor: number): Change => ({
  ...none,
  ...range(from, to),
  kind: 'scale',
  factorMillionths: Math.round(factor * millionths),
});
export const offset = (from: number, to: number, watts: number): Change => ({
  ...none,
  ...range(from, to),
  kind: 'offset',
  offset: watts * perWatt,
});
export const swap = (at: number, before: number, after: number): Change => ({
  ...none,
  ...range(at, at),
  kind: 'swap',
  before: before * perWattHour,
  after: after * perWattHour,
});
export const reading = (at: number, value: number): Change => ({
  ...swap(at, value, value),
  kind: 'reading',
});

export const ofMeter: Target = { meter, series: null };
export const of = (series: string): Target => ({ meter, series });

/** A store with one meter, whose windows are told by their minutes. */
export class CorrectedSite {
  readonly clock: { nowMs: number };
  readonly store: Store;
  #sequence = 0;

  private constructor(store: Store, clock: { nowMs: number }) {
    this.store = store;
    this.clock = clock;
  }

  static async open(dataDir?: string): Promise<CorrectedSite> {
    const clock = { nowMs: startMs };
    const options = { zone: 'Europe/Berlin', upkeepMs: 0, nowMs: () => clock.nowMs };
    const store = await Store.open({ ...options, ...(dataDir !== undefined && { dataDir }) });
    return new CorrectedSite(store, clock);
  }

  async write(records: readonly WindowRecord[]): Promise<void> {
    this.#sequence += records.length;
    this.clock.nowMs = Math.max(this.clock.nowMs, (records.at(-1)?.startMs ?? 0) + 60_000);
    const batch = this.store.batch();
    for (const record of records) batch.add('attic', encodeRecord(record), startS + 1_000_000);
    batch.mark({ gateway: 'attic', epoch: '00000000000000aa', sequence: this.#sequence });
    await this.store.commit(batch);
  }

  /** Brings the tiers up to a minute. */
  async build(nowMinute: number): Promise<void> {
    this.clock.nowMs = startMs + nowMinute * 60_000;
    await this.store.upkeep();
  }

  async make(target: Target, change: Change): Promise<Listed> {
    const outcome = await this.store.corrections.make(target, change, this.signed());
    if ('refused' in outcome) throw new Error(outcome.refused);
    return outcome;
  }

  signed(why = 'the ratio was wrong') {
    return { who: 'ada', atMs: this.clock.nowMs, why };
  }

  read(series: string, fromMinute: number, toMinute: number, points = toMinute - fromMinute) {
    return this.store.readings({ series, ...between(fromMinute, toMinute), points });
  }

  /** Growth by hours, and how much of each is estimated. */
  async growth(fromMinute: number, toMinute: number) {
    const { periods } = await this.store.totals({ meter, ...between(fromMinute, toMinute), period: 'hour' });
    return periods.map(({ importWh, importEstimatedWh }) => [importWh, importEstimatedWh]);
  }

  /** All that a reader can get, from whatever serves it. */
  async answers() {
    const ask = (series: string) => [1, 60, 700].map(points => this.read(series, -10, 1500, points));
    const totals = (['hour', 'day', 'all'] as const).map(period =>
      this.store.totals({ meter, ...between(-10, 1500), period }),
    );
    return [await Promise.all([power, energy].flatMap(ask)), await Promise.all(totals)];
  }

  tierRows() {
    const tables = ['gauge', 'counter'].flatMap(kind =>
      ['60', '900', '3600', 'day'].map(tier => `${kind}_${tier}`),
    );
    return Promise.all(tables.map(table => this.store.all(`SELECT * FROM ${table} ORDER BY ALL`)));
  }
}

const between = (fromMinute: number, toMinute: number) => ({
  fromMs: startMs + fromMinute * 60_000,
  toMs: startMs + toMinute * 60_000,
});
