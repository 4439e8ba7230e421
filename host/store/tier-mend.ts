import type { DuckDBConnection } from '@duckdb/node-api';
import { joinParts } from './parts.ts';
import { newRows } from './raw-windows.ts';
import { bringGoneBack, goneBelow, goneSpan, mergeLate, setGoneAside, startSpan } from './retention-late.ts';
import { type Basis, type Span, sourceOf, withBucket } from './tier-sources.ts';
import { type Kind, keptOfParts, partsOfWindows, type Tier, tiers, tierTable } from './tier-tables.ts';

/**
 * Builds anew the buckets, as far as they were built, that hold these windows; all of them of `series`, if given. From tier to tier
 * the table `late` has the buckets that are touched.
 * @param windows SQL for `series` and `startS` of their minutes
 */
export async function mend(
  connection: DuckDBConnection,
  basis: Basis,
  kind: Kind,
  windows: string,
  series?: readonly number[],
): Promise<void> {
  const { generations, kept } = basis;
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE late AS SELECT DISTINCT series, startS FROM (${windows})`,
  );
  for (const tier of tiers) {
    if (tier.name !== '60') await coarsenLate(connection, basis, tier);
    if (tier.name === '900') await connection.run('CREATE OR REPLACE TEMP TABLE late_quarter AS FROM late');
    const gone = goneBelow(tier, kept, generations);
    if (gone !== undefined) await setGoneAside(connection, gone);
    await rebuildLate(connection, basis, kind, tier, series);
    if (gone === undefined) continue;
    // No correction reaches what is gone.
    if (series === undefined) await mergeIntoGone(connection, basis, kind, tier);
    await bringGoneBack(connection);
  }
}

/** The buckets of this tier that hold the late ones of what it is made of, as far as they were built. */
async function coarsenLate(
  connection: DuckDBConnection,
  { zone, horizons }: Basis,
  tier: Tier,
): Promise<void> {
  const finer = tier.name === 'day' ? 'late_quarter' : 'late';
  const span = await startSpan(connection, finer);
  if (span === undefined) return;
  const { rows, bucket } = await withBucket(connection, zone, tier, `SELECT series, startS FROM ${finer}`, {
    fromS: span.fromS,
    toS: span.toS + 1,
  });
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE late AS SELECT DISTINCT series, bucketS::UINTEGER AS startS
     FROM (SELECT series, ${bucket} AS bucketS FROM (${rows})) WHERE bucketS < ${horizons[tier.name]}`,
  );
}

async function rebuildLate(
  connection: DuckDBConnection,
  basis: Basis,
  kind: Kind,
  tier: Tier,
  series: readonly number[] | undefined,
): Promise<void> {
  const touched = await startSpan(connection, 'late');
  if (touched === undefined) return;
  const { fromS: firstS, toS: lastS } = touched;
  const table = tierTable(kind, tier);
  await connection.run(
    `DELETE FROM ${table} USING late WHERE ${table}.startS >= ${firstS} AND ${table}.startS <= ${lastS}
       AND ${table}.series = late.series AND ${table}.startS = late.startS`,
  );
  // Some civil days have 25 hours, and where clocks go back by more, 26 and 27.
  const span: Span = { fromS: firstS, toS: lastS + (tier.name === 'day' ? 2 : 1) * tier.lengthS };
  const source = sourceOf(basis, kind, tier, series)(span.fromS, span.toS);
  const { rows, bucket } = await withBucket(connection, basis.zone, tier, source, span);
  await connection.run(
    `INSERT INTO ${table} SELECT ${keptOfParts[kind]} FROM (${joinParts(
      kind,
      `SELECT parts.* FROM (SELECT *, (${bucket})::UINTEGER AS slotS FROM (${rows})) AS parts
       SEMI JOIN late ON parts.series = late.series AND parts.slotS = late.startS`,
      'slotS',
    )}) ORDER BY bucketS, series`,
  );
}

/** Late windows of a time of which the finer rows are gone. */
async function mergeIntoGone(
  connection: DuckDBConnection,
  { generations, zone, kept, horizons }: Basis,
  kind: Kind,
  tier: Tier,
): Promise<void> {
  const span = await goneSpan(connection, kept.fromS(tier.name));
  if (span === undefined) return;
  const late = newRows(kind, generations.unsorted, partsOfWindows[kind], `startS < ${horizons['60']}`);
  const toS = span.toS + 2 * tier.lengthS;
  await mergeLate(connection, kind, tier, await withBucket(connection, zone, tier, late, { ...span, toS }));
}
