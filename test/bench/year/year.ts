import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { Keeper } from '../../../host/store/keeper.ts';
import { placesOf } from '../../../host/store/recovery-files.ts';
import { migrations } from '../../../host/store/schema.ts';
import { median, rounded, timedMs } from '../numbers.ts';
import {
  counted,
  countersSql,
  detailedMeters,
  firstSinceSql,
  gaugesSql,
  plainCountersSql,
  plainMeters,
  plainSpansSql,
  powersSql,
  shown,
  sinceSql,
  spansSql,
} from './recipe.ts';

export const zone = 'Europe/Berlin';
/** A Monday. */
export const yearFromS = Date.UTC(2024, 11, 30) / 1000;
const daySeconds = 86_400;
const weekSeconds = 7 * daySeconds;

const cacheDir = join(tmpdir(), 'joulegate-bench-year');

export const gateway = 'site';
/** The name of a meter by its index; the detailed ones come first. */
export const meterName = (index: number): string => `meter-${index + 1}`;

export interface Year {
  /** Folder that a host can be started with. */
  readonly dir: string;
  readonly path: string;
  readonly fromS: number;
  readonly toS: number;
  /** Rows of gauges and of counters: one value each. */
  readonly gauges: number;
  readonly counters: number;
  readonly bytes: number;
  /** Of the database's blocks, those that hold something. */
  readonly usedBytes: number;
  /** What a host is busy with when a week is over: tiers of all of it at once, and sorting it. */
  readonly weekClosedInS: number;
  readonly madeInS: number;
}

/**
 * A database with the site's windows of `days` days, weeks closed, sorted and in the tiers, as a host would have it.
 * It is kept between runs while the recipe and the tables are the same; `isFresh` makes it anew.
 */
export async function yearFile(days: number, isFresh: boolean): Promise<Year> {
  const recipe = [days, gaugesSql(), countersSql(), powersSql(0, 1), plainCountersSql(0, 1), migrations];
  const key = createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 16);
  const dir = join(cacheDir, `${days}-days-${key}`);
  const about = join(dir, 'about.json');
  if (!isFresh) {
    const kept = await readFile(about, 'utf8').catch(() => undefined);
    if (kept !== undefined) return JSON.parse(kept);
  }
  const making = `${dir}-making`;
  await forgetOthers(days);
  await mkdir(making, { recursive: true });
  const year = await fill(making, dir, days);
  await writeFile(join(making, 'about.json'), JSON.stringify(year));
  await rename(making, dir);
  return year;
}

/** Those made by another recipe; a year takes two gigabytes. */
async function forgetOthers(days: number): Promise<void> {
  for (const name of await readdir(cacheDir).catch(() => [])) {
    if (name.startsWith(`${days}-days-`)) await rm(join(cacheDir, name), { recursive: true, force: true });
  }
}

async function fill(making: string, dir: string, days: number): Promise<Year> {
  const startMs = performance.now();
  const path = placesOf(making).database;
  const toS = yearFromS + days * daySeconds;
  await kept(making, yearFromS, false);
  let since = await withDatabase(path, async connection => {
    await nameAll(connection);
    return rowsOf(connection, firstSinceSql);
  });
  const closings: number[] = [];
  for (let fromS = yearFromS; fromS < toS; fromS += weekSeconds) {
    const untilS = Math.min(fromS + weekSeconds, toS);
    since = await withDatabase(path, connection => fillWeek(connection, fromS, untilS, since));
    // As a host would, once the tiers may know of the last windows: the week is over, and is sorted.
    closings.push(await timedMs(() => kept(making, untilS + 31, true)));
    if (((fromS - yearFromS) / weekSeconds) % 8 === 7)
      console.log(`${Math.round((untilS - yearFromS) / daySeconds)} days are made`);
  }
  const [gauges, counters, used] = await withDatabase(path, async connection => {
    await connection.run('CHECKPOINT');
    const rows = await rowsOf(
      connection,
      `SELECT (SELECT sum(estimated_size) FROM duckdb_tables() WHERE table_name LIKE 'gauge\\_g%' ESCAPE '\\')::DOUBLE,
         (SELECT sum(estimated_size) FROM duckdb_tables() WHERE table_name LIKE 'counter\\_g%' ESCAPE '\\')::DOUBLE,
         (SELECT used_blocks * block_size FROM pragma_database_size())::DOUBLE`,
    );
    return rows[0] ?? [];
  });
  return {
    dir,
    path: placesOf(dir).database,
    fromS: yearFromS,
    toS,
    gauges: gauges ?? 0,
    counters: counters ?? 0,
    bytes: (await stat(path)).size,
    usedBytes: used ?? 0,
    weekClosedInS: rounded(median(closings) / 1000),
    madeInS: Math.round((performance.now() - startMs) / 1000),
  };
}

/** Opens the database as the host does, at a time of its clock, and lets it do what is due. */
async function kept(dataDir: string, nowS: number, isWeekOver: boolean): Promise<void> {
  const keeper = await Keeper.open({ dataDir, zone, upkeepMs: 0 }, () => nowS * 1000);
  if (isWeekOver) await keeper.upkeep.run(true);
  await keeper.close();
}

/** Opens the database without the host, which would not let anybody write to its tables. */
async function withDatabase<T>(path: string, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  try {
    return await work(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const rowsOf = async (connection: DuckDBConnection, sql: string): Promise<number[][]> =>
  (await connection.runAndReadAll(sql)).getRows().map(row => row.map(Number));

async function nameAll(connection: DuckDBConnection): Promise<void> {
  let number = 0;
  for (let meter = 0; meter < detailedMeters + plainMeters; meter++) {
    await connection.run('INSERT INTO meter (number, gateway, id) VALUES (?, ?, ?)', [
      meter + 1,
      gateway,
      meterName(meter),
    ]);
    const all = [...shown.map(({ quantity }) => quantity), ...counted];
    for (const quantity of meter < detailedMeters ? all : counted.slice(0, 1)) {
      await connection.run('INSERT INTO series (number, meter, quantity) VALUES (?, ?, ?)', [
        ++number,
        meter + 1,
        quantity,
      ]);
    }
  }
}

/** A week's rows into the open generation, as they would have arrived; what the counters have counted at its end. */
async function fillWeek(
  connection: DuckDBConnection,
  fromS: number,
  toS: number,
  since: readonly (readonly number[])[],
): Promise<number[][]> {
  const [open] = await rowsOf(connection, "SELECT number FROM generation WHERE state = 'open'");
  const number = open?.[0] ?? 0;
  const values = since.map(row => `(${row.join(', ')})`).join(', ');
  await connection.run('BEGIN TRANSACTION');
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE since AS SELECT * FROM (VALUES ${values}) AS given(meter, energyImportWh, energyExportWh)`,
  );
  await connection.run(`CREATE OR REPLACE TEMP TABLE powers AS ${powersSql(fromS, toS)}`);
  await connection.run(
    `INSERT INTO gauge_g${number} (series, startS, windowS, samples, step, low, mean, high, last)
     SELECT series, startS, windowS, samples, 1, min, mean, max, last FROM (${gaugesSql()})`,
  );
  for (const counters of [countersSql(), plainCountersSql(fromS, toS)]) {
    await connection.run(
      `INSERT INTO counter_g${number} (series, startS, windowS, samples, step, last)
       SELECT series, startS, windowS, samples, 1, last FROM (${counters})`,
    );
  }
  for (const spans of [spansSql(), plainSpansSql(fromS, toS)]) {
    await connection.run(
      `INSERT INTO span_g${number} (meter, startS, windowS, lateS, isWhole, isBackdated)
       SELECT meter, startS, windowS, 1, 0, 0 FROM (${spans})`,
    );
  }
  const after = await rowsOf(connection, `SELECT * FROM (${sinceSql}) ORDER BY meter`);
  await connection.run('COMMIT');
  return after;
}
