import { DuckDBInstance } from '@duckdb/node-api';
import { Generations } from './generations.ts';
import { Lane } from './lane.ts';
import { migrate } from './migrate.ts';
import { fillQuantities } from './schema.ts';
import type { Shelves } from './series-parts.ts';
import { Tiers } from './tiers.ts';
import { Writer } from './writer.ts';

const readLanes = 3;

/** An open database and its connections: one writes windows, one keeps order, some read, one has the small tables. */
export interface Database {
  readonly instance: DuckDBInstance;
  readonly small: Lane;
  readonly upkeep: Lane;
  readonly readers: readonly Lane[];
  readonly writer: Writer;
  readonly shelves: Shelves;
}

/**
 * Opens the database, makes it where there is none, and brings its tables up to date.
 * @throws Error that says what to do: in use by another process, damaged, or written by a newer version.
 */
export async function openDatabase(path: string, zone: string, nowMs: () => number): Promise<Database> {
  const instance = await openInstance(path);
  try {
    const small = new Lane(await instance.connect());
    await migrate(small, path);
    await small.run(fillQuantities);
    // From here on no statement can reach a file, load an extension or loosen this again.
    await small.run('SET GLOBAL enable_external_access = false');
    await small.run('SET GLOBAL lock_configuration = true');
    const generations = new Generations();
    await generations.load(small);
    const tiers = new Tiers(generations, zone);
    await tiers.load(small);
    const writer = new Writer(new Lane(await instance.connect()), generations, tiers, nowMs);
    const upkeep = new Lane(await instance.connect());
    const readers: Lane[] = [];
    for (let index = 0; index < readLanes; index++) readers.push(new Lane(await instance.connect()));
    return { instance, small, upkeep, readers, writer, shelves: { generations, tiers } };
  } catch (error) {
    instance.closeSync();
    throw error;
  }
}

/** Waits for what runs and closes the file. */
export async function closeDatabase({ instance, small, upkeep, readers, writer }: Database): Promise<void> {
  await writer.close();
  await Promise.all([small, upkeep, ...readers].map(lane => lane.close()));
  instance.closeSync();
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
