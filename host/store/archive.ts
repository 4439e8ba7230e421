import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { makeFolder } from '../make-folder.ts';
import {
  type ArchivedFile,
  archivedName,
  faultsOf,
  monthEndS,
  monthOf,
  monthStartS,
  tidyArchive,
} from './archive-files.ts';
import { factsOf, monthsIn, writeMonth } from './archive-write.ts';
import { tableNames } from './columns.ts';
import { createViews, type Generation, type Generations, generationTable } from './generations.ts';
import { type Lane, settled } from './lane.ts';
import { QueryError } from './query-error.ts';
import { isThere, placesOf } from './recovery-files.ts';
import type { OnStep } from './restore-place.ts';
import { type Kept, levelOf } from './retention.ts';
import { quoted } from './sql-text.ts';
import { transaction } from './transaction.ts';

/** A file of the archive that cannot be read: only ranges that touch it are without an answer. */
export class ArchiveError extends Error {
  readonly path: string;

  constructor(path: string, why: string, cause?: unknown) {
    super(
      `The archive file ${path} cannot be read: ${why}. Bring it back from a backup; until then nothing can be told of its month.`,
      { cause },
    );
    this.name = 'ArchiveError';
    this.path = path;
  }
}

export interface ArchiveOptions {
  /** Folder of the database; undefined: it lives in memory and has no archive. */
  readonly dataDir: string | undefined;
  /** Whole months that windows stay in the database; 0: for ever. */
  readonly afterMonths: number;
  readonly onStep?: OnStep | undefined;
}

const readme = `Windows that were moved out of the database, one Parquet file for each month (UTC), kind and generation.
Each file says in its metadata (key "joulegate") what its columns mean. With DuckDB, for example:

  SELECT meterKey, quantity, time, (low*step + mean)*scale AS mean, unit FROM '2026-08/gauge-g*.parquet';

The host reads these files for its answers: do not change, move or rename them.
`;

/**
 * Moves the windows of old generations to Parquet files. A generation goes as a whole, some months after the next one
 * began: its files are written, read back and named, then one transaction registers them and drops its tables.
 * Killed before that, the files are of no account; after it, the tables are gone.
 */
export class Archive {
  readonly #options: ArchiveOptions;
  readonly #generations: Generations;
  moved = 0;

  constructor(options: ArchiveOptions, generations: Generations) {
    this.#options = options;
    this.#generations = generations;
  }

  /** Why files cannot be read, by their paths. */
  get faults(): Map<string, string> {
    return this.#generations.faults;
  }

  get files(): readonly ArchivedFile[] {
    return this.#generations.list.flatMap(({ archived }) => archived);
  }

  /** Tidies the folder, looks whether all files are there, and gives people views that have them. */
  async load(lane: Lane, atMs: number, kept: Kept): Promise<void> {
    const { dataDir } = this.#options;
    if (dataDir === undefined) return;
    const isGone = ({ kind, month }: Pick<ArchivedFile, 'kind' | 'month'>) =>
      monthEndS(month) <= kept.fromS(levelOf(kind));
    await tidyArchive(placesOf(dataDir), this.files, atMs, isGone);
    for (const [path, why] of await faultsOf(this.files)) this.faults.set(path, why);
    await this.showAll(lane);
  }

  /**
   * Moves the oldest generation whose time has come, if there is one.
   * @param readers lanes that may have been told to read its tables: they are waited for before these go
   */
  async moveNext(lane: Lane, readers: () => readonly Lane[], nowS: number): Promise<boolean> {
    const { dataDir, afterMonths } = this.#options;
    if (dataDir === undefined || afterMonths === 0) return false;
    const untilS = monthStartS(monthOf(nowS) - afterMonths);
    const { list } = this.#generations;
    const due = list.find(({ state }, index) => {
      const next = list[index + 1];
      return state === 'sorted' && next !== undefined && next.openedS <= untilS;
    });
    if (due === undefined) return false;
    await this.#move(lane, readers, due, placesOf(dataDir).archive);
    await this.showAll(lane);
    this.moved++;
    return true;
  }

  /**
   * The error to give instead of one that came while a range was read: if one of its files is at fault, that is told.
   * Reads the files to find out.
   */
  async blame(lane: Lane, error: unknown, fromS: number, toS: number): Promise<unknown> {
    if (error instanceof QueryError) return error;
    const touched = this.#generations.touching(fromS, toS).flatMap(({ archived }) => archived);
    for (const file of touched) {
      const why = await whyUnreadable(lane, file);
      if (why === undefined) {
        this.faults.delete(file.path);
        continue;
      }
      this.faults.set(file.path, why);
      return new ArchiveError(file.path, why, error);
    }
    return error;
  }

  /** Files that were brought back can be read again. */
  async lookAgain(lane: Lane): Promise<void> {
    const { faults } = this;
    for (const file of this.files) {
      if (!faults.has(file.path) || (await whyUnreadable(lane, file)) !== undefined) continue;
      faults.delete(file.path);
      await this.showAll(lane);
    }
  }

  /** Views over everything, for people: without the archive where a file of it is missing. */
  async showAll(lane: Lane): Promise<void> {
    const { list } = this.#generations;
    const good = list.map(({ number, state, archived }) => ({
      number,
      state,
      archived: archived.filter(({ path }) => !this.faults.has(path)),
    }));
    const none = good.map(each => ({ ...each, archived: [] }));
    // No answer of the host needs them: what stops this, a full disk for one, must not stop anything else.
    await this.#show(lane, good)
      .catch(() => this.#show(lane, none))
      .catch(() => {});
  }

  #show(lane: Lane, generations: Parameters<typeof createViews>[0]): Promise<void> {
    return lane.use(async connection => {
      for (const statement of createViews(generations)) await connection.run(statement);
    });
  }

  async #move(
    lane: Lane,
    readers: () => readonly Lane[],
    generation: Generation,
    archive: string,
  ): Promise<void> {
    const { onStep = () => {} } = this.#options;
    await makeFolder(archive);
    if (!(await isThere(join(archive, 'README.txt')))) await writeFile(join(archive, 'README.txt'), readme);
    const files = await lane.use(connection => writeAll(connection, archive, generation, onStep));
    const { state } = generation;
    try {
      // From here on everything is read from the files; whatever was told to read the tables ends first.
      Object.assign(generation, { state: 'archived', archived: files });
      await settled(readers());
      onStep('archive.register');
      await lane.use(connection => this.#register(connection, generation, files, onStep));
    } catch (error) {
      Object.assign(generation, { state, archived: [] });
      throw error;
    }
    onStep('archive.done');
  }

  async #register(
    connection: DuckDBConnection,
    generation: Generation,
    files: readonly ArchivedFile[],
    onStep: OnStep,
  ): Promise<void> {
    const { number } = generation;
    await transaction(connection, async () => {
      for (const { kind, month, rows, bytes, fromS, toS, checksum } of files) {
        await connection.run('INSERT INTO archive VALUES (?, ?, ?, ?, ?, ?, ?, ?, epoch_ms(now()))', [
          number,
          kind,
          month,
          rows,
          bytes,
          fromS,
          toS,
          checksum,
        ]);
      }
      await connection.run("UPDATE generation SET state = 'archived' WHERE number = ?", [number]);
      for (const name of tableNames) await connection.run(`DROP TABLE ${generationTable(name, generation)}`);
      onStep('archive.commit');
    });
  }
}

async function writeAll(
  connection: DuckDBConnection,
  archive: string,
  generation: Generation,
  onStep: OnStep,
): Promise<ArchivedFile[]> {
  const files: ArchivedFile[] = [];
  for (const kind of tableNames) {
    const table = generationTable(kind, generation);
    for (const month of await monthsIn(connection, table)) {
      const wanted = { generation: generation.number, kind, table, month };
      files.push(await writeMonth(connection, archive, wanted, onStep));
    }
  }
  return files;
}

async function whyUnreadable(lane: Lane, file: ArchivedFile): Promise<string | undefined> {
  const fault = (await faultsOf([file])).get(file.path);
  if (fault !== undefined) return fault;
  try {
    const source = `read_parquet([${quoted(file.path, "'")}])`;
    const found = await lane.use(connection => factsOf(connection, file.kind, source));
    return found.checksum === file.checksum ? undefined : 'it does not hold what was written';
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  }
}

/** The files that the database knows, by generation. */
export async function loadArchived(
  lane: Lane,
  dataDir: string | undefined,
): Promise<Map<number, ArchivedFile[]>> {
  const byGeneration = new Map<number, ArchivedFile[]>();
  if (dataDir === undefined) return byGeneration;
  const { archive } = placesOf(dataDir);
  for (const row of await lane.all('SELECT * FROM archive ORDER BY generation, month')) {
    const kind = tableNames.find(name => name === row.kind);
    if (kind === undefined) continue;
    const generation = Number(row.generation);
    const month = String(row.month);
    const file: ArchivedFile = {
      generation,
      kind,
      month,
      path: join(archive, archivedName({ kind, generation, month })),
      rows: Number(row.rows),
      bytes: Number(row.bytes),
      fromS: Number(row.fromS),
      toS: Number(row.toS),
      checksum: String(row.checksum),
    };
    byGeneration.set(generation, [...(byGeneration.get(generation) ?? []), file]);
  }
  return byGeneration;
}
