import type { DuckDBConnection } from '@duckdb/node-api';
import type { Database } from './database.ts';
import { numbers } from './import-numbers.ts';
import { findOverlaps } from './import-overlap.ts';
import { reportOf } from './import-report.ts';
import { unlikeStored } from './import-seams.ts';
import { ImportEnded, type StageProgress, stage } from './import-staging.ts';
import type {
  ImportDeed,
  ImportEntry,
  ImportReport,
  ImportSeries,
  ImportTask,
  WrittenSeries,
} from './import-types.ts';
import { undoImport } from './import-undo.ts';
import { cameInstead, writeImport } from './import-write.ts';
import type { Lane } from './lane.ts';
import { ledgerOfMeter } from './late-windows.ts';
import { loadNames } from './summary.ts';
import type { LoadedNames, SqlRow } from './types.ts';

/** A file that was read and looked at. */
export interface StagedImport {
  readonly number: number;
  readonly report: ImportReport;
}

/** What was written, and of each series what its newest values depend on. */
export interface WrittenImport {
  readonly entry: ImportEntry;
  readonly written: readonly WrittenSeries[];
}

/** Names as they are after an import was undone, or why it was not. */
export type UndoOutcome =
  | { readonly entry: ImportEntry; readonly series: readonly number[]; readonly names: LoadedNames }
  | { readonly refused: 'unknown' | 'undone' | 'gone'; readonly detail: string };

/** Does work while no upkeep runs and none begins. */
type Alone = <T>(work: () => Promise<T>) => Promise<T>;

interface Running {
  connection: DuckDBConnection | undefined;
  readonly task: ImportTask;
  report: ImportReport | undefined;
  /** What its connection does. */
  work: Promise<unknown>;
  isEnded: boolean;
  readonly progress: StageProgress;
}

/** Imports into a database. Each has a connection of its own, with its tables until it ends. */
export class Imports {
  readonly #database: () => Database;
  readonly #nowMs: () => number;
  readonly #alone: Alone;
  readonly #running = new Map<number, Running>();
  #number = 0;

  constructor(database: () => Database, nowMs: () => number, alone: Alone) {
    this.#database = database;
    this.#nowMs = nowMs;
    this.#alone = alone;
  }

  /**
   * Reads a file and says what its import would do; it is held until `end`, nothing is written.
   * @throws OrderError
   */
  async stage(task: ImportTask): Promise<StagedImport> {
    const { instance, shelves } = this.#database();
    const number = ++this.#number;
    const look = async (running: Running): Promise<ImportReport> => {
      const connection = await instance.connect();
      running.connection = connection;
      const nowS = Math.floor(this.#nowMs() / 1000);
      const staged = await stage(connection, task, nowS, () => running.isEnded, running.progress);
      await findOverlaps(connection, task, shelves.generations);
      for (const told of await unlikeStored(connection, task, shelves.generations)) staged.doubts.tell(told);
      return reportOf(connection, task, staged, shelves.tiers.kept.fromS('raw'));
    };
    const running: Running = {
      ...{ connection: undefined, task, report: undefined, work: Promise.resolve(), isEnded: false },
      progress: { share: 0, lines: 0 },
    };
    this.#running.set(number, running);
    const work = look(running);
    running.work = work.catch(() => {});
    try {
      running.report = await work;
      return { number, report: running.report };
    } catch (error) {
      const { isEnded } = running;
      await this.end(number);
      throw isEnded ? new ImportEnded() : error;
    }
  }

  /** How far the reading of a file is; null where it is not read. */
  progress(path: string): StageProgress | null {
    const running = [...this.#running.values()].find(({ task }) => task.path === path);
    return running === undefined ? null : running.progress;
  }

  /** Ends all work on a file. What is being written is not there then. */
  async endOf(path: string): Promise<void> {
    const own = [...this.#running].filter(([, { task }]) => task.path === path);
    await Promise.all(own.map(([number]) => this.end(number)));
  }

  /** Writes it; all of `series` have their numbers now. @throws CameMeanwhile */
  async write(number: number, series: readonly ImportSeries[], deed: ImportDeed): Promise<WrittenImport> {
    const running = this.#running.get(number);
    if (running?.report === undefined || running.connection === undefined) throw new ImportEnded();
    const { connection, report } = running;
    if (report.obstacles.length > 0) throw new Error(report.obstacles.join('; '));
    const task = { ...running.task, series };
    return this.#alone(async () => {
      if (running.isEnded) throw new ImportEnded();
      // Of its own work alone: what is around it may open the database again, which ends imports first.
      const work = this.#write(connection, task, report, deed);
      running.work = work.catch(() => {});
      return work.catch((error: unknown) => Promise.reject(running.isEnded ? new ImportEnded() : error));
    });
  }

  /** Forgets what was read. */
  async end(number: number): Promise<void> {
    const running = this.#running.get(number);
    if (running === undefined) return;
    this.#running.delete(number);
    running.isEnded = true;
    running.connection?.interrupt();
    await running.work;
    running.connection?.closeSync();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.keys()].map(number => this.end(number)));
  }

  async #write(
    connection: DuckDBConnection,
    task: ImportTask,
    report: ImportReport,
    deed: ImportDeed,
  ): Promise<WrittenImport> {
    const { writer, shelves, small, upkeep, archive } = this.#database();
    const { generations, tiers } = shelves;
    // What comes in from now on lies in a generation of its own, where it is easily seen; what came before is looked at.
    const next = await writer.rotate({ leaveOut: 1 });
    await findOverlaps(connection, task, generations);
    const [[came = 0] = []] = await numbers(connection, 'SELECT count(*) FROM importOverlap');
    if (came > 0) throw cameInstead(came);
    const id = (await this.list(small)).reduce((most, entry) => Math.max(most, entry.id), 0) + 1;
    const place = { id, number: next - 1, nowMs: this.#nowMs() };
    await writer.name(deed.names);
    const hold = (work: () => Promise<void>) => writer.hold(work);
    const { generation, written } = await writeImport(
      connection,
      generations,
      task,
      deed,
      report,
      place,
      hold,
    );
    generations.add(generation);
    for (const { number, firstS } of written) tiers.touched(number, firstS);
    for (const { meter } of task.series) tiers.touched(ledgerOfMeter(meter), generation.fromS);
    await archive.showAll(upkeep);
    const entry = (await this.list(small)).find(each => each.id === id);
    if (entry === undefined) throw new Error(`import ${id} is not there`);
    return { entry, written };
  }

  /** All that were done, also those that are undone. */
  async list(lane: Lane = this.#database().small): Promise<ImportEntry[]> {
    const rows = await lane.all('SELECT * FROM imported ORDER BY id');
    const series = await lane.all(
      `SELECT imported_series.*, gateway || '.' || meter.id || '.' || quantity AS key FROM imported_series
       JOIN series ON series.number = imported_series.series JOIN meter ON meter.number = series.meter ORDER BY key`,
    );
    return rows.map(row =>
      entryOf(
        row,
        series.filter(({ id }) => id === row.id),
      ),
    );
  }

  /** Takes one back. */
  undo(id: number, who: string): Promise<UndoOutcome> {
    return this.#alone(() => this.#undo(id, who));
  }

  async #undo(id: number, who: string): Promise<UndoOutcome> {
    const database = this.#database();
    const { small, readers, writer, shelves } = database;
    const entry = (await this.list(small)).find(each => each.id === id);
    if (entry === undefined) return { refused: 'unknown', detail: `there is no import ${id}` };
    if (entry.undone !== null) return { refused: 'undone', detail: `import ${id} has been undone` };
    const keptFromS = shelves.tiers.kept.fromS('raw');
    if (entry.fromMs < keptFromS * 1000) {
      const from = new Date(keptFromS * 1000).toISOString();
      return { refused: 'gone', detail: `its windows before ${from} are gone with what is kept no longer` };
    }
    const nowMs = this.#nowMs();
    const series = await undoImport(database, id, { who, nowMs });
    // Nothing comes in between, so that who hears of it knows what is newer. Not on the lane of small tables: a backup
    // holds that one and waits for the writer.
    const lane = readers[0] ?? small;
    return writer.hold(async () => {
      const names = await loadNames(lane, shelves.generations.list, Math.floor(nowMs / 1000));
      return { entry: { ...entry, undone: { atMs: nowMs, who } }, series, names };
    });
  }
}

function entryOf(row: SqlRow, series: readonly SqlRow[]): ImportEntry {
  const sum = (name: string) => series.reduce((total, each) => total + Number(each[name]), 0);
  return {
    id: Number(row.id),
    atMs: Number(row.atMs),
    who: String(row.who),
    why: String(row.why),
    fileName: String(row.fileName),
    windows: sum('windows'),
    fromMs: Math.min(...series.map(({ fromS }) => Number(fromS))) * 1000,
    toMs: Math.max(...series.map(({ toS }) => Number(toS))) * 1000,
    series: series.map(({ key }) => String(key)),
    leftOut: Number(row.leftOut),
    undone: row.undoneMs === null ? null : { atMs: Number(row.undoneMs), who: String(row.undoneBy) },
  };
}
