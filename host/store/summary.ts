import type { DuckDBConnection } from '@duckdb/node-api';
import type { Generation } from './generations.ts';
import type { Lane } from './lane.ts';
import { newRows, rawRows } from './raw-windows.ts';
import type { LoadedNames } from './types.ts';

/** See series-book.ts: windows further ahead of the clock do not count as the newest where others do. */
const aheadS = 3600;

/** Whether the newest of the new rows is the newest of all, by the rule of series-book.ts. */
const isNewer = (nowS: number): string => {
  const latestS = nowS + aheadS;
  return `(series.endS IS NULL OR CASE WHEN (given.endS > ${latestS}) = (series.endS > ${latestS})
    THEN given.endS >= series.endS ELSE series.endS > ${latestS} END)`;
};

type RowsOf = (kind: 'gauge' | 'counter', columns: string) => string;

const ofNewRows = (generations: readonly Generation[], nowS: number): string =>
  ofRows((kind, columns) => newRows(kind, generations, columns), nowS);

const ofRows = (rowsOf: RowsOf, nowS: number): string => {
  const columns = (last: string, peak: string) =>
    `series, startS, windowS, startS + windowS AS endS, ${last} AS last, ${peak} AS peak`;
  const largest = 'greatest(abs(low * step), abs((low + high) * step))';
  const gauges = rowsOf('gauge', columns('(low + last) * step', largest));
  const counters = rowsOf('counter', columns('last * step', '0'));
  return `SELECT series, min(startS) AS firstS, max(windowS) AS longestS, max(peak) AS peak,
      coalesce(max(endS) FILTER (endS <= ${nowS + aheadS}), max(endS)) AS endS,
      coalesce(arg_max(last, endS) FILTER (endS <= ${nowS + aheadS}), arg_max(last, endS)) AS last
    FROM (${gauges} UNION ALL ${counters}) GROUP BY series`;
};

const scaled = `SELECT rows.* EXCLUDE (peak), last / 10.0::DOUBLE ** decimals AS value,
    rows.peak / 10.0::DOUBLE ** decimals AS peak FROM rows
  JOIN series ON number = rows.series JOIN quantity ON id = quantity`;

/** Numbers of the series that gateways told new rows of: those of files lie in generations of their own. */
const newlyHeard = (generations: readonly Generation[]): string => {
  const told = generations.filter(({ isImported }) => !isImported);
  return `SELECT series FROM (${newRows('gauge', told, 'series')} UNION ALL ${newRows('counter', told, 'series')})`;
};

/** Adds to the table of series what the new rows say: what they span, the newest value, and whether gateways told any. */
export async function summarise(
  connection: DuckDBConnection,
  generations: readonly Generation[],
  nowS: number,
): Promise<void> {
  await take(connection, ofNewRows(generations, nowS), nowS);
  await connection.run(
    `UPDATE series SET isHeard = true WHERE NOT isHeard AND number IN (${newlyHeard(generations)})`,
  );
}

/**
 * Tells anew from all rows what series span, where windows that start from `fromS` on are read no more. What was before
 * that, and may be kept no longer, stays as it is.
 */
export async function restate(
  connection: DuckDBConnection,
  generations: readonly Generation[],
  series: readonly { readonly number: number; readonly fromS: number }[],
  nowS: number,
): Promise<void> {
  for (const { number, fromS } of series) {
    await connection.run(
      `UPDATE series SET firstS = CASE WHEN firstS < ? THEN firstS END, endS = NULL, longestS = NULL, value = NULL, peak = NULL
       WHERE number = ?`,
      [fromS, number],
    );
  }
  if (series.length === 0) return;
  const where = `series IN (${series.map(({ number }) => number).join(', ')})`;
  await take(
    connection,
    ofRows((kind, columns) => rawRows(kind, generations, columns, where), nowS),
    nowS,
  );
}

async function take(connection: DuckDBConnection, rows: string, nowS: number): Promise<void> {
  await connection.run(
    `WITH rows AS (${rows}), given AS (${scaled})
     UPDATE series SET firstS = least(series.firstS, given.firstS), longestS = greatest(series.longestS, given.longestS),
       value = CASE WHEN ${isNewer(nowS)} THEN given.value ELSE series.value END,
       peak = greatest(series.peak, given.peak),
       endS = CASE WHEN ${isNewer(nowS)} THEN given.endS ELSE series.endS END
     FROM given WHERE series.number = given.series`,
  );
}

/** All names, with what the table of series says and what the new rows add to it. */
export async function loadNames(
  lane: Lane,
  generations: readonly Generation[],
  nowS: number,
): Promise<LoadedNames> {
  const meters = await lane.all('SELECT number, gateway, id FROM meter ORDER BY number');
  const rows = await lane.all(
    `WITH rows AS (${ofNewRows(generations, nowS)}), given AS (${scaled})
     SELECT number, meter, quantity, coalesce(least(series.firstS, given.firstS), 0) AS firstS,
       coalesce(CASE WHEN ${isNewer(nowS)} THEN given.endS END, series.endS, 0) AS endS,
       coalesce(greatest(series.longestS, given.longestS), 0) AS longestS,
       coalesce(CASE WHEN ${isNewer(nowS)} THEN given.value END, series.value, 0) AS value,
       coalesce(greatest(series.peak, given.peak), 0) AS peak,
       isHeard OR number IN (${newlyHeard(generations)}) AS isHeard
     FROM series LEFT JOIN given ON number = given.series ORDER BY number`,
  );
  return {
    meters: meters.map(({ number, gateway, id }) => ({
      number: Number(number),
      gateway: String(gateway),
      id: String(id),
    })),
    series: {
      number: rows.map(({ number }) => Number(number)),
      meter: rows.map(({ meter }) => Number(meter)),
      quantity: rows.map(({ quantity }) => String(quantity)),
      firstS: rows.map(({ firstS }) => Number(firstS)),
      endS: rows.map(({ endS }) => Number(endS)),
      longestS: rows.map(({ longestS }) => Number(longestS)),
      value: rows.map(({ value }) => Number(value)),
      peak: rows.map(({ peak }) => Number(peak)),
      isHeard: rows.map(({ isHeard }) => isHeard === true),
    },
  };
}
