import { isQuantityId, type QuantityId } from '#core/quantities.ts';
import type { Lane } from './lane.ts';
import type { NewestValues, SeriesInfo, StoredWindow } from './types.ts';

/** A series as the store keeps it: its number in the tables and what its rows span. */
export interface SeriesEntry {
  readonly number: number;
  readonly key: string;
  readonly quantity: QuantityId;
  readonly meter: MeterEntry;
  firstS: number;
  /** End of the newest window. */
  endS: number;
  /** Length of the longest window, the finest resolution that has no holes of its own making. */
  longestS: number;
  /** `last` of the newest window. */
  value: number;
  /** Grows when something older than the newest window changed: what was read before then may be told differently. */
  revision: number;
}

export interface MeterEntry {
  readonly number: number;
  readonly gateway: string;
  readonly id: string;
  readonly key: string;
  readonly series: Map<QuantityId, SeriesEntry>;
}

/**
 * Numbers of meters and series, and the newest of each in memory: the big tables are never asked for it. What is
 * new since the last commit waits in `newMeters` and `newSeries` to be written with the rows that use it.
 */
export class SeriesBook {
  readonly #gateways = new Map<string, Map<string, MeterEntry>>();
  readonly #series = new Map<string, SeriesEntry>();
  readonly #meters = new Map<string, MeterEntry>();
  newMeters: MeterEntry[] = [];
  newSeries: SeriesEntry[] = [];

  /** The meter of that name, made when it is new. */
  meterOf(gateway: string, id: string): MeterEntry {
    let meter = this.#gateways.get(gateway)?.get(id);
    if (meter === undefined) {
      meter = this.#addMeter(this.#meters.size + 1, gateway, id);
      this.newMeters.push(meter);
    }
    return meter;
  }

  /** The meter's series of that quantity, made when it is new. */
  seriesIn(meter: MeterEntry, quantity: QuantityId): SeriesEntry {
    let series = meter.series.get(quantity);
    if (series === undefined) {
      series = this.#addSeries(this.#series.size + 1, meter, quantity);
      this.newSeries.push(series);
    }
    return series;
  }

  /** How many meters a gateway has ever had. */
  metersOf(gateway: string): ReadonlyMap<string, MeterEntry> {
    return this.#gateways.get(gateway) ?? new Map();
  }

  entry(key: string): SeriesEntry | undefined {
    return this.#series.get(key);
  }

  meter(key: string): MeterEntry | undefined {
    return this.#meters.get(key);
  }

  /** Those that have rows on disk. */
  list(): SeriesInfo[] {
    return [...this.#series.values()].filter(({ endS }) => endS > 0).map(infoOf);
  }

  /** Those of a meter `gateway.meter` that have rows on disk. */
  listOf(meterKey: string): SeriesInfo[] {
    const series = this.#meters.get(meterKey)?.series.values() ?? [];
    return [...series].filter(({ endS }) => endS > 0).map(infoOf);
  }

  info(key: string): SeriesInfo | undefined {
    const entry = this.#series.get(key);
    return entry === undefined || entry.endS === 0 ? undefined : infoOf(entry);
  }

  newest(meterKey: string): NewestValues | undefined {
    const values: Record<string, number> = {};
    let atS = 0;
    for (const { quantity, endS, value } of this.#meters.get(meterKey)?.series.values() ?? []) {
      if (endS === 0) continue;
      values[quantity] = value;
      atS = Math.max(atS, endS);
    }
    return atS === 0 ? undefined : { atMs: atS * 1000, values };
  }

  /** These windows are on disk now. */
  committed(windows: readonly StoredWindow[]): void {
    for (const { gateway, record } of windows) {
      const meter = this.meterOf(gateway, record.meter);
      const startS = record.startMs / 1000;
      for (const { quantity, last } of record.values) {
        widen(this.seriesIn(meter, quantity), startS, startS + record.windowS, record.windowS, last);
      }
    }
    this.newMeters = [];
    this.newSeries = [];
  }

  /** Reads the book at open: the summary, and the rows that came after it was written. */
  async load(lane: Lane): Promise<{ gaugeRows: number; counterRows: number }> {
    for (const { number, gateway, id } of await lane.all(
      'SELECT number, gateway, id FROM meter ORDER BY number',
    )) {
      this.#addMeter(Number(number), String(gateway), String(id));
    }
    const byNumber = new Map<number, SeriesEntry>();
    const meters = new Map([...this.#meters.values()].map(meter => [meter.number, meter]));
    for (const row of await lane.all('SELECT * FROM series ORDER BY number')) {
      const meter = meters.get(Number(row.meter));
      const quantity = String(row.quantity);
      if (meter === undefined || !isQuantityId(quantity)) continue;
      const entry = this.#addSeries(Number(row.number), meter, quantity);
      byNumber.set(entry.number, entry);
      if (row.endS !== null) {
        const [firstS, endS, longestS] = [Number(row.firstS), Number(row.endS), Number(row.longestS)];
        widen(entry, firstS, endS, longestS, Number(row.value));
      }
    }
    return {
      gaugeRows: await this.#loadRest(lane, 'gauge', byNumber),
      counterRows: await this.#loadRest(lane, 'counter', byNumber),
    };
  }

  async #loadRest(
    lane: Lane,
    table: 'gauge' | 'counter',
    byNumber: ReadonlyMap<number, SeriesEntry>,
  ): Promise<number> {
    const [counts] = await lane.all(
      `SELECT (SELECT count(*) FROM ${table}) AS rows, ${table}Rows AS summarised FROM summarised`,
    );
    const rows = Number(counts?.rows ?? 0);
    const summarised = Number(counts?.summarised ?? 0);
    const rest = await lane.all(
      `SELECT series, min(startS) AS firstS, max(startS + windowS) AS endS, max(windowS) AS longestS,
         arg_max(last, startS + windowS) AS value
       FROM ${table} WHERE rowid >= ? GROUP BY series`,
      [summarised <= rows ? summarised : 0],
    );
    for (const row of rest) {
      const entry = byNumber.get(Number(row.series));
      const [firstS, endS, longestS] = [Number(row.firstS), Number(row.endS), Number(row.longestS)];
      if (entry) widen(entry, firstS, endS, longestS, Number(row.value));
    }
    return rows;
  }

  /** Every series with rows, for the summary. */
  entries(): SeriesEntry[] {
    return [...this.#series.values()].filter(({ endS }) => endS > 0);
  }

  #addMeter(number: number, gateway: string, id: string): MeterEntry {
    const meter: MeterEntry = { number, gateway, id, key: `${gateway}.${id}`, series: new Map() };
    const meters = this.#gateways.get(gateway) ?? new Map<string, MeterEntry>();
    this.#gateways.set(gateway, meters.set(id, meter));
    this.#meters.set(meter.key, meter);
    return meter;
  }

  #addSeries(number: number, meter: MeterEntry, quantity: QuantityId): SeriesEntry {
    const key = `${meter.key}.${quantity}`;
    const entry = { number, key, quantity, meter, firstS: 0, endS: 0, longestS: 0, value: 0, revision: 0 };
    meter.series.set(quantity, entry);
    this.#series.set(key, entry);
    return entry;
  }
}

function widen(entry: SeriesEntry, firstS: number, endS: number, longestS: number, value: number): void {
  if (entry.endS === 0 || firstS < entry.firstS) entry.firstS = firstS;
  if (longestS > entry.longestS) entry.longestS = longestS;
  if (firstS < entry.endS) entry.revision++;
  // Late windows mend the past; the newest stays the newest.
  if (endS >= entry.endS) {
    entry.endS = endS;
    entry.value = value;
  }
}

const infoOf = ({ key, quantity, meter, firstS, endS }: SeriesEntry): SeriesInfo => ({
  key,
  gateway: meter.gateway,
  meter: meter.id,
  meterKey: meter.key,
  quantity,
  firstMs: firstS * 1000,
  lastMs: endS * 1000,
});
