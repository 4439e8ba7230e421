import { quantities, quantityIds } from '#core/quantities.ts';
import type { CounterEvents, EnergyTable, Missing, Totals } from '../api/contract.ts';
import { Batch } from './batch.ts';
import { type BlockMessage, getI64, type TableName } from './columns.ts';
import { StoreCommits } from './commits.ts';
import { committedWindows, type LookAtWindows } from './committed-windows.ts';
import { StoreCorrections } from './corrections-store.ts';
import type { Database } from './database.ts';
import { unpackEnergy } from './energy-cells.ts';
import { ExportPieces } from './export-pieces.ts';
import { type ExportSelection, specOf } from './export-selection.ts';
import { StoreImports } from './import-store.ts';
import type { LedgerAnswer } from './ledger.ts';
import { type LedgerRequest, ledgerAskOf } from './ledger-ask.ts';
import { noColumns } from './no-columns.ts';
import { type Client, RemoteError } from './port.ts';
import { QueryError } from './query-error.ts';
import type { CounterReading } from './reading-at.ts';
import { type Keeping, keepAll } from './retention.ts';
import { type MeterEntry, SeriesBook } from './series-book.ts';
import type { Figures } from './statistics.ts';
import type { StorageFacts } from './storage-facts.ts';
import { StoreClosed } from './store-closed.ts';
import type { StoreWork } from './store-work.ts';
import { totalsOfTable } from './table-totals.ts';
import { type StoreThread, startStoreThread } from './thread.ts';
import type {
  BatchMessage,
  EnergySeries,
  MissingRange,
  NewestValues,
  ReadingColumns,
  ReadingsRange,
  SeriesColumns,
  SeriesInfo,
  SeriesRange,
  SqlRow,
  SqlStatement,
  SqlValue,
  TotalsRange,
  TotalsSpan,
} from './types.ts';

type Found = Database['found'];

export interface StoreOptions {
  /** Folder of the database; without one it lives in memory. */
  readonly dataDir?: string;
  /** IANA zone of the site: what an hour, a day and a month are. */
  readonly zone: string;
  /** How often the tiers are brought up to date, ms; 0: only when asked. */
  readonly upkeepMs?: number;
  /** See `DatabaseOptions`. */
  readonly newRowsMost?: number;
  readonly nowMs?: () => number;
  /** The database's thread is gone: the host is to be ended and started again. */
  readonly onFatal?: (error: Error) => void;
  /** What moves to the archive, and how long each level is kept; by default everything stays where it is. */
  readonly keeping?: Keeping;
}

const upkeepMs = 10_000;
const counterIds = quantityIds.filter(id => quantities[id].kind === 'counter');

/**
 * All that is kept: windows as they came, what is missing, how far each journal is stored, and small tables. The
 * database itself is behind a port, in a thread of its own; names, watermarks and the newest values are here.
 */
export class Store {
  readonly zone: string;
  readonly #thread: StoreThread;
  readonly #client: Client<StoreWork>;
  readonly #book = new SeriesBook();
  readonly corrections: StoreCorrections;
  readonly imports: StoreImports;
  readonly commits: StoreCommits;
  readonly #watermarks = new Map<string, number>();
  #found: Found = { outcome: 'clean', detail: '', quarantinedTo: undefined };
  #archiveFaults: readonly (readonly [path: string, why: string])[] = [];
  readonly #nowMs: () => number;
  #closed: Promise<void> | undefined;
  readonly #windowListeners = new Set<(look: LookAtWindows) => void>();

  private constructor({ zone, nowMs = Date.now }: StoreOptions, thread: StoreThread) {
    this.zone = zone;
    this.#nowMs = nowMs;
    this.#thread = thread;
    this.#client = thread.client;
    this.corrections = new StoreCorrections(thread.client, this.#book);
    this.commits = new StoreCommits(thread.client, this.#book);
    this.imports = new StoreImports(thread.client, this.#book, nowMs);
  }

  /**
   * Opens the database, makes it where there is none, and brings its tables up to date.
   * @throws Error that says what to do: in use by another process, damaged, or written by a newer version.
   */
  static async open(options: StoreOptions): Promise<Store> {
    const { dataDir, zone, nowMs = Date.now, onFatal = () => {}, keeping = keepAll } = options;
    const { newRowsMost } = options;
    const keeper = { dataDir, zone, upkeepMs: options.upkeepMs ?? upkeepMs, newRowsMost, keeping };
    const thread = await startStoreThread(keeper, nowMs, onFatal);
    const store = new Store(options, thread);
    const { found, names, watermarks, serials } = await thread.client.call('opened', []);
    store.#found = found;
    store.#book.load(names);
    store.#book.serials.learn(serials);
    for (const { gateway, epoch, sequence } of watermarks) store.#mark(gateway, epoch, sequence);
    await store.imports.load();
    await store.#askForFaults();
    return store;
  }

  /** Files of the archive that cannot be read, and why. */
  get archiveFaults(): readonly (readonly [path: string, why: string])[] {
    return this.#archiveFaults;
  }

  /** What had to be done to open the database: whatever is not `clean` has to be told. */
  get found(): Found {
    return this.#found;
  }

  /**
   * Closes the file; the same again when it is called again. Whatever is asked of the database from then on is refused with
   * StoreClosed. What was asked before is answered before: commits, statements and other changes are finished; a read
   * ends with the query that runs, with an error where that is not its last; exports and imports end at once, with an error.
   */
  close(): Promise<void> {
    this.#closed ??= this.#client.close(new StoreClosed()).then(() => this.#thread.end());
    return this.#closed;
  }

  /** Rows of a small table (accounts, sessions, credentials). Parameters are bound, never joined into the text. */
  all(sql: string, parameters: readonly SqlValue[] = []): Promise<SqlRow[]> {
    return this.#client.call('all', [sql, parameters]);
  }

  /** A statement on a small table, in a transaction of its own. */
  run(sql: string, parameters: readonly SqlValue[] = []): Promise<void> {
    return this.#client.call('run', [sql, parameters]);
  }

  /** Several of them in one transaction: all, or none. */
  runAll(statements: readonly SqlStatement[]): Promise<void> {
    return this.#client.call('runAll', [statements]);
  }

  /** Up to which sequence the journal is stored or counted lost; 0 for one never heard of. */
  watermark(gateway: string, epoch: string): number {
    return this.#watermarks.get(keyOf(gateway, epoch)) ?? 0;
  }

  /** An empty batch, to be filled and committed. */
  batch(): Batch {
    return new Batch(this.#book);
  }

  /**
   * Writes a batch in one transaction: all of it is on disk when this resolves.
   * @throws Error of the database; the same batch may then be given again, and is never stored twice.
   */
  async commit(batch: Batch): Promise<void> {
    const { watermarks, losses, serials, names } = batch;
    const message: BatchMessage = { blocks: batch.send(), names, watermarks, losses, serials };
    try {
      const blocks = await this.#client.call('commit', [message], buffersOf(message.blocks));
      batch.takeBack(blocks);
    } catch (error) {
      if (error instanceof RemoteError) batch.takeBack(error.returned as BatchMessage['blocks']);
      throw error;
    }
    this.#settle(batch, names);
  }

  /**
   * Told of each batch as it is on disk, with a way to look at its windows, which holds until the listener returns. It must
   * not throw. Gives what ends it.
   */
  onWindows(listener: (look: LookAtWindows) => void): () => void {
    this.#windowListeners.add(listener);
    return () => this.#windowListeners.delete(listener);
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
    return this.#book.revision(key);
  }

  /** The meters that the gateway has ever sent, by id. */
  metersOf(gateway: string): ReadonlyMap<string, MeterEntry> {
    return this.#book.metersOf(gateway);
  }

  /** The newest stored values of a meter `gateway.meter`, from memory. */
  newest(meterKey: string): NewestValues | undefined {
    return this.#book.newest(meterKey);
  }

  /** Length of the newest window of a meter `gateway.meter`, s; 0 where none came since the start. */
  newestWindowS(meterKey: string): number {
    return this.#book.newestWindowS(meterKey);
  }

  /** The largest power that a meter `gateway.meter` ever showed, W, of either sign; undefined for one without power. */
  largestOf(meterKey: string): number | undefined {
    return this.#book.ref(`${meterKey}.powerW`)?.largestW;
  }

  /** One series by columns at a resolution that fits `points`; empty columns for a series that is not there. */
  async readings(range: ReadingsRange): Promise<ReadingColumns> {
    const series = this.#book.ref(range.series);
    if (series !== undefined) return this.#told(this.#client.call('readings', [series, range]));
    return { series: range.series, ...noColumns() };
  }

  /** The same of many series by their keys, in as many queries as for one; those that are not there are left out. */
  async readingsOfAll(keys: Iterable<string>, range: SeriesRange): Promise<Map<string, SeriesColumns>> {
    const known = [...new Set(keys)].flatMap(key => {
      const series = this.#book.ref(key);
      return series === undefined ? [] : [[key, series] as const];
    });
    if (known.length === 0) return new Map();
    const refs = known.map(([, series]) => series);
    const found = await this.#told(this.#client.call('readingsOfAll', [refs, range]));
    return new Map(known.map(([key], index) => [key, found[index] ?? noColumns()]));
  }

  /** What a stretch of a series that is there comes to; `isAsCame`: without corrections and imports. */
  statistics(key: string, fromMs: number, toMs: number, isAsCame = false): Promise<Figures> {
    const series = this.#book.ref(key);
    if (series === undefined) return Promise.reject(new Error(`there is no series ${key}`));
    return this.#told(this.#client.call('statistics', [series, fromMs, toMs, isAsCame]));
  }

  /** Energy of a meter by civil periods. @throws QueryError where there are too many of them. */
  async totals({ meter, ...span }: TotalsRange): Promise<Totals> {
    const [totals] = totalsOfTable(await this.energyOf([meter], span));
    return totals ?? { meter, zone: this.zone, periods: [] };
  }

  /** Energy of many meters by columns, in their order, for about as much work as of one. @throws QueryError, as `totals` */
  async energyOf(meters: readonly string[], span: TotalsSpan): Promise<EnergyTable> {
    return unpackEnergy(
      await this.#energyTold(this.#client.call('energy', [this.#energySeries(meters), span])),
    );
  }

  /** The same as JSON, made where it holds up nobody. @throws QueryError, as `totals` */
  energyJson(meters: readonly string[], span: TotalsSpan): Promise<Uint8Array> {
    return this.#energyTold(this.#client.call('energyJson', [this.#energySeries(meters), span]));
  }

  #energySeries(meters: readonly string[]): EnergySeries[] {
    return meters.map(key => {
      const meter = this.#book.meter(key);
      return {
        meter: key,
        imported: this.#book.refIn(meter, 'energyImportWh'),
        exported: this.#book.refIn(meter, 'energyExportWh'),
        power: this.#book.refIn(meter, 'powerW'),
      };
    });
  }

  async #energyTold<T>(answer: Promise<T>): Promise<T> {
    try {
      return await this.#told(answer);
    } catch (error) {
      if (error instanceof RemoteError && error.name === 'QueryError')
        throw new QueryError('period', error.message);
      throw error;
    }
  }

  /** What is missing of a meter, and why. */
  async missing({ meter, fromMs, toMs }: MissingRange): Promise<Missing> {
    const entry = this.#book.meter(meter);
    return entry === undefined ? [] : this.#told(this.#client.call('missing', [entry.number, fromMs, toMs]));
  }

  /** What became of every second of these gateways' meters, by civil day. */
  ledger(request: LedgerRequest): Promise<LedgerAnswer> {
    return this.#client.call('ledger', [ledgerAskOf(request, this.#book)]);
  }

  /** What happened to a meter's counters, by time. */
  counterEvents({ meter, fromMs, toMs }: MissingRange): Promise<CounterEvents> {
    const entry = this.#book.meter(meter);
    const counters = counterIds.flatMap(id => this.#book.refIn(entry, id) ?? []);
    return this.#client.call('counterEvents', [counters, fromMs, toMs]);
  }

  /** What the counter of a series that is there showed at an instant. */
  readingAt(key: string, atMs: number): Promise<CounterReading> {
    const series = this.#book.ref(key);
    if (series === undefined) return Promise.reject(new Error(`there is no series ${key}`));
    return this.#told(this.#client.call('readingAt', [series, atMs]));
  }

  /** End of the newest window with values that a gateway's meters have on disk, s; 0 for one that has none. */
  reachedS(gateway: string): number {
    return this.#book.reachedS(gateway);
  }

  /**
   * A selection of what is stored at this moment, whatever comes or is corrected later, as pieces of text of bounded size.
   * Each is made when it is asked for; who asks no more calls `return`, which also stops the query that runs. @throws ExportTooLarge
   */
  exported(selection: ExportSelection): Promise<ExportPieces> {
    return ExportPieces.open(this.#client, () => specOf(selection, this.#book));
  }

  /**
   * Makes a checked backup while all goes on; of the older ones so many stay. The host's secrets are in it where there is a
   * passphrase to seal them with. @throws Error that says why not
   */
  backup(keep: number, passphrase?: string): Promise<{ path: string; bytes: number; tookMs: number }> {
    return this.#client.call('backup', [keep, passphrase]);
  }

  /** What takes room on the disk. */
  storage(): Promise<StorageFacts> {
    return this.#client.call('storage', []);
  }

  async counters(): Promise<Record<string, number>> {
    const counters = await this.#client.call('counters', []);
    if (counters.archiveFaults !== this.#archiveFaults.length) await this.#askForFaults();
    return counters;
  }

  /** Brings tiers up to date now; `isWeekOver` closes and sorts what came so far. */
  upkeep({ isWeekOver = false } = {}): Promise<void> {
    return this.#client.call('upkeep', [isWeekOver]);
  }

  /** An answer that fails because of the archive is known of from then on. */
  async #told<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof Error && error.name === 'ArchiveError') await this.#askForFaults();
      throw error;
    }
  }

  async #askForFaults(): Promise<void> {
    this.#archiveFaults = await this.#client.call('archiveFaults', []);
  }

  /** The batch is on disk. */
  #settle(batch: Batch, names: BatchMessage['names']): void {
    const { gauges, counters, watermarks, serials } = batch;
    this.#book.known(names);
    this.#book.learn(serials);
    const nowS = this.#nowMs() / 1000;
    for (let row = 0; row < gauges.rows; row++) {
      const { low, high, last, series, startS, windowS } = gauges.views;
      const least = getI64(low, row);
      const value = least + getI64(last, row);
      this.#book.heard(at(series, row));
      this.#book.peaked(at(series, row), least, least + getI64(high, row));
      this.#book.stored(at(series, row), at(startS, row), at(windowS, row), value, nowS);
    }
    for (let row = 0; row < counters.rows; row++) {
      const { last, series, startS, windowS } = counters.views;
      this.#book.heard(at(series, row));
      this.#book.stored(at(series, row), at(startS, row), at(windowS, row), getI64(last, row), nowS);
    }
    for (const { gateway, epoch, sequence } of watermarks) this.#mark(gateway, epoch, sequence);
    for (const listener of this.#windowListeners)
      listener(isWanted => committedWindows(batch, this.#book, isWanted));
  }

  #mark(gateway: string, epoch: string, sequence: number): void {
    this.#watermarks.set(keyOf(gateway, epoch), sequence);
  }
}

const at = (view: Uint32Array | Uint16Array, row: number): number => view[row] as number;

const buffersOf = (blocks: Readonly<Record<TableName, BlockMessage>>): ArrayBuffer[] =>
  Object.values(blocks).map(({ buffer }) => buffer);

const keyOf = (gateway: string, epoch: string): string => `${gateway} ${epoch}`;
