import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { quantityIds } from '#core/quantities.ts';
import { Archive } from './archive.ts';
import { Corrections } from './corrections.ts';
import { Generations } from './generations.ts';
import { Lane } from './lane.ts';
import { storeLimits } from './limits.ts';
import { migrate } from './migrate.ts';
import { lockDown, type OpenedDatabase, openDatabase as openFile } from './open-database.ts';
import { placesOf } from './recovery-files.ts';
import type { OnStep } from './restore-place.ts';
import { type Keeping, keepAll } from './retention.ts';
import { fillQuantities } from './schema.ts';
import type { Shelves } from './series-parts.ts';
import { Tiers } from './tiers.ts';
import { Writer } from './writer.ts';

const readLanes = 3;

/** An open database and its connections: one writes windows, one keeps order, some read, one has the small tables. */
export interface Database {
  readonly instance: DuckDBInstance;
  /** What had to be done to open it. */
  readonly found: Pick<OpenedDatabase, 'outcome' | 'detail' | 'quarantinedTo' | 'left'>;
  readonly small: Lane;
  readonly upkeep: Lane;
  readonly readers: readonly Lane[];
  readonly writer: Writer;
  readonly shelves: Shelves & { readonly tiers: Tiers; readonly corrections: Corrections };
  readonly archive: Archive;
}

export interface DatabaseOptions {
  /** Folder of the database; undefined: it lives in memory. */
  readonly dataDir: string | undefined;
  /** IANA zone of the site. */
  readonly zone: string;
  /** What is moved to the archive, and what is kept for how long; by default all is kept where it is. */
  readonly keeping?: Keeping;
  /** New rows of a table that one transaction of a build looks through; less than usual for tests. */
  readonly newRowsMost?: number | undefined;
  /** Told of each step of the archive; for tests. */
  readonly onStep?: OnStep;
}

/**
 * Opens the database, makes it where there is none, brings back the most that can be had where it is damaged, and
 * brings its tables up to date.
 * @throws Error that says what to do: in use by another process, no permission, disk full, of a newer version
 */
export async function openDatabase(
  { dataDir, zone, keeping = keepAll, newRowsMost, onStep }: DatabaseOptions,
  nowMs: () => number,
): Promise<Database> {
  // Each connection's work runs in the thread that waits for it, and they share the processors: handing a small query
  // to threads of the database takes longer than the query.
  // What its allocator has free goes back to the system after some seconds by a thread of its own: else some 15 to 40 MB
  // stay, as nobody is in the allocator between two commits.
  const config = {
    memory_limit: `${storeLimits.memoryMb}MB`,
    threads: '1',
    allocator_background_threads: 'true',
  };
  const { instance, outcome, detail, quarantinedTo, left } =
    dataDir === undefined
      ? { instance: await DuckDBInstance.create(':memory:', config), ...inMemory }
      : await openFile({ dataDir, config, nowMs });
  const connections: DuckDBConnection[] = [];
  const newLane = async () => {
    const connection = await instance.connect();
    connections.push(connection);
    return new Lane(connection);
  };
  try {
    const small = await newLane();
    await migrate(small, dataDir === undefined ? 'in memory' : placesOf(dataDir).database);
    const [filled] = await small.all('SELECT count(*) AS quantities FROM quantity');
    if (Number(filled?.quantities) < quantityIds.length) await small.run(fillQuantities);
    await small.use(connection => lockDown(connection, dataDir === undefined ? [] : foldersOf(dataDir)));
    const generations = new Generations();
    await generations.load(small, dataDir);
    const archive = new Archive({ dataDir, afterMonths: keeping.archiveAfterMonths, onStep }, generations);
    const corrections = new Corrections();
    await small.use(connection => corrections.load(connection));
    const tiers = new Tiers(generations, zone, corrections, { newRowsMost });
    await tiers.load(small);
    await archive.load(small, nowMs(), tiers.kept);
    const shelves = { generations, tiers, corrections };
    const writer = new Writer(await newLane(), shelves, nowMs);
    const upkeep = await newLane();
    const readers: Lane[] = [];
    for (let index = 0; index < readLanes; index++) readers.push(await newLane());
    const found = { outcome, detail, quarantinedTo, left };
    return { instance, found, small, upkeep, readers, writer, shelves, archive };
  } catch (error) {
    // With a connection left open the instance lives on, and the next one on the same file would ruin it with this.
    for (const connection of connections) connection.closeSync();
    instance.closeSync();
    throw error;
  }
}

const inMemory = { outcome: 'clean', detail: '', quarantinedTo: undefined, left: undefined } as const;

/** Where statements may read and write files. */
function foldersOf(dataDir: string): string[] {
  const { archive, backups, exports } = placesOf(dataDir);
  return [archive, backups, exports];
}

/** Waits for what runs and closes the file. */
export async function closeDatabase({ instance, small, upkeep, readers, writer }: Database): Promise<void> {
  await writer.close();
  await Promise.all([small, upkeep, ...readers].map(lane => lane.close()));
  instance.closeSync();
}
