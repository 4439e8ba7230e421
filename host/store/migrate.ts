import type { Lane } from './lane.ts';
import { migrations } from './schema.ts';

/**
 * Brings the tables of a database up to date, step by step, each in a transaction.
 * @throws Error where a newer version has written it
 */
export async function migrate(lane: Lane, path: string): Promise<void> {
  await lane.run('CREATE TABLE IF NOT EXISTS migration (number INTEGER NOT NULL, atMs BIGINT NOT NULL)');
  const [row] = await lane.all('SELECT coalesce(max(number), 0) AS done FROM migration');
  const done = Number(row?.done ?? 0);
  if (done > migrations.length) {
    throw new Error(
      `The database ${path} was written by a newer version (step ${done}, this one knows ${migrations.length}); ` +
        'run that version, or restore a backup made before the update.',
    );
  }
  for (const [index, statements] of migrations.entries()) {
    if (index < done) continue;
    await lane.runAll([
      ...statements.map(statement => [statement, []] as const),
      [`INSERT INTO migration VALUES (${index + 1}, ${Date.now()})`, []],
    ]);
  }
}
