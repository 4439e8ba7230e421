import { type Generation, generationTable, sourceOf } from './generations.ts';
import type { Kind } from './tier-tables.ts';

/** SQL for all rows of these generations' tables; `where` holds for each. */
export function rawRows(
  kind: Kind | 'span' | 'missing',
  generations: readonly Generation[],
  columns: string,
  where: string,
): string {
  const sources = generations.flatMap(generation => sourceOf(kind, generation) ?? []);
  // A range that no generation touches still has the columns.
  return (sources.length === 0 ? [`${kind}_none`] : sources)
    .map(source => `SELECT ${columns} FROM ${source} WHERE ${where}`)
    .join(' UNION ALL ');
}

/** SQL for the rows of a table that are new since they were last taken into the tiers; those that a build takes, while one runs. */
export const newRows = (
  kind: Kind | 'span' | 'missing',
  generations: readonly Generation[],
  columns: string,
  where = 'true',
): string =>
  generations
    .filter(({ state }) => state === 'open' || state === 'closed')
    .map(generation => {
      const { taken, taking } = generation;
      const until = taking === undefined ? '' : ` AND rowid < ${taking[kind]}`;
      return `SELECT ${columns} FROM ${generationTable(kind, generation)} WHERE rowid >= ${taken[kind]}${until} AND ${where}`;
    })
    .join(' UNION ALL ');
