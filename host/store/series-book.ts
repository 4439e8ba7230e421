import { mostPerHour } from '#core/aggregate/counter-rule.ts';
import { type QuantityId, quantities, quantityByWire } from '#core/quantities.ts';
import { Serials } from './serials.ts';
import type { LoadedNames, NewestValues, NewNames, SerialSight, SeriesInfo, SeriesRef } from './types.ts';

export interface MeterEntry {
  readonly number: number;
  readonly gateway: string;
  readonly id: string;
  /** `gateway.meter` */
  readonly key: string;
  /** Numbers of its series. */
  readonly series: number[];
  /** Where in `series` the next one looked for is likely to be. */
  likely: number;
}

/** Windows that end further ahead of the host's clock do not count as the newest where others do: a clock is wrong. */
const aheadS = 3600;

const powerWire = quantities.powerW.wire;
const scales = quantityByWire.map(id => (id === undefined ? 1 : 10 ** quantities[id].decimals));
const scaleOf = (wire: number): number => scales[wire] as number;

function quantityOf(wire: number): QuantityId {
  const id = quantityByWire[wire];
  if (id === undefined) throw new Error(`quantity number ${wire} is not in the vocabulary`);
  return id;
}

/**
 * Names and numbers of meters and series, and of each series what it spans and its newest value: the big tables are
 * never asked for it. Series lie in columns by their number, for a host may have hundreds of thousands. What the
 * database does not know yet waits in `news` to be written with the rows that use it.
 */
export class SeriesBook {
  readonly serials = new Serials();
  readonly #gateways = new Map<string, Map<string, MeterEntry>>();
  readonly #meters = new Map<string, MeterEntry>();
  readonly #byNumber: (MeterEntry | undefined)[] = [undefined];
  #count = 0;
  #meter = new Uint32Array(1024);
  #wire = new Uint8Array(1024);
  #firstS = new Uint32Array(1024);
  #endS = new Uint32Array(1024);
  #longestS = new Uint16Array(1024);
  /** Of the newest window, where it came since the start. */
  #newestS = new Uint16Array(1024);
  #revision = new Uint32Array(1024);
  #value = new Float64Array(1024);
  /** The largest of a gauge's values, of either sign. */
  #peak = new Float64Array(1024);
  /** 1 where a gateway told any of its windows: files alone may have brought the others. */
  #isHeard = new Uint8Array(1024);
  #newMeters: MeterEntry[] = [];
  #newSeries: number[] = [];

  /** The meter of that name, made when it is new. */
  meterOf(gateway: string, id: string): MeterEntry {
    let meter = this.#gateways.get(gateway)?.get(id);
    if (meter === undefined) {
      meter = this.#addMeter(this.#byNumber.length, gateway, id);
      this.#newMeters.push(meter);
    }
    return meter;
  }

  /** Number of the meter's series of that quantity, made when it is new. */
  seriesIn(meter: MeterEntry, wire: number): number {
    const known = this.numberIn(meter, wire);
    if (known !== 0) return known;
    const number = this.#addSeries(this.#count + 1, meter, wire);
    this.#newSeries.push(number);
    return number;
  }

  /** Number of the meter's series of a quantity, 0 where it has none. */
  numberIn(meter: MeterEntry, wire: number): number {
    const { series } = meter;
    // A meter's values come in the same order each time.
    let at = meter.likely;
    for (let left = series.length; left > 0; left--) {
      if (at >= series.length) at = 0;
      const number = series[at++] as number;
      if (this.#wire[number] !== wire) continue;
      meter.likely = at;
      return number;
    }
    return 0;
  }

  /** What the database does not know yet. */
  get news(): NewNames {
    const series = this.#newSeries.map(number => ({
      number,
      meter: this.#meter[number] as number,
      quantity: quantityOf(this.#wire[number] as number),
    }));
    return { meters: this.#newMeters.map(({ number, gateway, id }) => ({ number, gateway, id })), series };
  }

  /** The database knows these now. */
  known({ meters, series }: NewNames): void {
    if (meters.length + series.length === 0) return;
    const [knownMeters, knownSeries] = [meters, series].map(
      names => new Set(names.map(({ number }) => number)),
    );
    this.#newMeters = this.#newMeters.filter(({ number }) => !knownMeters?.has(number));
    this.#newSeries = this.#newSeries.filter(number => !knownSeries?.has(number));
  }

  /** The meters a gateway has ever had, by id. */
  metersOf(gateway: string): ReadonlyMap<string, MeterEntry> {
    return this.#gateways.get(gateway) ?? new Map();
  }

  /** End of the newest window on disk of a gateway's meters, s; 0 for one that has none. */
  reachedS(gateway: string): number {
    let reachedS = 0;
    for (const { series } of this.metersOf(gateway).values()) {
      for (const number of series) reachedS = Math.max(reachedS, this.#endS[number] as number);
    }
    return reachedS;
  }

  /** Length of the meter's longest window, s; 0 for one that has none. */
  longestS({ series }: MeterEntry): number {
    return series.reduce((longestS, number) => Math.max(longestS, this.#longestS[number] as number), 0);
  }

  /** The meter of a key `gateway.meter`. */
  meter(key: string): MeterEntry | undefined {
    return this.#meters.get(key);
  }

  /** One more than the greatest numbers given to meters and series. */
  get bounds(): { readonly meters: number; readonly series: number } {
    return { meters: this.#byNumber.length, series: this.#count + 1 };
  }

  /** Meters with numbers from this one on. */
  *metersFrom(number: number): Iterable<MeterEntry> {
    for (let at = number; at < this.#byNumber.length; at++) {
      const meter = this.#byNumber[at];
      if (meter !== undefined) yield meter;
    }
  }

  /** Series with numbers from this one on, each with the number of its meter. */
  *seriesFrom(number: number): Iterable<{ number: number; meter: number; quantity: QuantityId }> {
    for (let at = Math.max(number, 1); at <= this.#count; at++) {
      const meter = this.#meter[at] as number;
      if (this.#byNumber[meter] !== undefined) yield { number: at, meter, quantity: this.quantityOf(at) };
    }
  }

  /** Key `gateway.meter` of a meter by its number. */
  keyOf(meter: number): string {
    const key = this.#byNumber[meter]?.key;
    if (key === undefined) throw new Error(`no meter has the number ${meter}`);
    return key;
  }

  /** Key `gateway.meter` of a series by its number. */
  meterKeyOf(series: number): string {
    return this.keyOf(this.#meter[series] as number);
  }

  /** Quantity of a series by its number. */
  quantityOf(series: number): QuantityId {
    return quantityOf(this.#wire[series] as number);
  }

  /** The series of a key `gateway.meter.quantity`, if it has rows on disk. */
  ref(key: string): SeriesRef | undefined {
    const dot = key.lastIndexOf('.');
    const id = key.slice(dot + 1);
    if (!Object.hasOwn(quantities, id)) return undefined;
    return this.refIn(this.#meters.get(key.slice(0, dot)), id as QuantityId);
  }

  /** The meter's series of that quantity, if it has rows on disk. */
  refIn(meter: MeterEntry | undefined, quantity: QuantityId): SeriesRef | undefined {
    if (meter === undefined) return undefined;
    const number = this.numberIn(meter, quantities[quantity].wire);
    if (number === 0 || this.#endS[number] === 0) return undefined;
    return {
      number,
      quantity,
      firstS: this.#firstS[number] as number,
      endS: this.#endS[number] as number,
      longestS: this.#longestS[number] as number,
      largestW: this.#largestW(meter),
      replacements: this.serials.replacements(meter.number),
    };
  }

  #largestW(meter: MeterEntry): number | undefined {
    const number = this.numberIn(meter, quantities.powerW.wire);
    return number === 0 || this.#endS[number] === 0 ? undefined : this.#peak[number];
  }

  /** Grows when something of the series older than its newest window changed. */
  revision(key: string): number {
    const ref = this.ref(key);
    return ref === undefined ? 0 : (this.#revision[ref.number] as number);
  }

  /** The past of these series changed by other means than late windows. */
  changed(numbers: Iterable<number>): void {
    for (const number of numbers) this.#revision[number] = (this.#revision[number] as number) + 1;
  }

  /** Those that have rows on disk. */
  list(): SeriesInfo[] {
    const infos: SeriesInfo[] = [];
    for (let number = 1; number <= this.#count; number++) this.#pushInfo(infos, number);
    return infos;
  }

  /** Those of a meter `gateway.meter` that have rows on disk. */
  listOf(meterKey: string): SeriesInfo[] {
    const infos: SeriesInfo[] = [];
    for (const number of this.#meters.get(meterKey)?.series ?? []) this.#pushInfo(infos, number);
    return infos;
  }

  info(key: string): SeriesInfo | undefined {
    const ref = this.ref(key);
    if (ref === undefined) return undefined;
    const infos: SeriesInfo[] = [];
    this.#pushInfo(infos, ref.number);
    return infos[0];
  }

  /** The newest values on disk of a meter `gateway.meter`. */
  newest(meterKey: string): NewestValues | undefined {
    const values: Record<string, number> = {};
    let atS = 0;
    for (const number of this.#meters.get(meterKey)?.series ?? []) {
      const endS = this.#endS[number] as number;
      if (endS === 0) continue;
      values[quantityOf(this.#wire[number] as number)] = this.#value[number] as number;
      atS = Math.max(atS, endS);
    }
    return atS === 0 ? undefined : { atMs: atS * 1000, values };
  }

  /** Length of the newest window of a meter `gateway.meter`, s; 0 where none came since the start. */
  newestWindowS(meterKey: string): number {
    let [windowS, atS] = [0, 0];
    for (const number of this.#meters.get(meterKey)?.series ?? []) {
      const endS = this.#endS[number] as number;
      if (endS < atS) continue;
      [windowS, atS] = [this.#newestS[number] as number, endS];
    }
    return windowS;
  }

  /** A gateway told a window of the series. */
  heard(number: number): void {
    this.#isHeard[number] = 1;
  }

  /** A gauge showed these, in whole numbers of the quantity's last decimal. */
  peaked(number: number, least: number, most: number): void {
    const wire = this.#wire[number] as number;
    const before = this.#peak[number] as number;
    const peak = Math.max(Math.abs(least), Math.abs(most)) / scaleOf(wire);
    if (peak <= before) return;
    this.#peak[number] = peak;
    // What its meter's counters are believed to grow is more now.
    if (
      wire === powerWire &&
      (before === 0 || mostPerHour('energyImportWh', peak) !== mostPerHour('energyImportWh', before))
    )
      this.#retold(this.#meter[number] as number);
  }

  /** Serial numbers of meters are on disk: what their counters did may have been another meter's doing. */
  learn(serials: readonly SerialSight[]): void {
    this.serials.learn(serials);
    for (const { meter } of serials) this.#retold(meter);
  }

  /** The past of a meter's counters is told in another way from now on. */
  #retold(meter: number): void {
    const isTold = (number: number) =>
      this.#endS[number] !== 0 && quantities[quantityOf(this.#wire[number] as number)].kind === 'counter';
    this.changed((this.#byNumber[meter]?.series ?? []).filter(isTold));
  }

  /** A window of the series is on disk now; `last` in whole numbers of the quantity's last decimal. */
  stored(number: number, startS: number, windowS: number, last: number, nowS: number): void {
    const endS = startS + windowS;
    const before = this.#endS[number] as number;
    if (before === 0 || startS < (this.#firstS[number] as number)) this.#firstS[number] = startS;
    if (windowS > (this.#longestS[number] as number)) this.#longestS[number] = windowS;
    if (startS < before) this.#revision[number] = (this.#revision[number] as number) + 1;
    // Late windows mend the past; the newest stays the newest, but one dated ahead gives way to one that is not.
    const isAhead = endS > nowS + aheadS;
    const wasAhead = before > nowS + aheadS;
    if (before === 0 || (isAhead === wasAhead ? endS >= before : wasAhead)) {
      this.#endS[number] = endS;
      this.#newestS[number] = windowS;
      this.#value[number] = last / scaleOf(this.#wire[number] as number);
    }
  }

  /** Takes what the database knows at its opening. */
  load({ meters, series }: LoadedNames): void {
    for (const { number, gateway, id } of meters) this.#addMeter(number, gateway, id);
    for (const [index, number] of series.number.entries()) {
      const meter = this.#byNumber[series.meter[index] as number];
      const quantity = series.quantity[index] as QuantityId;
      // What a newer version knew and this one does not stays in the tables, unread.
      if (meter === undefined || !Object.hasOwn(quantities, quantity)) continue;
      this.#addSeries(number, meter, quantities[quantity].wire);
      this.#firstS[number] = series.firstS[index] as number;
      this.#endS[number] = series.endS[index] as number;
      this.#longestS[number] = series.longestS[index] as number;
      this.#value[number] = series.value[index] as number;
      this.#peak[number] = series.peak[index] as number;
      this.#isHeard[number] = Number(series.isHeard[index]);
    }
  }

  /** What these series span is no more what it was: windows of theirs are gone. */
  restate({ series }: Pick<LoadedNames, 'series'>, numbers: readonly number[]): void {
    const wanted = new Set(numbers);
    for (const [index, number] of series.number.entries()) {
      if (!wanted.has(number)) continue;
      this.#firstS[number] = series.firstS[index] as number;
      this.#endS[number] = series.endS[index] as number;
      this.#longestS[number] = series.longestS[index] as number;
      this.#value[number] = series.value[index] as number;
      this.#peak[number] = series.peak[index] as number;
    }
    this.changed(numbers);
  }

  #pushInfo(infos: SeriesInfo[], number: number): void {
    const meter = this.#byNumber[this.#meter[number] as number];
    const endS = this.#endS[number] as number;
    if (number === 0 || meter === undefined || endS === 0) return;
    const quantity = quantityOf(this.#wire[number] as number);
    infos.push({
      key: `${meter.key}.${quantity}`,
      gateway: meter.gateway,
      meter: meter.id,
      meterKey: meter.key,
      quantity,
      firstMs: (this.#firstS[number] as number) * 1000,
      lastMs: endS * 1000,
      longestMs: (this.#longestS[number] as number) * 1000,
      isHeard: this.#isHeard[number] === 1,
    });
  }

  #addMeter(number: number, gateway: string, id: string): MeterEntry {
    const meter: MeterEntry = { number, gateway, id, key: `${gateway}.${id}`, series: [], likely: 0 };
    const meters = this.#gateways.get(gateway) ?? new Map<string, MeterEntry>();
    this.#gateways.set(gateway, meters.set(id, meter));
    this.#meters.set(meter.key, meter);
    this.#byNumber[number] = meter;
    return meter;
  }

  #addSeries(number: number, meter: MeterEntry, wire: number): number {
    if (number >= this.#meter.length) this.#grow(number);
    this.#count = Math.max(this.#count, number);
    this.#meter[number] = meter.number;
    this.#wire[number] = wire;
    meter.series.push(number);
    return number;
  }

  #grow(number: number): void {
    const length = Math.max(this.#meter.length * 2, number + 1);
    const grown = <T extends Uint32Array | Uint16Array | Uint8Array | Float64Array>(to: T, from: T): T => {
      to.set(from);
      return to;
    };
    this.#meter = grown(new Uint32Array(length), this.#meter);
    this.#wire = grown(new Uint8Array(length), this.#wire);
    this.#firstS = grown(new Uint32Array(length), this.#firstS);
    this.#endS = grown(new Uint32Array(length), this.#endS);
    this.#longestS = grown(new Uint16Array(length), this.#longestS);
    this.#newestS = grown(new Uint16Array(length), this.#newestS);
    this.#revision = grown(new Uint32Array(length), this.#revision);
    this.#value = grown(new Float64Array(length), this.#value);
    this.#peak = grown(new Float64Array(length), this.#peak);
    this.#isHeard = grown(new Uint8Array(length), this.#isHeard);
  }
}
