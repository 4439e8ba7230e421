import { rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { deepFreeze } from '#core/freeze.ts';
import { reasons } from '#core/wire/reasons.ts';
import { makeFolder } from '../make-folder.ts';
import { type ArchivedFile, archivedName, monthName, monthStartS } from './archive-files.ts';
import { layouts, type TableName } from './columns.ts';
import { moveTo, sync } from './recovery-files.ts';
import type { OnStep } from './restore-place.ts';
import { quoted } from './sql-text.ts';

/** Entries of a column's dictionary: enough for what a meter shows, too few for the times of some days (measured). */
const dictionarySize = 4000;

/** The exact columns, in their order in the tables. */
const exactColumns = (kind: TableName): string => Object.keys(layouts[kind]).join(', ');

const ofSeries = `meters.gateway || '.' || meters.id AS meterKey, names.quantity, quantity.unit,
  to_timestamp(rows.startS) AS time, 10.0::DOUBLE ** -(quantity.decimals::INTEGER) AS scale`;
const joinSeries = `LEFT JOIN series AS names ON names.number = rows.series
  LEFT JOIN meter AS meters ON meters.number = names.meter LEFT JOIN quantity ON quantity.id = names.quantity`;
const ofMeter = `meters.gateway || '.' || meters.id AS meterKey, to_timestamp(rows.startS) AS time`;
const joinMeter = 'LEFT JOIN meter AS meters ON meters.number = rows.meter';
const reasonTexts = `[${reasons.map(reason => `'${reason}'`).join(', ')}]`;

/**
 * For people and their tools, beside the exact numbers: names and times, which cost nothing (0.02 bytes a row: each is
 * the same for thousands of rows, or grows by the same). The values in their unit would cost twice as much as all
 * the rest; `scale` and a formula in the file tell how to get them.
 */
const forPeople = deepFreeze({
  gauge: {
    columns: ofSeries,
    join: joinSeries,
    order: 'rows.series, rows.startS',
    about:
      'min = low*step*scale, mean = (low*step+mean)*scale, max = (low+high)*step*scale, last = (low+last)*step*scale, in the unit; time is the start of a window of windowS seconds, UTC',
  },
  counter: {
    columns: `${ofSeries}, rows.last * rows.step * 10.0::DOUBLE ** -(quantity.decimals::INTEGER) AS reading`,
    join: joinSeries,
    order: 'rows.series, rows.startS',
    about:
      'reading = last*step*scale, in the unit, at the end of a window of windowS seconds that starts at time, UTC',
  },
  span: {
    columns: ofMeter,
    join: joinMeter,
    order: 'rows.meter, rows.startS',
    about:
      'one row for each record of a meter: lateS is how long after its end it arrived; isWhole 0: no value came',
  },
  missing: {
    columns: `${ofMeter}, coalesce(${reasonTexts}[rows.reason + 1], 'unknown') AS why`,
    join: joinMeter,
    order: 'rows.meter, rows.startS',
    about: 'samples that failed, by window and reason; isWhole 1: the window has no value at all',
  },
} as const satisfies Record<TableName, { columns: string; join: string; order: string; about: string }>);

/** Of one kind of table, what is to go into one file. */
export interface MonthOfTable {
  readonly generation: number;
  readonly kind: TableName;
  readonly table: string;
  readonly month: number;
}

/** The months, UTC, in which windows of a table start. */
export async function monthsIn(connection: DuckDBConnection, table: string): Promise<number[]> {
  const reader = await connection.runAndReadAll(
    `SELECT DISTINCT (year(day) * 12 + month(day) - 1)::INTEGER AS month FROM (
       SELECT DISTINCT make_timestamp((startS // 86400)::BIGINT * 86400000000) AS day FROM ${table}) ORDER BY month`,
  );
  return reader.getRows().map(([month]) => Number(month));
}

/**
 * Writes the windows of a sorted table that start in one month to a file under its final name: whole, on disk, and
 * read back. It counts only when it is registered.
 * @throws Error where it cannot be written, or does not read back as it was
 */
export async function writeMonth(
  connection: DuckDBConnection,
  archive: string,
  { generation, kind, table, month }: MonthOfTable,
  onStep: OnStep,
): Promise<ArchivedFile> {
  const name = archivedName({ generation, kind, month: monthName(month) });
  const path = join(archive, name);
  const partial = `${path}.partial`;
  await makeFolder(dirname(path));
  await rm(partial, { force: true });
  const [fromS, toS] = [monthStartS(month), monthStartS(month + 1)];
  const where = `startS >= ${fromS}::UINTEGER AND startS < ${toS}::UINTEGER`;
  const { columns, join: joined, order, about } = forPeople[kind];
  const exact = Object.keys(layouts[kind])
    .map(column => `rows.${column}`)
    .join(', ');
  onStep(`archive.write ${name}`);
  // The encodings of version 2 take a third less: times that grow by the same cost nothing. Not everything keeps the
  // order of the table, so it is given.
  await connection.run(
    `COPY (SELECT ${exact}, ${columns} FROM (SELECT * FROM ${table} WHERE ${where}) AS rows ${joined} ORDER BY ${order})
     TO ${quoted(partial, "'")} (FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION V2, ROW_GROUP_SIZE 122880,
       DICTIONARY_SIZE_LIMIT ${dictionarySize}, USE_TMP_FILE false, KV_METADATA {joulegate: ${quoted(about, "'")}})`,
  );
  onStep(`archive.sync ${name}`);
  await sync(partial);
  onStep(`archive.check ${name}`);
  const given = await factsOf(connection, kind, `${table} WHERE ${where}`);
  const found = await factsOf(connection, kind, `read_parquet([${quoted(partial, "'")}])`);
  if (given.rows !== found.rows || given.checksum !== found.checksum) {
    throw new Error(
      `The archive file ${partial} does not read back as it was written (${found.rows} rows of ${given.rows}).`,
    );
  }
  onStep(`archive.name ${name}`);
  await moveTo(partial, path);
  await sync(archive);
  const { size } = await stat(path);
  return { generation, kind, month: monthName(month), path, bytes: size, ...found };
}

/** Rows of a source of exact columns, the starts of the oldest and the newest, and a sum of their hashes. */
export async function factsOf(
  connection: DuckDBConnection,
  kind: TableName,
  source: string,
): Promise<Pick<ArchivedFile, 'rows' | 'fromS' | 'toS' | 'checksum'>> {
  const reader = await connection.runAndReadAll(
    `SELECT count(*)::DOUBLE, coalesce(min(startS), 0)::DOUBLE, coalesce(max(startS), 0)::DOUBLE,
       coalesce(sum(hash(${exactColumns(kind)})), 0)::VARCHAR FROM ${source}`,
  );
  const [rows, fromS, toS, checksum] = reader.getRows()[0] ?? [];
  return { rows: Number(rows), fromS: Number(fromS), toS: Number(toS), checksum: String(checksum) };
}
