import type { DuckDBConnection } from '@duckdb/node-api';
import { quantities } from '#core/quantities.ts';
import type { CorrectedSeries } from '../corrections/types.ts';
import type { Generations } from './generations.ts';
import { rawRows } from './raw-windows.ts';
import { type Kind, kinds } from './tier-tables.ts';

/** Windows of these series that start in `[fromS, toS)` are in the tiers as they were before an entry. */
export interface Rebuild {
  /** Of the entry. */
  readonly id: number;
  readonly fromS: number;
  readonly toS: number;
  readonly series: readonly CorrectedSeries[];
}

/** What one build takes in of it: the windows that start in `[fromS, toS)`. */
export interface RebuildStep {
  readonly rebuild: Rebuild;
  readonly fromS: number;
  readonly toS: number;
  readonly isLast: boolean;
}

/** So much time, and so many entries, are built anew in one transaction. */
const rebuildS = 28 * 86_400;
const rebuildsMost = 16;

/**
 * What a build that begins at `horizonS` takes in: what starts later it builds by the newest plan anyway. A long time
 * without windows is one step.
 */
export async function rebuildSteps(
  connection: DuckDBConnection,
  generations: Generations,
  rebuilds: readonly Rebuild[],
  horizonS: number,
): Promise<RebuildStep[]> {
  const steps: RebuildStep[] = [];
  const endOf = ({ fromS, toS }: Rebuild) => Math.max(Math.min(toS, horizonS), fromS);
  const workable = rebuilds.filter(rebuild => isReadable(generations, rebuild.fromS, endOf(rebuild)));
  for (const rebuild of workable.slice(0, rebuildsMost)) {
    const endS = endOf(rebuild);
    const firstS = await firstWindowS(connection, generations, rebuild, endS);
    const fromS = firstS ?? endS;
    const toS = Math.min(fromS + rebuildS, endS);
    steps.push({ rebuild, fromS, toS, isLast: toS === endS });
  }
  return steps;
}

/** One with a file that cannot be read waits until it can be. */
const isReadable = (generations: Generations, fromS: number, toS: number): boolean =>
  generations
    .touching(fromS, toS)
    .every(({ archived }) => archived.every(({ path }) => !generations.faults.has(path)));

/** Keeps how far they are, in the transaction that builds them. */
export async function saveSteps(connection: DuckDBConnection, steps: readonly RebuildStep[]): Promise<void> {
  for (const { rebuild, toS, isLast } of steps) {
    await (isLast
      ? connection.run('DELETE FROM correction_rebuild WHERE id = ?', [rebuild.id])
      : connection.run('UPDATE correction_rebuild SET fromS = ? WHERE id = ?', [toS, rebuild.id]));
  }
}

/** SQL for the windows that a step touches, as they came: those that are left out have to be found, too. */
export function touchedRows(
  kind: Kind,
  generations: Generations,
  { rebuild, fromS, toS }: Pick<RebuildStep, 'rebuild' | 'fromS' | 'toS'>,
  columns: string,
): { readonly rows: string; readonly series: readonly number[] } | undefined {
  const series = rebuild.series
    .filter(({ quantity }) => quantities[quantity].kind === kind)
    .map(({ number }) => number);
  if (series.length === 0 || fromS >= toS) return undefined;
  const where = `series IN (${series.join(', ')}) AND startS >= ${fromS}::UINTEGER AND startS < ${toS}::UINTEGER`;
  return { rows: rawRows(kind, generations.touching(fromS, toS), columns, where), series };
}

async function firstWindowS(
  connection: DuckDBConnection,
  generations: Generations,
  rebuild: Rebuild,
  endS: number,
): Promise<number | undefined> {
  const { fromS } = rebuild;
  const rows = kinds.flatMap(
    kind => touchedRows(kind, generations, { rebuild, fromS, toS: endS }, 'startS')?.rows ?? [],
  );
  if (rows.length === 0) return undefined;
  const reader = await connection.runAndReadAll(`SELECT min(startS) FROM (${rows.join(' UNION ALL ')})`);
  const first = reader.getRows()[0]?.[0] ?? null;
  return first === null ? undefined : Number(first);
}
