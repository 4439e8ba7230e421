import type { DuckDBConnection } from '@duckdb/node-api';
import { numbers } from './import-numbers.ts';
import { overlapsTold } from './import-overlap.ts';
import type { Staged } from './import-staging.ts';
import type { ImportedSeries, ImportReport, ImportTask } from './import-types.ts';

/**
 * What the import would write: with `fill` the windows that lie over others are taken out of `importWindow`.
 * @param keptFromS windows that begin earlier are not kept by the host
 */
export async function reportOf(
  connection: DuckDBConnection,
  task: ImportTask,
  staged: Staged,
  keptFromS: number,
): Promise<ImportReport> {
  const { order, series } = task;
  const overlaps = await overlapsTold(connection, task);
  if (order.overlap === 'fill') {
    await connection.run(
      'DELETE FROM importWindow WHERE (slot, line) IN (SELECT (slot, line) FROM importOverlap)',
    );
  }
  const [[tooOld = 0] = []] = await numbers(
    connection,
    `SELECT count(*) FROM importWindow WHERE startS < ${keptFromS}`,
  );
  const rows = await numbers(
    connection,
    `SELECT slot, count(*), min(startS), max(startS + windowS), mode(windowS) FROM importWindow GROUP BY slot`,
  );
  const values = await numbers(connection, 'SELECT slot, count(*) FROM importValue GROUP BY slot');
  const over = await numbers(connection, 'SELECT slot, count(*) FROM importOverlap GROUP BY slot');
  const told = series.map(({ key, isNew }, slot): ImportedSeries => {
    const [, windows = 0, fromS, toS, windowS] = rows.find(([of]) => of === slot) ?? [];
    return {
      key,
      isNew,
      windows,
      values: values.find(([of]) => of === slot)?.[1] ?? 0,
      fromMs: fromS === undefined ? null : fromS * 1000,
      toMs: toS === undefined ? null : toS * 1000,
      windowS: windowS ?? null,
      overlapping: over.find(([of]) => of === slot)?.[1] ?? 0,
    };
  });
  const all = rows.map(([, , fromS = 0, toS = 0]) => ({ fromS, toS }));
  const windows = told.reduce((sum, each) => sum + each.windows, 0);
  const report = {
    lines: staged.lines,
    windows,
    fromMs: all.length === 0 ? null : Math.min(...all.map(({ fromS }) => fromS)) * 1000,
    toMs: all.length === 0 ? null : Math.max(...all.map(({ toS }) => toS)) * 1000,
    series: told,
    mistakes: { count: staged.mistakes.count, first: staged.mistakes.first },
    implausible: { count: staged.implausible.count, first: staged.implausible.first },
    doubts: { count: staged.doubts.count, first: staged.doubts.first },
    others: { lines: staged.others.lines, first: staged.others.first },
    twice: staged.twice,
    overlaps,
  };
  return { ...report, obstacles: obstaclesOf(report, order, tooOld, keptFromS) };
}

function obstaclesOf(
  { windows, mistakes, series }: Omit<ImportReport, 'obstacles'>,
  { overlap, mistakes: policy }: ImportTask['order'],
  tooOld: number,
  keptFromS: number,
): string[] {
  const obstacles: string[] = [];
  const overlapping = series.reduce((sum, each) => sum + each.overlapping, 0);
  if (policy === 'refuse' && mistakes.count > 0) {
    obstacles.push(`${mistakes.count} mistakes in the file; mend them, or choose mistakes: leaveOut`);
  }
  if (overlap === 'refuse' && overlapping > 0) {
    obstacles.push(
      `${overlapping} windows lie over windows that are there already; choose overlap: fill to import what lies between them`,
    );
  }
  if (tooOld > 0) {
    const from = new Date(keptFromS * 1000).toISOString();
    obstacles.push(
      `${tooOld} windows begin before ${from}, and the host keeps windows from then on; leave them out, or keep them longer`,
    );
  }
  if (windows === 0) obstacles.push('there is nothing to import in the file');
  return obstacles;
}
