import { type Generation, generationTable } from './generations.ts';
import type { Kind } from './tier-tables.ts';

/** SQL for all rows of these generations' tables; `where` holds for each. */
export function rawRows(
  kind: Kind | 'span' | 'missing',
  generations: readonly Generation[],
  columns: string,
  where: string,
): string {
  // A range that no generation touches still has the columns.
  const list = generations.length === 0 ? [{ number: 1 }] : generations;
  return list
    .map(generation => `SELECT ${columns} FROM ${generationTable(kind, generation)} WHERE ${where}`)
    .join(' UNION ALL ');
}

/** SQL for the rows of a table that are new since they were last taken into the tiers. */
export const newRows = (
  kind: Kind | 'span' | 'missing',
  generations: readonly Generation[],
  columns: string,
  where = 'true',
): string =>
  generations
    .map(
      generation =>
        `SELECT ${columns} FROM ${generationTable(kind, generation)} WHERE rowid >= ${generation.taken[kind]} AND ${where}`,
    )
    .join(' UNION ALL ');
