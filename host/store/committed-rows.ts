import type { DuckDBConnection } from '@duckdb/node-api';
import type { TableName } from './columns.ts';
import { beginOf, type CommitPlace, placeTable } from './commit-place.ts';
import { type Generation, type Generations, generationTable, sourceOf } from './generations.ts';
import type { Lane } from './lane.ts';
import { typedColumns } from './number-columns.ts';

/** Which meters and series are wanted, 1 at their numbers; those with numbers behind the end were not asked about. */
export interface WantedNumbers {
  readonly meters: Uint8Array;
  readonly series: Uint8Array;
}

/** Records in the order they were committed, packed row by row: see the strides. */
export interface CommittedRows {
  /** meter, startS, windowS, arrivedS, then how many gauges, counters and missing are its own, then the place behind it: span, gauge, counter, missing; then isWhole, isBackdated. */
  readonly records: Float64Array<ArrayBuffer>;
  /** series, samples, low, mean - low, high - low, last - low */
  readonly gauges: Float64Array<ArrayBuffer>;
  /** series, samples, last */
  readonly counters: Float64Array<ArrayBuffer>;
  /** reason, samples, isWhole */
  readonly missing: Float64Array<ArrayBuffer>;
  /** Of all rows of `records`. */
  readonly generation: number;
  /** Behind all that was looked at, wanted or not. */
  readonly next: CommitPlace;
  /** Nothing more is there at the moment. */
  readonly isEnd: boolean;
  /** Records without their values, as they do not lie in the order of their commits any more. */
  readonly lost: number;
}

export const recordStride = 13;
export const gaugeStride = 6;
export const counterStride = 3;
export const missingStride = 3;

/** Rows of values looked at in one step: some milliseconds of a thread that commits go through, too. */
const valuesMost = 32_768;
/** No record has more rows of one table: as many as there are quantities. */
const leastRows = 512;

/** Reads what was committed in the order of the commits, a bounded piece at a time. */
export class CommittedReader {
  /** By the number of the series. */
  #meterOf = new Uint32Array(1024);
  #known = 0;
  /** Rows that a record had lately, so that hardly more are read than are wanted. */
  readonly #rowsOfRecord = { gauge: 16, counter: 8, missing: 1 };

  /** At most `most` records behind a place. @throws Error of the database */
  async read(
    lane: Lane,
    generations: Generations,
    from: CommitPlace,
    wanted: WantedNumbers,
    most: number,
  ): Promise<CommittedRows> {
    let place = from;
    let lost = 0;
    for (const generation of generations.list) {
      if (generation.number < place.generation) continue;
      if (generation.number > place.generation) place = beginOf(generation.number);
      const isInOrder = generation.state === 'open' || generation.state === 'closed';
      if (await isImported(lane, generation)) continue;
      if (!isInOrder) {
        lost += Math.max(generation.taken.span - place.span, 0);
        continue;
      }
      const closedS = Math.min(
        ...generations.list.filter(({ number }) => number > generation.number).map(({ openedS }) => openedS),
      );
      const rows = await lane.use(connection =>
        this.#slice(connection, generation, place, wanted, most, closedS),
      );
      if (rows !== undefined) return { ...rows, lost: lost + rows.lost };
      if (generation.state === 'open') break;
    }
    // Behind a generation that is there no more, the next one begins.
    const open = generations.open.number;
    const next = place.generation >= open ? place : beginOf(open);
    const none = new Float64Array(0);
    return {
      records: none,
      gauges: new Float64Array(0),
      counters: new Float64Array(0),
      missing: new Float64Array(0),
      generation: next.generation,
      next,
      isEnd: true,
      lost,
    };
  }

  /** Undefined where there is nothing behind the place. */
  async #slice(
    connection: DuckDBConnection,
    generation: Generation,
    place: CommitPlace,
    wanted: WantedNumbers,
    most: number,
    closedS: number,
  ): Promise<CommittedRows | undefined> {
    // Records first: of what is committed meanwhile the others then have more, and never less.
    const asked = {
      span: most,
      gauge: this.#rowsFor('gauge', most),
      counter: this.#rowsFor('counter', most),
      missing: this.#rowsFor('missing', most),
    };
    const columns = async (table: TableName, names: string) =>
      typedColumns(
        await connection.run(
          `SELECT ${names} FROM ${generationTable(table, generation)}
           WHERE rowid >= ${place[table]} AND rowid < ${place[table] + asked[table]} ORDER BY rowid`,
        ),
      );
    const spans = await columns('span', 'meter, startS, windowS, lateS, isWhole, isBackdated');
    const [meters = none, starts = none, lengths = none, late = none, isWhole = none, isBackdated = none] =
      spans;
    if (meters.length === 0) return undefined;
    const gauge = await columns('gauge', 'series, startS, windowS, samples, low, mean, high, last');
    const counter = await columns('counter', 'series, startS, windowS, samples, last');
    const missing = await columns('missing', 'meter, startS, windowS, reason, samples, isWhole');
    await this.#learn(connection, [gauge[0] ?? none, counter[0] ?? none]);
    const meterOf = this.#meterOf;
    const walks = [
      new Walk(gauge, asked.gauge, row => meterOf[(gauge[0] as Float64Array)[row] as number] as number),
      new Walk(counter, asked.counter, row => meterOf[(counter[0] as Float64Array)[row] as number] as number),
      new Walk(missing, asked.missing, row => (missing[0] as Float64Array)[row] as number, 3),
    ] as const;
    const [gaugeWalk, counterWalk, missingWalk] = walks;
    const records: number[] = [];
    const [gauges, counters, reasons]: [number[], number[], number[]] = [[], [], []];
    /** Rows of records that should have values and have none. */
    const empty: number[] = [];
    let record = 0;
    for (; record < meters.length; record++) {
      const [meter, startS, windowS] = [at(meters, record), at(starts, record), at(lengths, record)];
      if (meter >= wanted.meters.length) break;
      const froms = walks.map(walk => walk.at);
      for (const walk of walks) walk.pass(meter, startS, windowS);
      const isCut = record > 0 && walks.some(walk => walk.isCut);
      const isUnknown = [gaugeWalk, counterWalk].some(
        (walk, index) => walk.greatest(froms[index] as number) >= wanted.series.length,
      );
      if (isCut || isUnknown) {
        for (const [index, walk] of walks.entries()) walk.at = froms[index] as number;
        break;
      }
      if (wanted.meters[meter] !== 1) continue;
      const hasValues = gaugeWalk.at > (froms[0] as number) || counterWalk.at > (froms[1] as number);
      if (at(isWhole, record) === 0 && !hasValues) empty.push(place.span + record);
      const own = [gauges.length, counters.length, reasons.length] as const;
      gaugeWalk.take(froms[0] as number, [0, 3, 4, 5, 6, 7], gauges, wanted.series);
      counterWalk.take(froms[1] as number, [0, 3, 4], counters, wanted.series);
      missingWalk.take(froms[2] as number, [3, 4, 5], reasons);
      records.push(
        meter,
        startS,
        windowS,
        // What a clock that was ahead has dated later came before its generation ended all the same.
        Math.min(startS + windowS + at(late, record), closedS),
        (gauges.length - own[0]) / gaugeStride,
        (counters.length - own[1]) / counterStride,
        (reasons.length - own[2]) / missingStride,
        place.span + record + 1,
        place.gauge + gaugeWalk.at,
        place.counter + counterWalk.at,
        place.missing + missingWalk.at,
        at(isWhole, record),
        at(isBackdated, record),
      );
    }
    for (const [index, table] of (['gauge', 'counter', 'missing'] as const).entries())
      if (record > 0) this.#rowsOfRecord[table] = (walks[index]?.at ?? 0) / record;
    return {
      records: Float64Array.from(records),
      gauges: Float64Array.from(gauges),
      counters: Float64Array.from(counters),
      missing: Float64Array.from(reasons),
      generation: generation.number,
      next: {
        generation: generation.number,
        span: place.span + record,
        gauge: place.gauge + gaugeWalk.at,
        counter: place.counter + counterWalk.at,
        missing: place.missing + missingWalk.at,
      },
      isEnd: generation.state === 'open' && meters.length < most && record === meters.length,
      lost: empty.length === 0 ? 0 : empty.length - (await countTwice(connection, generation, empty)),
    };
  }

  /** How many rows are read at once beside so many records: of one record all in any case. */
  #rowsFor(table: Exclude<TableName, 'span'>, records: number): number {
    return Math.min(Math.ceil(records * this.#rowsOfRecord[table] * 1.1) + leastRows, valuesMost);
  }

  /** Of which meters the series are; a series is of one for ever. */
  async #learn(connection: DuckDBConnection, columns: readonly Float64Array[]): Promise<void> {
    let greatest = 0;
    for (const column of columns) for (const series of column) if (series > greatest) greatest = series;
    if (greatest <= this.#known) return;
    const [numbers = none, meters = none] = await typedColumns(
      await connection.run(`SELECT number, meter FROM series WHERE number > ${this.#known}`),
    );
    for (const [row, number] of numbers.entries()) {
      if (number >= this.#meterOf.length) {
        const grown = new Uint32Array(Math.max(number + 1, this.#meterOf.length * 2));
        grown.set(this.#meterOf);
        this.#meterOf = grown;
      }
      this.#meterOf[number] = at(meters, row);
      this.#known = Math.max(this.#known, number);
    }
  }
}

const none = new Float64Array(0);
const at = (column: Float64Array, row: number): number => column[row] as number;

/** A table beside that of the records: its rows lie in the same order, each record's together. */
class Walk {
  readonly #columns: readonly Float64Array[];
  readonly #most: number;
  readonly #meterOf: (row: number) => number;
  /** In this column, the series or the reason, no two rows of a record are alike. */
  readonly #own: number;
  readonly #seen = new Set<number>();
  at = 0;

  /** `most`: so many rows were asked for. */
  constructor(columns: readonly Float64Array[], most: number, meterOf: (row: number) => number, own = 0) {
    this.#columns = columns;
    this.#most = most;
    this.#meterOf = meterOf;
    this.#own = own;
  }

  get #rows(): number {
    return this.#columns[0]?.length ?? 0;
  }

  /** Whether rows of the record may lie behind what was read. */
  get isCut(): boolean {
    return this.at === this.#rows && this.#rows === this.#most;
  }

  /** Over the rows of a record. Those of the next one, of the same window, go along where none is of the same series or reason. */
  pass(meter: number, startS: number, windowS: number): void {
    const [, starts = none, lengths = none] = this.#columns;
    const own = this.#columns[this.#own] ?? none;
    const rows = this.#rows;
    this.#seen.clear();
    while (
      this.at < rows &&
      starts[this.at] === startS &&
      lengths[this.at] === windowS &&
      this.#meterOf(this.at) === meter &&
      !this.#seen.has(own[this.at] as number)
    )
      this.#seen.add(own[this.at++] as number);
  }

  /** The greatest number in the first column, of those that were passed from a row on. */
  greatest(fromRow: number): number {
    const [numbers = none] = this.#columns;
    let greatest = 0;
    for (let row = fromRow; row < this.at; row++) greatest = Math.max(greatest, numbers[row] as number);
    return greatest;
  }

  /** Puts columns of the passed rows into `to`; where `wanted` is given, of those whose first column is wanted. */
  take(fromRow: number, names: readonly number[], to: number[], wanted?: Uint8Array): void {
    for (let row = fromRow; row < this.at; row++) {
      if (wanted !== undefined && wanted[(this.#columns[0] as Float64Array)[row] as number] !== 1) continue;
      for (const name of names) to.push((this.#columns[name] as Float64Array)[row] as number);
    }
  }
}

/**
 * How many records of these rows are of a window that a record before them is of. Where no other value lies between those of two, the first
 * has them all, however far apart they are. Any other record without values means that the tables do not belong together. Records that were
 * committed together are of about one time, and DuckDB passes over the row groups of others: 2 to 10 ms in a week of 1.9 million records.
 */
async function countTwice(
  connection: DuckDBConnection,
  generation: Generation,
  rows: readonly number[],
): Promise<number> {
  const spans = generationTable('span', generation);
  const [counts = none] = await typedColumns(
    await connection.run(
      `SELECT count(DISTINCT own.nth)::DOUBLE FROM
         (SELECT rowid AS nth, meter, startS, windowS FROM ${spans} WHERE rowid IN (SELECT unnest([${rows.join(', ')}]::BIGINT[]))) AS own
       JOIN ${spans} AS earlier USING (meter, startS, windowS) WHERE earlier.rowid < own.nth`,
    ),
  );
  return at(counts, 0);
}

/** Generations of imports are put between the others, whenever somebody imports: they are in no order of commits. */
export async function isImported(lane: Lane, generation: Generation): Promise<boolean> {
  const source = sourceOf('span', generation);
  if (source === undefined) return false;
  const [row] = await lane.all(`SELECT isBackdated FROM ${source} LIMIT 1`);
  return row?.isBackdated === importedMark;
}
const importedMark = 2;

/** Behind all that is committed. */
export async function committedEnd(lane: Lane, { open }: Generations): Promise<CommitPlace> {
  const count = (table: TableName) =>
    `(SELECT count(*) FROM ${generationTable(table, open)})::DOUBLE AS ${table}`;
  const [row] = await lane.all(
    `SELECT ${(['span', 'gauge', 'counter', 'missing'] as const).map(count).join(', ')}`,
  );
  const of = (table: TableName) => Number(row?.[table] ?? 0);
  return {
    generation: open.number,
    span: of('span'),
    gauge: of('gauge'),
    counter: of('counter'),
    missing: of('missing'),
  };
}

/** The oldest generation that somebody still reads in the order of its commits; undefined: nobody does. */
export async function firstWanted(lane: Lane): Promise<number | undefined> {
  const [known] = await lane.all('SELECT count(*) AS tables FROM duckdb_tables() WHERE table_name = ?', [
    placeTable,
  ]);
  if (Number(known?.tables ?? 0) === 0) return undefined;
  const [row] = await lane.all(
    `SELECT min(generation) AS first FROM (SELECT max_by(generation, turn) AS generation FROM ${placeTable} GROUP BY forward)`,
  );
  return row === undefined || row.first === null ? undefined : Number(row.first);
}
