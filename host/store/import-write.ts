import type { DuckDBConnection } from '@duckdb/node-api';
import { limits } from '#core/limits.ts';
import { quantities } from '#core/quantities.ts';
import { createGeneration, type Generation, type Generations } from './generations.ts';
import { CameMeanwhile } from './import-gate.ts';
import { numbers } from './import-numbers.ts';
import { cameMeanwhile } from './import-overlap.ts';
import type { ImportDeed, ImportReport, ImportSeries, ImportTask, WrittenSeries } from './import-types.ts';
import { spanMarks } from './ledger-build.ts';
import { transaction } from './transaction.ts';

export interface Place {
  readonly id: number;
  /** Number of the generation that is made for it. */
  readonly number: number;
  readonly nowMs: number;
}

/** Windows came from gateways where the import was about to write. */
export const cameInstead = (windows: number): CameMeanwhile =>
  new CameMeanwhile(`${windows} windows came in meanwhile where the import would write`);

/**
 * Writes the windows of `importWindow` as a generation of their own, in one transaction: all of it is there or nothing.
 * `hold` keeps other windows out while the last look is taken at those that came meanwhile.
 */
export async function writeImport(
  connection: DuckDBConnection,
  generations: Generations,
  task: ImportTask,
  deed: ImportDeed,
  report: ImportReport,
  place: Place,
  hold: (work: () => Promise<void>) => Promise<void>,
): Promise<{ readonly generation: Generation; readonly written: readonly WrittenSeries[] }> {
  const written = await writtenSeries(connection, task.series);
  const fromS = Math.min(...written.map(({ firstS }) => firstS));
  const toS = Math.max(...written.map(({ lastS }) => lastS));
  await transaction(connection, async commit => {
    for (const statement of createGeneration(place.number)) await connection.run(statement);
    await fill(connection, task, place.number);
    await connection.run(`INSERT INTO generation VALUES (?, 'closed', ?, ?, ?, 0, 0, 0, 0)`, [
      place.number,
      Math.floor(place.nowMs / 1000),
      fromS,
      toS,
    ]);
    const leftOut = report.mistakes.count + report.implausible.count;
    await connection.run('INSERT INTO imported VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL)', [
      place.id,
      place.number,
      place.nowMs,
      deed.who,
      deed.why,
      deed.fileName,
      leftOut,
    ]);
    for (const [slot, { number }] of task.series.entries()) {
      await connection.run(
        `INSERT INTO imported_series SELECT ?, ?, count(*), min(startS), max(startS + windowS) FROM importWindow
         WHERE slot = ? HAVING count(*) > 0`,
        [place.id, number, slot],
      );
    }
    await hold(async () => {
      const spans = written.flatMap(({ number, firstS, lastS, lastWindowS }) => {
        const series = task.series.find(each => each.number === number);
        return series === undefined ? [] : [{ ...series, fromS: firstS, toS: lastS + lastWindowS }];
      });
      const came = await cameMeanwhile(connection, spans, generations.open);
      if (came > 0) throw cameInstead(came);
      await commit();
    });
  });
  const generation: Generation = {
    number: place.number,
    state: 'closed',
    openedS: Math.floor(place.nowMs / 1000),
    fromS,
    toS,
    taken: { gauge: 0, counter: 0, span: 0, missing: 0 },
    archived: [],
    isImported: true,
  };
  return { generation, written };
}

async function fill(connection: DuckDBConnection, { series }: ImportTask, number: number): Promise<void> {
  const given = series
    .map(
      (each, slot) =>
        `(${slot}, ${each.number}::UINTEGER, ${each.meter}::UINTEGER, '${quantities[each.quantity].kind}')`,
    )
    .join(', ');
  const rows = `importWindow JOIN (VALUES ${given}) AS given(slot, series, meter, kind) USING (slot)`;
  await connection.run(
    `INSERT INTO gauge_g${number} (low, mean, high, last, series, startS, samples, step, windowS)
     SELECT low, steps - low, high - low, steps - low, series, startS, 1, 1, windowS FROM ${rows} WHERE kind = 'gauge' ORDER BY series, startS`,
  );
  await connection.run(
    `INSERT INTO counter_g${number} (last, series, startS, samples, step, windowS)
     SELECT steps, series, startS, 1, 1, windowS FROM ${rows} WHERE kind = 'counter' ORDER BY series, startS`,
  );
  // A record covers a quarter of an hour at most: longer windows are as many spans.
  const longestS = limits.windowMaxS;
  await connection.run(
    `INSERT INTO span_g${number} (meter, startS, lateS, windowS, isWhole, isBackdated)
     SELECT meter, startS + atS, 0, least(windowS - atS, ${longestS}), 0, ${spanMarks.imported} FROM (
       SELECT meter, startS, windowS, unnest(range(0, windowS, ${longestS})) AS atS FROM (
         SELECT DISTINCT meter, startS, windowS FROM ${rows})) ORDER BY meter, startS + atS`,
  );
}

async function writtenSeries(
  connection: DuckDBConnection,
  series: readonly ImportSeries[],
): Promise<WrittenSeries[]> {
  const rows = await numbers(
    connection,
    `SELECT slot, min(startS), arg_min(steps, startS), max(startS), arg_max(windowS, startS), max(windowS),
       arg_max(steps, startS), min(low), max(high) FROM importWindow GROUP BY slot ORDER BY slot`,
  );
  return rows.flatMap(
    ([
      slot = 0,
      firstS = 0,
      first = 0,
      lastS = 0,
      lastWindowS = 0,
      longestS = 0,
      last = 0,
      least = 0,
      most = 0,
    ]) => {
      const number = series[slot]?.number;
      if (number === undefined) return [];
      return [{ number, firstS, first, lastS, lastWindowS, longestS, last, least, most }];
    },
  );
}
