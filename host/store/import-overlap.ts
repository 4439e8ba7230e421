import type { DuckDBConnection } from '@duckdb/node-api';
import { quantities } from '#core/quantities.ts';
import type { Generation, Generations } from './generations.ts';
import { numbers } from './import-numbers.ts';
import type { ImportSeries, ImportTask, Overlap } from './import-types.ts';
import { rawRows } from './raw-windows.ts';
import { second } from './series-parts.ts';
import { kinds } from './tier-tables.ts';

/** No window is longer than its column holds. */
const longestS = 65_535;
const toldStretches = 100;

/**
 * Makes a table `importOverlap` (slot, line, startS, endS) of the windows of `importWindow` that have a second in common
 * with a window that is there already, in whatever generation.
 */
export async function findOverlaps(
  connection: DuckDBConnection,
  { series }: ImportTask,
  generations: Generations,
): Promise<void> {
  const [[fromS = 0, toS = 0] = []] = await numbers(
    connection,
    'SELECT coalesce(min(startS), 0), coalesce(max(startS + windowS), 0) FROM importWindow',
  );
  const touching = generations.touching(fromS - longestS, toS);
  const slots = series.map(({ number }, slot) => `(${slot}, ${number}::UINTEGER)`).join(', ');
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE importOverlap AS
     WITH had AS (SELECT slot, startS::BIGINT AS startS, startS::BIGINT + windowS AS endS
         FROM (${windowsOf(series, touching, fromS - longestS, toS)}) AS rows
         JOIN (VALUES ${slots}) AS slots(slot, series) USING (series)),
       covered AS (SELECT slot, startS, max(endS) OVER (PARTITION BY slot ORDER BY startS) AS untilS FROM had),
       given AS (SELECT slot, line, startS, startS + windowS AS endS FROM importWindow)
     SELECT given.* FROM given ASOF JOIN covered ON given.slot = covered.slot AND given.endS > covered.startS
     WHERE covered.untilS > given.startS`,
  );
}

/** Where these are, series by series; windows that touch are one stretch. The first of them. */
export async function overlapsTold(connection: DuckDBConnection, { series }: ImportTask): Promise<Overlap[]> {
  const rows = await numbers(
    connection,
    `SELECT slot, min(startS), max(endS), count(*) FROM (
       SELECT *, sum(isNew) OVER (PARTITION BY slot ORDER BY startS) AS stretch FROM (
         SELECT *, CASE WHEN startS <= lag(endS) OVER (PARTITION BY slot ORDER BY startS) THEN 0 ELSE 1 END AS isNew
         FROM importOverlap))
     GROUP BY slot, stretch ORDER BY slot, 2 LIMIT ${toldStretches}`,
  );
  return rows.map(([slot = 0, fromS = 0, toS = 0, windows = 0]) => ({
    series: series[slot]?.key ?? '',
    fromMs: fromS * 1000,
    toMs: toS * 1000,
    windows,
  }));
}

/** SQL for series and windows that start in `[fromS, toS)`. */
function windowsOf(
  series: readonly ImportSeries[],
  generations: readonly Generation[],
  fromS: number,
  toS: number,
): string {
  return kinds
    .map(kind => {
      const own = series.filter(({ number, quantity }) => number > 0 && quantities[quantity].kind === kind);
      const of = own.length === 0 ? 'false' : `series IN (${own.map(({ number }) => number).join(', ')})`;
      const where = `${of} AND startS >= ${second(fromS)} AND startS < ${second(toS)}`;
      return rawRows(kind, generations, 'series, startS, windowS', where);
    })
    .join(' UNION ALL ');
}

/** How many windows came into a generation that lie between the first and the last that are imported of their series. */
export async function cameMeanwhile(
  connection: DuckDBConnection,
  series: readonly (ImportSeries & { readonly fromS: number; readonly toS: number })[],
  generation: Generation,
): Promise<number> {
  let count = 0;
  for (const { number, quantity, fromS, toS } of series) {
    const kind = quantities[quantity].kind;
    const where = `series = ${number}::UINTEGER AND startS < ${second(toS)} AND startS + windowS > ${second(fromS)}`;
    const [[found = 0] = []] = await numbers(
      connection,
      `SELECT count(*) FROM (${rawRows(kind, [generation], 'startS', where)})`,
    );
    count += found;
  }
  return count;
}
