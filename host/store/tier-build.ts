import type { DuckDBConnection } from '@duckdb/node-api';
import { type RebuildStep, touchedRows } from './corrections-rebuild.ts';
import type { Generation } from './generations.ts';
import { joinParts } from './parts.ts';
import { newRows, rawRows } from './raw-windows.ts';
import { mend } from './tier-mend.ts';
import { type Basis, type Span, sourceOf, withBucket } from './tier-sources.ts';
import { type Horizons, type Kind, keptOfParts, kinds, type Tier, tiers, tierTable } from './tier-tables.ts';

/** A generation that is read no more: what its windows were in is built anew. */
export interface Gone {
  readonly generation: Generation;
  readonly series: Readonly<Record<Kind, readonly number[]>>;
  /** Ends it, within the same transaction. */
  readonly drop: (connection: DuckDBConnection) => Promise<void>;
}

/** What one transaction builds. */
export interface Build extends Basis {
  /** Up to where each tier is built after it. */
  readonly next: Horizons;
  /** What corrections have changed. */
  readonly steps: readonly RebuildStep[];
  readonly gone: Gone | undefined;
}

/** Builds anew what is touched in the past, and then on to the next horizons; each tier of the one before it. */
export async function buildTiers(connection: DuckDBConnection, build: Build): Promise<void> {
  for (const kind of kinds) {
    await mendPast(connection, build, kind);
    for (const tier of tiers) await buildOn(connection, build, kind, tier);
  }
}

async function mendPast(connection: DuckDBConnection, build: Build, kind: Kind): Promise<void> {
  const { generations, horizons, steps, gone } = build;
  const minutes = 'series, startS // 60::UINTEGER * 60::UINTEGER AS startS';
  const isBuilt = `startS < ${horizons['60']}`;
  await mend(connection, build, kind, newRows(kind, generations.unsorted, minutes, isBuilt));
  if (gone !== undefined && gone.series[kind].length > 0) {
    const rows = rawRows(kind, [gone.generation], minutes, isBuilt);
    await mend(connection, build, kind, rows, gone.series[kind]);
  }
  for (const step of steps) {
    const corrected = touchedRows(kind, generations, step, minutes);
    if (corrected !== undefined) await mend(connection, build, kind, corrected.rows, corrected.series);
  }
}

/** The buckets from where the tier was up to where it shall be. */
async function buildOn(connection: DuckDBConnection, build: Build, kind: Kind, tier: Tier): Promise<void> {
  const fromS = Math.max(build.horizons[tier.name], build.generations.oldestS - 2 * tier.lengthS);
  const span: Span = { fromS, toS: build.next[tier.name] };
  if (span.toS <= span.fromS) return;
  const source = sourceOf(build, kind, tier)(span.fromS, span.toS);
  const { rows, bucket } = await withBucket(connection, build.zone, tier, source, span);
  await connection.run(
    `INSERT INTO ${tierTable(kind, tier)} SELECT ${keptOfParts[kind]}
     FROM (${joinParts(kind, rows, bucket)}) ORDER BY bucketS, series`,
  );
}
