import type { DuckDBConnection } from '@duckdb/node-api';
import { quantities } from '#core/quantities.ts';
import { localClock } from '../export/local-time.ts';
import { doubt } from '../import/doubt.ts';
import type { LineMistake } from '../import/order.ts';
import { usedWords } from '../import/proposal/goes-out.ts';
import { numbers } from './import-numbers.ts';
import type { ImportTask } from './import-types.ts';

/** Of what it makes by day the sun makes so little at night, and what is used goes on with more: shares of the mean. */
const nightMost = 0.001;
const nightLeast = 0.1;
/** Nights and days of which there is so much are ones, s. */
const enoughS = 2 * 3600;
/** Parts of the time. */
const [days, nights, gaps] = [0, 1, 2];

/**
 * Energy of `importWindow` that is taken for drawn, and rests from 23 to 2 as what the sun makes; and energy that is taken for what
 * goes out, and goes on then: names such as PV, production or feed-in say it of both.
 */
export async function likeSun(
  connection: DuckDBConnection,
  { order, series, seriesOfColumn }: ImportTask,
): Promise<readonly LineMistake[]> {
  const flows = series.flatMap(({ key, quantity }, slot) => {
    const [, kind, way = ''] = /^(power|energy)(Import|Export)?(?:L[123])?Wh?$/.exec(quantity) ?? [];
    const columns = order.columns.filter((_, at) => seriesOfColumn[at] === slot);
    const names = columns.map(({ column, where }) => `${column} ${where?.equals ?? ''}`).join(' ');
    return kind === undefined || usedWords.test(names) ? [] : [{ key, quantity, slot, way }];
  });
  if (flows.length === 0) return [];
  const clock = localClock(order.time.zone);
  const slots = flows.map(({ slot }) => slot).join(', ');
  const counters = flows.filter(({ quantity }) => quantities[quantity].kind === 'counter');
  const isCounter = `slot IN (${[-1, ...counters.map(({ slot }) => slot)].join(', ')})`;
  const [[firstS = 0] = []] = await numbers(connection, 'SELECT min(startS) FROM importWindow');
  // Mean powers: of a counter what it grew by since the one before, in whatever hours where that is long ago.
  const rows = await numbers(
    connection,
    `SELECT slot, CASE WHEN lengthS > 3600 THEN ${gaps} WHEN hour >= 23 OR hour < 2 THEN ${nights} ELSE ${days} END AS part,
       sum(lengthS), sum(made)::DOUBLE, min(made)::DOUBLE, max(made)::DOUBLE, min(startS), max(startS) FROM (
       SELECT slot, startS, ((startS + ${clock.offsetS(firstS)}) // 3600) % 24 AS hour, CASE WHEN ${isCounter} THEN sinceS ELSE windowS END AS lengthS,
         CASE WHEN ${isCounter} THEN steps - before ELSE steps * windowS END AS made FROM (
         SELECT *, lag(steps) OVER own AS before, startS + windowS - lag(startS + windowS) OVER own AS sinceS
         FROM importWindow WHERE slot IN (${slots}) WINDOW own AS (PARTITION BY slot ORDER BY startS)))
     WHERE made IS NOT NULL GROUP BY ALL`,
  );
  return flows.flatMap(({ key, slot, way }): LineMistake[] => {
    const of = (wanted: number) =>
      rows.find(([own, part]) => own === slot && part === wanted)?.slice(2) ?? [];
    const [nightS = 0, night = 0, nightLow = 0, nightHigh = 0] = of(nights);
    const [dayS = 0, day = 0, dayLow = 0, dayHigh = 0, fromS = 0, toS = 0] = of(days);
    const [, unseen = 0] = of(gaps);
    // A file of nothing but daylight has its nights between.
    const isDaylight = nightS === 0 && toS - fromS > 24 * 3600 && unseen <= day * nightMost;
    if ((nightS < enoughS && !isDaylight) || dayS < enoughS) return [];
    const [low, high] = [Math.min(nightLow, dayLow), Math.max(nightHigh, dayHigh)];
    const isOut = way === 'Export' || (way === '' && high <= 0);
    // What goes both ways by its sign says so.
    if (!isOut && low < 0) return [];
    const share = night / Math.max(nightS, 1) / ((night + day) / (nightS + dayS));
    if (isOut && share >= nightLeast) return [doubt(0, key, 'import.night', {})];
    if (isOut || !(share <= nightMost)) return [];
    return [doubt(0, key, 'import.sun', {})];
  });
}
