import type { CorrectionPreview, CounterEvents, EnergyTable, Missing } from '../api/contract.ts';
import { makeBackup, type Pause } from './backup.ts';
import type { CommitPlace } from './commit-place.ts';
import {
  CommittedReader,
  type CommittedRows,
  committedEnd,
  countCommitted,
  firstWanted,
  type WantedNumbers,
} from './committed-rows.ts';
import { type PreviewAsk, previewOf } from './corrections-preview.ts';
import {
  type Done,
  type Listed,
  listCorrections,
  makeCorrection,
  type NewCorrection,
  type NotUndone,
  type Signature,
  type TooMany,
  undoCorrection,
} from './corrections-work.ts';
import { counterEventsOf } from './counter-events.ts';
import { closeDatabase, type Database, type DatabaseOptions, openDatabase } from './database.ts';
import { type EnergyCells, packEnergy } from './energy-cells.ts';
import { energyJson } from './energy-json.ts';
import type { ExportSpec } from './export-types.ts';
import { type ExportFile, Exports } from './exports.ts';
import type { StageProgress } from './import-staging.ts';
import type { ImportDeed, ImportEntry, ImportSeries, ImportTask } from './import-types.ts';
import { Imports, type StagedImport, type UndoOutcome, type WrittenImport } from './imports.ts';
import type { Lane } from './lane.ts';
import { type LedgerAnswer, type LedgerAsk, ledgerAnswer } from './ledger.ts';
import { storeLimits } from './limits.ts';
import { missingOf } from './missing.ts';
import { Moved, ReturningError } from './port.ts';
import { type CounterReading, readingAt } from './reading-at.ts';
import { readingsOf } from './readings.ts';
import { placesOf } from './recovery-files.ts';
import { Revival } from './recovery-revival.ts';
import { keepAll } from './retention.ts';
import { applyRetention } from './retention-apply.ts';
import { loadSerials } from './serials.ts';
import { sortGenerations } from './sorting.ts';
import { sortTiers } from './sorting-tiers.ts';
import { type Figures, statisticsOf } from './statistics.ts';
import { type StorageFacts, StorageScale } from './storage-facts.ts';
import { loadNames } from './summary.ts';
import { energyTable } from './totals.ts';
import type {
  BatchMessage,
  EnergySeries,
  LoadedNames,
  ReadingColumns,
  ReadingsRange,
  SerialSight,
  SeriesRef,
  SqlRow,
  SqlStatement,
  SqlValue,
  TotalsSpan,
  Watermark,
} from './types.ts';
import { compactWatermarks, loadWatermarks } from './watermarks.ts';

export interface KeeperOptions extends DatabaseOptions {
  /** How often the tiers are brought up to date, ms; 0: only when asked. */
  readonly upkeepMs: number;
}

export interface Opened {
  /** What had to be done to open the database. */
  readonly found: Database['found'];
  readonly names: LoadedNames;
  readonly watermarks: readonly Watermark[];
  readonly serials: readonly SerialSight[];
}

/** A measurement of what takes room holds so long. */
const freshMs = 60_000;

const weekS = 7 * 86_400;
/** 1970 began on a Thursday. */
const weekOf = (atS: number): number => Math.floor((atS + 3 * 86_400) / weekS);

/** Keeps one database: all that the store does behind its port. */
export class Keeper {
  readonly #options: KeeperOptions;
  readonly #nowMs: () => number;
  readonly #exports: Exports;
  readonly #imports: Imports;
  readonly #commits = new CommittedReader();
  #database: Database;
  /** Whatever touches the database goes through here: one that DuckDB has given up is opened again. */
  readonly #revival: Revival;
  #upkeep: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #isClosing = false;
  #upkeepFailures = 0;
  #sorted = 0;
  readonly #scale: StorageScale;
  #facts: StorageFacts | undefined;

  private constructor(options: KeeperOptions, database: Database, nowMs: () => number) {
    this.#options = options;
    this.#database = database;
    this.#nowMs = nowMs;
    this.#scale = new StorageScale(options.dataDir);
    const { zone, dataDir } = options;
    const dir = dataDir === undefined ? undefined : placesOf(dataDir).exports;
    this.#exports = new Exports(() => this.#database, { zone, dir });
    this.#imports = new Imports(
      () => this.#database,
      nowMs,
      work => this.#alone(work),
    );
    this.#revival = new Revival({
      close: async () => {
        await this.#exports.close();
        await this.#imports.close();
        await closeDatabase(this.#database);
      },
      open: async () => {
        this.#database = await openDatabase(options, nowMs);
        // The other side knows of commits that are gone: only a start of the whole host brings both together again.
        const { outcome, detail } = this.#database.found;
        if (outcome !== 'clean') setImmediate(() => crash(detail));
      },
      wait: delayMs => new Promise(resolve => setTimeout(resolve, delayMs)),
    });
    if (options.upkeepMs > 0) this.#later(options.upkeepMs);
  }

  static async open(options: KeeperOptions, nowMs: () => number = Date.now): Promise<Keeper> {
    const keeper = new Keeper(options, await openDatabase(options, nowMs), nowMs);
    await keeper.#exports.tidy();
    return keeper;
  }

  /** What the other side has to know before anything else. */
  async opened(): Promise<Opened> {
    const { small, shelves, found } = this.#database;
    return {
      found,
      names: await loadNames(small, shelves.generations.list, this.#nowS),
      watermarks: await loadWatermarks(small),
      serials: await loadSerials(small),
    };
  }

  /** Gives the buffers back, also when it fails. */
  async commit(batch: BatchMessage): Promise<Moved<BatchMessage['blocks']>> {
    const buffers = Object.values(batch.blocks).map(({ buffer }) => buffer);
    const back = new Moved(batch.blocks, buffers);
    try {
      await this.#revival.guard(() => this.#database.writer.commit(batch));
      return back;
    } catch (error) {
      throw new ReturningError(error, back);
    }
  }

  all(sql: string, parameters: readonly SqlValue[]): Promise<SqlRow[]> {
    return this.#revival.guard(() => this.#database.small.all(sql, parameters));
  }

  run(sql: string, parameters: readonly SqlValue[]): Promise<void> {
    return this.#revival.guard(() => this.#database.small.run(sql, parameters));
  }

  runAll(statements: readonly SqlStatement[]): Promise<void> {
    return this.#revival.guard(() => this.#database.small.runAll(statements));
  }

  readings(series: SeriesRef, range: ReadingsRange): Promise<ReadingColumns> {
    return this.#read(range, lane => readingsOf(lane, this.#database.shelves, series, range));
  }

  statistics(series: SeriesRef, fromMs: number, toMs: number): Promise<Figures> {
    return this.#read({ fromMs, toMs }, lane =>
      statisticsOf(lane, this.#database.shelves, series, fromMs, toMs),
    );
  }

  async energy(meters: readonly EnergySeries[], span: TotalsSpan): Promise<Moved<EnergyCells>> {
    const packed = packEnergy(await this.#energy(meters, span));
    return new Moved(packed, [packed.cells.buffer]);
  }

  /** The same as it is sent. */
  async energyJson(
    meters: readonly EnergySeries[],
    span: TotalsSpan,
  ): Promise<Moved<Uint8Array<ArrayBuffer>>> {
    const bytes = energyJson(await this.#energy(meters, span));
    return new Moved(bytes, [bytes.buffer]);
  }

  #energy(meters: readonly EnergySeries[], span: TotalsSpan): Promise<EnergyTable> {
    const { zone } = this.#options;
    return this.#read(span, lane => energyTable(lane, this.#database.shelves, zone, meters, span));
  }

  missing(meter: number, fromMs: number, toMs: number): Promise<Missing> {
    return this.#read({ fromMs, toMs }, lane => missingOf(lane, this.#database.shelves, meter, fromMs, toMs));
  }

  ledger(ask: LedgerAsk): Promise<LedgerAnswer> {
    const { zone } = this.#options;
    return this.#revival.ask(() => ledgerAnswer(this.#reader(), this.#database.shelves, zone, ask));
  }

  counterEvents(series: readonly SeriesRef[], fromMs: number, toMs: number): Promise<CounterEvents> {
    return this.#revival.ask(() =>
      counterEventsOf(this.#reader(), this.#database.shelves, series, fromMs, toMs),
    );
  }

  readingAt(series: SeriesRef, atMs: number): Promise<CounterReading> {
    const span = { fromMs: atMs, toMs: atMs + 1 };
    return this.#read(span, lane => readingAt(lane, this.#database.shelves, series, atMs));
  }

  /** What was committed behind a place, in the order of the commits. */
  async commitsAfter(place: CommitPlace, wanted: WantedNumbers, most: number): Promise<Moved<CommittedRows>> {
    const rows = await this.#revival.ask(() =>
      this.#commits.read(this.#reader(), this.#database.shelves.generations, place, wanted, most),
    );
    const { records, gauges, counters, missing } = rows;
    return new Moved(
      rows,
      [records, gauges, counters, missing].map(({ buffer }) => buffer),
    );
  }

  commitsCount(place: CommitPlace, meters: Uint8Array): Promise<number> {
    return this.#revival.ask(() =>
      countCommitted(this.#reader(), this.#database.shelves.generations, place, meters),
    );
  }

  commitsEnd(): Promise<CommitPlace> {
    return this.#revival.ask(() => committedEnd(this.#reader(), this.#database.shelves.generations));
  }

  async corrections(meter: number): Promise<Listed[]> {
    return listCorrections(this.#database.shelves, meter);
  }

  previewCorrection(ask: PreviewAsk): Promise<CorrectionPreview> {
    const { zone } = this.#options;
    return this.#revival.ask(() => previewOf(this.#reader(), this.#database.shelves, zone, ask));
  }

  makeCorrection(correction: NewCorrection, signature: Signature): Promise<Done | TooMany> {
    return this.#revival.guard(() => makeCorrection(this.#corrected, correction, signature));
  }

  undoCorrection(id: number, signature: Signature): Promise<Done | NotUndone> {
    return this.#revival.guard(() => undoCorrection(this.#corrected, id, signature));
  }

  /** Fixes the moment of an export and gives its number. */
  exportOpen(): Promise<number> {
    return this.#revival.guard(() => this.#exports.open());
  }

  /** What it exports. @throws ExportTooLarge */
  exportChoose(number: number, spec: ExportSpec): Promise<void> {
    return this.#exports.choose(number, spec);
  }

  /** Its next piece, which moves to the other side; undefined at the end. */
  async exportNext(number: number): Promise<Moved<Uint8Array<ArrayBuffer>> | undefined> {
    const piece = await this.#exports.next(number);
    return piece && new Moved(piece, [piece.buffer]);
  }

  /** All of it as a Parquet file that is there until its end. */
  exportFile(number: number): Promise<ExportFile> {
    return this.#exports.file(number);
  }

  /** Ends it, wherever it is. */
  exportEnd(number: number): Promise<void> {
    return this.#exports.end(number);
  }

  /** Reads a file and says what its import would do. @throws OrderError */
  importStage(task: ImportTask): Promise<StagedImport> {
    return this.#imports.stage(task);
  }

  /** Imports what was read. @throws CameMeanwhile */
  importWrite(number: number, series: readonly ImportSeries[], deed: ImportDeed): Promise<WrittenImport> {
    return this.#imports.write(number, series, deed);
  }

  importEnd(number: number): Promise<void> {
    return this.#imports.end(number);
  }

  async importProgress(path: string): Promise<StageProgress | null> {
    return this.#imports.progress(path);
  }

  importEndOf(path: string): Promise<void> {
    return this.#imports.endOf(path);
  }

  imports(): Promise<ImportEntry[]> {
    return this.#revival.ask(() => this.#imports.list());
  }

  importUndo(id: number, who: string): Promise<UndoOutcome> {
    return this.#imports.undo(id, who);
  }

  /** Makes a backup of the database as it is at one moment, while all goes on; of the older ones so many stay. */
  async backup(keep: number, passphrase?: string): Promise<{ path: string; bytes: number; tookMs: number }> {
    const { dataDir } = this.#options;
    if (dataDir === undefined) throw new Error('A database in memory has no folder for backups.');
    const { instance, upkeep, small, writer } = this.#database;
    // The longest work first: commits then wait for the pause itself alone.
    const pause: Pause = work => upkeep.use(() => small.use(() => writer.hold(work)));
    const { path, bytes, tookMs } = await makeBackup({
      dataDir,
      instance,
      keep,
      pause,
      whileOpen: work => this.#revival.guard(work),
      passphrase,
      nowMs: this.#nowMs,
    });
    return { path, bytes, tookMs };
  }

  /** What takes room; measured at most once a minute. */
  storage(): Promise<StorageFacts> {
    return this.#revival.guard(async () => {
      const atMs = this.#nowMs();
      if (this.#facts === undefined || Math.abs(atMs - this.#facts.atMs) > freshMs) {
        const { shelves, archive } = this.#database;
        this.#facts = await this.#scale.measure(
          this.#reader(),
          shelves.generations,
          shelves.tiers,
          archive,
          atMs,
        );
      }
      return this.#facts;
    });
  }

  /** Files of the archive that cannot be read, and why. */
  async archiveFaults(): Promise<[path: string, why: string][]> {
    return [...this.#database.archive.faults];
  }

  /** Counts of the store, for the counters of the host. */
  async counters(): Promise<Record<string, number>> {
    const { generations, tiers } = this.#database.shelves;
    return {
      generations: generations.list.length,
      generationsSorted: this.#sorted,
      tierBuilds: tiers.builds,
      tierBuildMs: Math.round(tiers.lastBuildMs),
      tierRowsWaiting: await tiers.waiting(this.#database.small),
      upkeepFailures: this.#upkeepFailures,
      databaseBytes: this.#facts?.fileBytes ?? 0,
      databaseFreeBytes: this.#facts?.fileFreeBytes ?? 0,
      memoryBytes: await this.#memoryBytes(),
      bytesPerDay: Math.round(this.#facts?.parts.reduce((sum, part) => sum + part.bytesPerDay, 0) ?? 0),
      archiveBytes: this.#database.archive.files.reduce((sum, { bytes }) => sum + bytes, 0),
      archiveFiles: this.#database.archive.files.length,
      archiveFaults: this.#database.archive.faults.size,
      reopened: this.#revival.times,
    };
  }

  /** What the database holds in memory: rows since its last checkpoint, and pages that it gives up at its limit. */
  async #memoryBytes(): Promise<number> {
    const [row] = await this.#database.small.all(
      'SELECT sum(memory_usage_bytes)::DOUBLE AS bytes FROM duckdb_memory()',
    );
    return Number(row?.bytes ?? 0);
  }

  /** Brings the tiers up to date now, begins a new generation where the week is over, and sorts closed ones. */
  upkeep(isWeekOver = false): Promise<void> {
    return this.#alone(() => this.#keepUp(isWeekOver));
  }

  /** Work beside which nothing else changes what there is. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#upkeep.then(() => this.#revival.guard(work));
    this.#upkeep = done.then(
      () => {},
      () => {},
    );
    return done;
  }

  /** What becomes of what is under way: see `Store.close`. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#revival.end();
    clearTimeout(this.#timer);
    await this.#exports.close();
    await this.#imports.close();
    await this.#upkeep;
    // Upkeep and imports were the last changes that wait for readers.
    await Promise.all(this.#database.readers.map(reader => reader.close()));
    await this.#revival.settled();
    // One whose moment was being fixed.
    await this.#exports.close();
    await closeDatabase(this.#database);
  }

  async #keepUp(isWeekOver: boolean): Promise<void> {
    const { upkeep, writer, shelves, archive, readers } = this.#database;
    const { generations, tiers } = shelves;
    const { open } = generations;
    const isOver = isWeekOver || weekOf(this.#nowS) > weekOf(open.openedS);
    const isLarge = open.taken.gauge + open.taken.counter > storeLimits.generationRows;
    if ((isOver || isLarge) && open.fromS <= open.toS) {
      await writer.rotate();
      await archive.showAll(upkeep);
    }
    await tiers.build(upkeep, this.#nowS);
    await compactWatermarks(upkeep);
    if (!this.#isClosing) {
      const before = await firstWanted(upkeep);
      this.#sorted += await sortGenerations(upkeep, generations, before);
    }
    if (!this.#isClosing) await sortTiers(upkeep, tiers, generations.oldestS);
    if (!this.#isClosing) await archive.lookAgain(upkeep);
    const reading = () => readers;
    if (!this.#isClosing) await archive.moveNext(upkeep, reading, this.#nowS);
    const { zone, keeping = keepAll, onStep } = this.#options;
    const place = { lane: upkeep, readers: reading, generations, tiers, zone, onStep };
    if (!this.#isClosing) await applyRetention(place, keeping, this.#nowS);
  }

  /** Work of a while is followed by four times as long a rest: most of the machine is for what comes in. */
  #later(delayMs: number): void {
    this.#timer = setTimeout(async () => {
      const startMs = performance.now();
      await this.upkeep().catch(() => this.#upkeepFailures++);
      // For the counters; whoever asks for it has it measured anew.
      const isOld = this.#nowMs() - (this.#facts?.atMs ?? 0) > 3_600_000;
      if (isOld && !this.#isClosing) await this.storage().catch(() => {});
      if (!this.#isClosing) this.#later(Math.max(this.#options.upkeepMs, 4 * (performance.now() - startMs)));
    }, delayMs);
  }

  /** What fails because a file of the archive is damaged says so, and of which months nothing can be told. */
  #read<T>(
    { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
    read: (lane: Lane) => Promise<T>,
  ): Promise<T> {
    return this.#revival.ask(async () => {
      const lane = this.#reader();
      try {
        return await read(lane);
      } catch (error) {
        throw await this.#database.archive.blame(lane, error, fromMs / 1000, toMs / 1000);
      }
    });
  }

  get #corrected() {
    const { small, shelves, writer } = this.#database;
    const hold = <T>(work: () => Promise<T>) => writer.hold(work);
    return { lane: small, hold, ...shelves };
  }

  #reader(): Lane {
    return this.#database.readers.reduce((least, lane) => (lane.depth < least.depth ? lane : least));
  }

  get #nowS(): number {
    return Math.floor(this.#nowMs() / 1000);
  }
}

const crash = (detail: string): never => {
  throw new Error(`the database was damaged while it was open: ${detail}`);
};

/** The functions of a keeper by name, as they go over a port. */
export const workOf = (keeper: Keeper) => ({
  opened: () => keeper.opened(),
  commit: (batch: BatchMessage) => keeper.commit(batch),
  all: (sql: string, parameters: readonly SqlValue[]) => keeper.all(sql, parameters),
  run: (sql: string, parameters: readonly SqlValue[]) => keeper.run(sql, parameters),
  runAll: (statements: readonly SqlStatement[]) => keeper.runAll(statements),
  readings: (series: SeriesRef, range: ReadingsRange) => keeper.readings(series, range),
  statistics: (series: SeriesRef, fromMs: number, toMs: number) => keeper.statistics(series, fromMs, toMs),
  energy: (meters: readonly EnergySeries[], span: TotalsSpan) => keeper.energy(meters, span),
  energyJson: (meters: readonly EnergySeries[], span: TotalsSpan) => keeper.energyJson(meters, span),
  missing: (meter: number, fromMs: number, toMs: number) => keeper.missing(meter, fromMs, toMs),
  ledger: (ask: LedgerAsk) => keeper.ledger(ask),
  counterEvents: (series: readonly SeriesRef[], fromMs: number, toMs: number) =>
    keeper.counterEvents(series, fromMs, toMs),
  readingAt: (series: SeriesRef, atMs: number) => keeper.readingAt(series, atMs),
  exportOpen: () => keeper.exportOpen(),
  exportChoose: (number: number, spec: ExportSpec) => keeper.exportChoose(number, spec),
  exportNext: (number: number) => keeper.exportNext(number),
  exportFile: (number: number) => keeper.exportFile(number),
  exportEnd: (number: number) => keeper.exportEnd(number),
  importStage: (task: ImportTask) => keeper.importStage(task),
  importWrite: (number: number, series: readonly ImportSeries[], deed: ImportDeed) =>
    keeper.importWrite(number, series, deed),
  importEnd: (number: number) => keeper.importEnd(number),
  importProgress: (path: string) => keeper.importProgress(path),
  importEndOf: (path: string) => keeper.importEndOf(path),
  imports: () => keeper.imports(),
  importUndo: (id: number, who: string) => keeper.importUndo(id, who),
  commitsAfter: (place: CommitPlace, wanted: WantedNumbers, most: number) =>
    keeper.commitsAfter(place, wanted, most),
  commitsCount: (place: CommitPlace, meters: Uint8Array) => keeper.commitsCount(place, meters),
  commitsEnd: () => keeper.commitsEnd(),
  corrections: (meter: number) => keeper.corrections(meter),
  previewCorrection: (ask: PreviewAsk) => keeper.previewCorrection(ask),
  makeCorrection: (correction: NewCorrection, signature: Signature) =>
    keeper.makeCorrection(correction, signature),
  undoCorrection: (id: number, signature: Signature) => keeper.undoCorrection(id, signature),
  backup: (keep: number, passphrase?: string) => keeper.backup(keep, passphrase),
  storage: () => keeper.storage(),
  archiveFaults: () => keeper.archiveFaults(),
  counters: () => keeper.counters(),
  upkeep: (isWeekOver: boolean) => keeper.upkeep(isWeekOver),
  close: () => keeper.close(),
});

export type StoreWork = ReturnType<typeof workOf>;
