import { closeDatabase, type Database, type DatabaseOptions, openDatabase } from './database.ts';
import { Exports } from './exports.ts';
import { FreshFacts } from './fresh-facts.ts';
import { Imports } from './imports.ts';
import type { Lane } from './lane.ts';
import { placesOf } from './recovery-files.ts';
import { Revival } from './recovery-revival.ts';
import { StorageScale } from './storage-facts.ts';
import { Upkeep } from './upkeep.ts';

export interface KeeperOptions extends DatabaseOptions {
  /** How often the tiers are brought up to date, ms; 0: only when asked. */
  readonly upkeepMs: number;
}

/** Keeps one database open, and lets work at it: what that is, is in `store-work.ts`. */
export class Keeper {
  readonly options: KeeperOptions;
  readonly nowMs: () => number;
  readonly exports: Exports;
  readonly imports: Imports;
  readonly upkeep: Upkeep;
  readonly facts: FreshFacts;
  #database: Database;
  /** Whatever touches the database goes through here: one that DuckDB has given up is opened again. */
  readonly #revival: Revival;

  private constructor(options: KeeperOptions, database: Database, nowMs: () => number) {
    this.options = options;
    this.#database = database;
    this.nowMs = nowMs;
    const { zone, dataDir } = options;
    const now = () => this.#database;
    const guard = <T>(work: () => Promise<T>) => this.guard(work);
    const scale = new StorageScale(dataDir);
    this.facts = new FreshFacts(
      () =>
        this.guard(({ shelves, archive }) =>
          scale.measure(this.#reader(), shelves.generations, shelves.tiers, archive, nowMs()),
        ),
      nowMs,
    );
    const dir = dataDir === undefined ? undefined : placesOf(dataDir).exports;
    this.exports = new Exports(now, { zone, dir });
    this.imports = new Imports(now, nowMs, work => this.upkeep.alone(work));
    this.#revival = new Revival({
      close: async () => {
        await this.exports.close();
        await this.imports.close();
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
    this.upkeep = new Upkeep(options, { database: now, guard, facts: this.facts, nowMs });
  }

  static async open(options: KeeperOptions, nowMs: () => number = Date.now): Promise<Keeper> {
    const keeper = new Keeper(options, await openDatabase(options, nowMs), nowMs);
    await keeper.exports.tidy();
    return keeper;
  }

  /** The one that is open at the moment. */
  get database(): Database {
    return this.#database;
  }

  /** How often it was opened again. */
  get reopened(): number {
    return this.#revival.times;
  }

  /** Does work that may change something: once, whatever comes of it. See `Revival.guard`. */
  guard<T>(work: (database: Database) => Promise<T>): Promise<T> {
    return this.#revival.guard(() => work(this.#database));
  }

  /** Does work that only reads, on the lane that has the least to do; again where that helps. See `Revival.ask`. */
  ask<T>(work: (lane: Lane, database: Database) => Promise<T>): Promise<T> {
    return this.#revival.ask(() => work(this.#reader(), this.#database));
  }

  /** The same for windows of a time: what fails because a file of the archive is damaged says so, and of which months nothing can be told. */
  read<T>(
    { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
    read: (lane: Lane, shelves: Database['shelves']) => Promise<T>,
  ): Promise<T> {
    return this.ask(async (lane, { shelves, archive }) => {
      try {
        return await read(lane, shelves);
      } catch (error) {
        throw await archive.blame(lane, error, fromMs / 1000, toMs / 1000);
      }
    });
  }

  /** What becomes of what is under way: see `Store.close`. */
  async close(): Promise<void> {
    this.upkeep.end();
    this.#revival.end();
    await this.exports.close();
    await this.imports.close();
    await this.upkeep.settled();
    // Upkeep and imports were the last changes that wait for readers.
    await Promise.all(this.#database.readers.map(reader => reader.close()));
    await this.#revival.settled();
    // One whose moment was being fixed.
    await this.exports.close();
    await closeDatabase(this.#database);
  }

  #reader(): Lane {
    return this.#database.readers.reduce((least, lane) => (lane.depth < least.depth ? lane : least));
  }
}

const crash = (detail: string): never => {
  throw new Error(`the database was damaged while it was open: ${detail}`);
};
