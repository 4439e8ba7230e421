import { copyFile, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Pause } from '../../../host/store/backup.ts';
import { type OpenedDatabase, openDatabase } from '../../../host/store/open-database.ts';

/** Windows of one commit in the small database. */
export const rowsPerCommit = 40;

/** What a small database holds: the sequence its watermark says, and whether its rows are exactly those up to it. */
export interface Held {
  readonly sequence: number;
  readonly isExact: boolean;
}

const tables = [
  'CREATE TABLE watermark (gateway VARCHAR, epoch VARCHAR, sequence BIGINT)',
  'CREATE TABLE gauge (series UINTEGER, startS UINTEGER, mean BIGINT)',
  "INSERT INTO watermark VALUES ('attic', 'e', 0)",
];

/**
 * A database of the same kind as the host's, with nothing else in it: each commit writes rows and the watermark in one
 * transaction, as the host's writer does.
 */
export class SmallDatabase {
  readonly dataDir: string;
  readonly opened: OpenedDatabase;
  readonly connection: DuckDBConnection;
  sequence = 0;
  /** Marks are appended: only what changes no row is committed while a checkpoint runs. */
  isAppending = false;

  private constructor(dataDir: string, opened: OpenedDatabase, connection: DuckDBConnection) {
    this.dataDir = dataDir;
    this.opened = opened;
    this.connection = connection;
  }

  static async make(dataDir: string, config: Readonly<Record<string, string>> = {}): Promise<SmallDatabase> {
    const opened = await openDatabase({ dataDir, config });
    const connection = await opened.instance.connect();
    for (const sql of tables) await connection.run(sql);
    await connection.run('CHECKPOINT');
    return new SmallDatabase(dataDir, opened, connection);
  }

  /** One that was made before. */
  static async open(dataDir: string): Promise<SmallDatabase> {
    const opened = await openDatabase({ dataDir });
    const connection = await opened.instance.connect();
    const database = new SmallDatabase(dataDir, opened, connection);
    database.sequence = (await heldIn(connection)).sequence;
    return database;
  }

  get instance(): DuckDBInstance {
    return this.opened.instance;
  }

  /** Commits one after the other, and what pauses them between two. */
  #tail: Promise<unknown> = Promise.resolve();

  readonly pause: Pause = work => {
    const done = this.#tail.then(work);
    this.#tail = done.catch(() => {});
    return done;
  };

  commit(): Promise<void> {
    return this.pause(() => this.#commit());
  }

  async #commit(): Promise<void> {
    const next = this.sequence + 1;
    await this.connection.run('BEGIN TRANSACTION');
    await this.connection.run(
      `INSERT INTO gauge SELECT i, ${next}, hash(${next}, i) % 1000000007 FROM range(${rowsPerCommit}) r(i)`,
    );
    await this.connection.run(
      this.isAppending
        ? `INSERT INTO watermark VALUES ('attic', 'e', ${next})`
        : `UPDATE watermark SET sequence = ${next}`,
    );
    await this.connection.run('COMMIT');
    this.sequence = next;
  }

  async commits(count: number): Promise<void> {
    for (let index = 0; index < count; index++) await this.commit();
  }

  async walBytes(): Promise<number> {
    return (await stat(`${this.opened.path}.wal`)).size;
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }
}

/** Reads what is held, from an open database. */
export async function heldIn(connection: DuckDBConnection, catalog?: string): Promise<Held> {
  const of = (table: string) => (catalog === undefined ? table : `${catalog}.${table}`);
  const reader = await connection.runAndReadAll(
    `SELECT (SELECT max(sequence) FROM ${of('watermark')}), count(*), count(DISTINCT (series, startS)),
       coalesce(max(startS), 0)
     FROM ${of('gauge')}`,
  );
  const [sequence, rows, once, last] = (reader.getRows()[0] ?? []).map(Number);
  const should = Number(sequence) * rowsPerCommit;
  return { sequence: Number(sequence), isExact: rows === should && once === should && last === sequence };
}

/** Opens, reads and closes. */
export async function heldBy(dataDir: string): Promise<Held & Omit<OpenedDatabase, 'instance'>> {
  const { instance, ...opened } = await openDatabase({ dataDir });
  const connection = await instance.connect();
  const hasTables = await connection.runAndReadAll(
    "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'gauge'",
  );
  const held =
    Number(hasTables.getRows()[0]?.[0]) === 1 ? await heldIn(connection) : { sequence: 0, isExact: true };
  connection.closeSync();
  instance.closeSync();
  return { ...held, ...opened };
}

/** The files as a kill would leave them, in a folder of its own. */
export async function asKilled(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { recursive: true });
  for (const suffix of ['', '.wal', '.wal.checkpoint']) {
    await copyFile(join(from, `joulegate.duckdb${suffix}`), join(to, `joulegate.duckdb${suffix}`)).catch(
      () => {},
    );
  }
}

export const temporaryFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'joulegate-store-'));
