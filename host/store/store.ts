import { DuckDBInstance } from '@duckdb/node-api';
import type { Missing, Totals } from '../api/contract.ts';
import { Lane } from './lane.ts';
import { missingOf } from './missing.ts';
import { readingsOf } from './readings.ts';
import { migrations } from './schema.ts';
import { type MeterEntry, SeriesBook } from './series-book.ts';
import { totalsOf } from './totals.ts';
import type {
  Batch,
  MissingRange,
  NewestValues,
  ReadingColumns,
  ReadingsRange,
  SeriesInfo,
  SqlRow,
  SqlValue,
  TotalsRange,
} from './types.ts';
import { Writer } from './writer.ts';

export interface StoreOptions {
  /** File of the database, or `:memory:`. */
  readonly path: string;
  /** IANA zone of the site: what an hour, a day and a month are. */
  readonly zone: string;
  /** The database can do nothing more until it is opened anew. */
  readonly onFatal?: (error: Error) => void;
}

const readLanes = 3;

/** All that is kept: windows as they came, what is missing, how far each journal is stored, and small tables. */
export class Store {
  readonly zone: string;
  readonly #instance: DuckDBInstance;
  readonly #book: SeriesBook;
  readonly #writer: Writer;
  readonly #small: Lane;
  readonly #readers: readonly Lane[];
  readonly #onFatal: (error: Error) => void;

  private constructor(
    { zone, onFatal = () => {} }: StoreOptions,
    instance: DuckDBInstance,
    book: SeriesBook,
    writer: Writer,
    small: Lane,
    readers: readonly Lane[],
  ) {
    this.zone = zone;
    this.#onFatal = onFatal;
    this.#instance = instance;
    this.#book = book;
    this.#writer = writer;
    this.#small = small;
    this.#readers = readers;
  }

  /**
   * Opens the database, makes it where there is none, and brings its tables up to date.
   * @throws Error that says what to do: in use by another process, damaged, or written by a newer version.
   */
  static async open(options: StoreOptions): Promise<Store> {
    const { path } = options;
    const instance = await openInstance(path);
    const small = new Lane(await instance.connect());
    await migrate(small, path);
    // From here on no statement can reach a file, load an extension or loosen this again.
    await small.run('SET GLOBAL enable_external_access = false');
    await small.run('SET GLOBAL lock_configuration = true');
    const book = new SeriesBook();
    const writer = new Writer(new Lane(await instance.connect()), book, Date.now);
    await writer.load();
    const readers: Lane[] = [];
    for (let index = 0; index < readLanes; index++) readers.push(new Lane(await instance.connect()));
    return new Store(options, instance, book, writer, small, readers);
  }

  /** Waits for what runs, writes the summary and closes the file. */
  async close(): Promise<void> {
    await this.#writer.close();
    await Promise.all([this.#small, ...this.#readers].map(lane => lane.close()));
    this.#instance.closeSync();
  }

  /** Rows of a small table (accounts, sessions, credentials). Parameters are bound, never joined into the text. */
  all(sql: string, parameters: readonly SqlValue[] = []): Promise<SqlRow[]> {
    return this.#small.all(sql, parameters);
  }

  /** A statement on a small table, in a transaction of its own. */
  run(sql: string, parameters: readonly SqlValue[] = []): Promise<void> {
    return this.#small.run(sql, parameters);
  }

  /** Up to which sequence the journal is stored or counted lost; 0 for one never heard of. */
  watermark(gateway: string, epoch: string): number {
    return this.#writer.watermark(gateway, epoch);
  }

  /**
   * Writes a batch in one transaction: all of it is on disk when this resolves.
   * @throws Error of the database; the same batch may then be given again, and is never stored twice.
   */
  async commit(batch: Batch): Promise<void> {
    try {
      await this.#writer.commit(batch);
    } catch (error) {
      // A checkpoint that finds the disk full leaves a database that refuses everything, also with room again.
      if (error instanceof Error && /database has been invalidated/i.test(error.message))
        this.#onFatal(error);
      throw error;
    }
  }

  /** Every series with stored windows. */
  series(): readonly SeriesInfo[] {
    return this.#book.list();
  }

  /** Those of a meter `gateway.meter`. */
  seriesOfMeter(meterKey: string): readonly SeriesInfo[] {
    return this.#book.listOf(meterKey);
  }

  /** The series of a key `gateway.meter.quantity`. */
  seriesOf(key: string): SeriesInfo | undefined {
    return this.#book.info(key);
  }

  /**
   * Grows when anything of the series that is older than its newest window changed since the host began. Together
   * with the end of a range that lies before that window it tells whether an answer still holds.
   */
  revisionOf(key: string): number {
    return this.#book.entry(key)?.revision ?? 0;
  }

  /** The meters that the gateway has ever sent, by id. */
  metersOf(gateway: string): ReadonlyMap<string, MeterEntry> {
    return this.#book.metersOf(gateway);
  }

  /** The newest stored values of a meter `gateway.meter`, from memory. */
  newest(meterKey: string): NewestValues | undefined {
    return this.#book.newest(meterKey);
  }

  /** One series by columns at a resolution that fits `points`; empty columns for a series that is not there. */
  async readings(range: ReadingsRange): Promise<ReadingColumns> {
    const series = this.#book.entry(range.series);
    if (series !== undefined && series.endS > 0) return readingsOf(this.#reader(), series, range);
    const none = { startMs: [], mean: [], min: [], max: [], last: [], delta: [], coverage: [] };
    return { series: range.series, bucketMs: 0, ...none };
  }

  /** Energy of a meter by civil periods. @throws QueryError where there are too many of them. */
  totals(range: TotalsRange): Promise<Totals> {
    return totalsOf(this.#reader(), this.zone, this.#book.meter(range.meter), range);
  }

  /** What is missing of a meter, and why. */
  async missing(range: MissingRange): Promise<Missing> {
    const meter = this.#book.meter(range.meter);
    return meter === undefined ? [] : missingOf(this.#reader(), meter, range);
  }

  #reader(): Lane {
    return this.#readers.reduce((least, lane) => (lane.depth < least.depth ? lane : least));
  }
}

const damaged = 'if the disk was damaged, restore a backup, or move the file away to begin anew';
/** What to do, by what the database says in words alone. */
const adviceTable: readonly (readonly [about: RegExp, advice: string])[] = [
  [/set lock/i, 'another host is using it: stop that one, or give this one a folder of its own'],
  [/no space left|file too large/i, 'the disk is full: make room, then start again'],
  [
    /permission denied|read-only/i,
    'this user may not write it: give the file and its folder to this user, or choose another folder',
  ],
];

async function openInstance(path: string): Promise<DuckDBInstance> {
  try {
    return await DuckDBInstance.create(path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const advice = adviceTable.find(([about]) => about.test(why))?.[1] ?? damaged;
    throw new Error(`The database ${path} cannot be opened; ${advice}. (${why})`, { cause: error });
  }
}

async function migrate(lane: Lane, path: string): Promise<void> {
  await lane.run('CREATE TABLE IF NOT EXISTS migration (number INTEGER NOT NULL, atMs BIGINT NOT NULL)');
  const [row] = await lane.all('SELECT coalesce(max(number), 0) AS done FROM migration');
  const done = Number(row?.done ?? 0);
  if (done > migrations.length) {
    throw new Error(
      `The database ${path} was written by a newer version (step ${done}, this one knows ${migrations.length}); ` +
        'run that version, or restore a backup made before the update.',
    );
  }
  for (const [index, statements] of migrations.entries()) {
    if (index < done) continue;
    await lane.use(async connection => {
      await connection.run('BEGIN TRANSACTION');
      for (const statement of statements) await connection.run(statement);
      await connection.run('INSERT INTO migration VALUES (?, ?)', [index + 1, Date.now()]);
      await connection.run('COMMIT');
    });
  }
}
