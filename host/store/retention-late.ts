import type { DuckDBConnection } from '@duckdb/node-api';
import { monthEndS, monthOf, monthStartS } from './archive-files.ts';
import type { Generations } from './generations.ts';
import { joinParts } from './parts.ts';
import type { Kept } from './retention.ts';
import { type Kind, keptOfParts, partsOfTier, type Tier, tierTable } from './tier-tables.ts';

/**
 * Where what the buckets of a tier are made of is gone, as a condition on `startS`: to build one anew from late windows
 * alone would lose the rest. Gone is what was not kept, and for the finest tier what lies in files that cannot be
 * read. undefined where all is there.
 */
export function goneBelow(tier: Tier, kept: Kept, generations: Generations): string | undefined {
  const conditions: string[] = [];
  // Days are made of quarters of an hour.
  const keptFromS = tier.name === 'day' ? kept.fromS('900') : kept.finerFromS(tier);
  if (keptFromS > 0) conditions.push(`startS < ${keptFromS}`);
  if (tier.name === '60' && generations.faults.size > 0) {
    const files = generations.list.flatMap(({ archived }) => archived);
    for (const { path, month } of files) {
      if (!generations.faults.has(path)) continue;
      const endS = monthEndS(month);
      conditions.push(`startS >= ${monthStartS(monthOf(endS - 1))} AND startS < ${endS}`);
    }
  }
  return conditions.length === 0 ? undefined : `(${conditions.join(' OR ')})`;
}

/** Takes those buckets out of the table `late`, into `late_gone`. */
export async function setGoneAside(connection: DuckDBConnection, gone: string): Promise<void> {
  await connection.run(`CREATE OR REPLACE TEMP TABLE late_gone AS SELECT * FROM late WHERE ${gone}`);
  await connection.run(`DELETE FROM late WHERE ${gone}`);
}

export const bringGoneBack = (connection: DuckDBConnection): Promise<unknown> =>
  connection.run('INSERT INTO late SELECT * FROM late_gone');

/** Start of the oldest of these buckets and of the newest; undefined where there is none. */
export async function goneSpan(
  connection: DuckDBConnection,
  keptFromS: number,
): Promise<{ readonly fromS: number; readonly toS: number } | undefined> {
  // Of a tier that itself is not kept there, nothing is to be built.
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE late_merged AS SELECT * FROM late_gone WHERE startS >= ${keptFromS}`,
  );
  return startSpan(connection, 'late_merged');
}

/** The first start and the last in a table of buckets, s; undefined where it is empty. */
export async function startSpan(
  connection: DuckDBConnection,
  table: 'late' | 'late_quarter' | 'late_merged',
): Promise<{ readonly fromS: number; readonly toS: number } | undefined> {
  const reader = await connection.runAndReadAll(
    `SELECT min(startS)::DOUBLE, max(startS)::DOUBLE FROM ${table}`,
  );
  const [fromS, toS] = reader.getRows()[0] ?? [];
  return typeof fromS === 'number' && typeof toS === 'number' ? { fromS, toS } : undefined;
}

/**
 * Joins late windows to the buckets that were made of those that are gone: sums stay exact, and of a counter what lies
 * between the readings that a bucket still tells.
 * @param rows parts of the new windows; `bucket` gives the start of each one's bucket
 */
export async function mergeLate(
  connection: DuckDBConnection,
  kind: Kind,
  tier: Tier,
  { rows, bucket }: { readonly rows: string; readonly bucket: string },
): Promise<void> {
  const table = tierTable(kind, tier);
  const present = `SELECT ${partsOfTier[kind]} FROM ${table} AS built
    WHERE EXISTS (FROM late_merged AS late WHERE late.series = built.series AND late.startS = built.startS)`;
  const parts = `SELECT *, startS AS slotS FROM (${present}) UNION ALL BY NAME
    SELECT parts.* FROM (SELECT *, (${bucket})::UINTEGER AS slotS FROM (${rows})) AS parts
    SEMI JOIN late_merged AS late ON parts.series = late.series AND parts.slotS = late.startS`;
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE merged AS SELECT ${keptOfParts[kind]}
     FROM (${joinParts(kind, parts, 'slotS')})`,
  );
  await connection.run(
    `DELETE FROM ${table} USING late_merged AS late
     WHERE ${table}.series = late.series AND ${table}.startS = late.startS`,
  );
  await connection.run(`INSERT INTO ${table} SELECT * FROM merged ORDER BY bucketS, series`);
}
