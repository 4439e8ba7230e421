import type { DuckDBConnection } from '@duckdb/node-api';
import { quantities } from '#core/quantities.ts';
import { localClock } from '../export/local-time.ts';
import { doubt } from '../import/doubt.ts';
import type { LineMistake } from '../import/order.ts';
import { sideOf } from '../import/proposal/times.ts';
import { numbers } from './import-numbers.ts';
import type { ImportTask } from './import-types.ts';

const hourS = 3600;
const daySeconds = 86_400;
/** Windows from which on it matters of which end a time is, s; shorter ones are of loggers. */
const intervalLeastS = 300;

/**
 * Series of `importWindow` of which nothing says whether their times are of the beginnings or of the ends of intervals, or which begin
 * as those of the other do: the first time of a day's ends is that of its first interval's, its last one midnight.
 */
export async function likeEnds(
  connection: DuckDBConnection,
  { order, series }: ImportTask,
): Promise<readonly LineMistake[]> {
  const { means, zone, columns } = order.time;
  const clock = localClock(zone);
  const clockS = (atS: number) => (((atS + clock.offsetS(atS)) % daySeconds) + daySeconds) % daySeconds;
  const atS = means === 'end' ? 'startS + windowS' : 'startS';
  const gauges = gaugesOf(series);
  // What is looked at every quarter of an hour is so a few seconds later; exact times are those of means.
  const isMean =
    means === 'instant'
      ? `AND slot IN (${[-1, ...gauges].join(', ')}) AND count(*) FILTER (startS % windowS = 0) >= 0.95 * count(*)`
      : '';
  const rows = await numbers(
    connection,
    `SELECT slot, mode(windowS), min(${atS}), max(${atS}), arg_min(line, startS) FROM importWindow
     GROUP BY slot HAVING count(*) > 1 AND mode(windowS) >= ${intervalLeastS} ${isMean} ORDER BY slot`,
  );
  let isSaid = columns.some(column => sideOf(column) !== undefined);
  const unsaid: LineMistake[] = [];
  const like = rows.flatMap(([slot = 0, windowS = 0, firstS = 0, lastS = 0, line = 0]): LineMistake[] => {
    const [first, last] = [clockS(firstS), clockS(lastS)];
    // Whole hours may be of a file that begins later: they reach to midnight, too.
    const isShort = windowS < hourS;
    const isOfEnds = first === windowS && (isShort || last === 0);
    const isOfStarts = first === 0 && (isShort || last === daySeconds - windowS);
    const column = series[slot]?.key ?? '';
    if (means !== 'end' && isOfEnds) return [doubt(line, column, 'import.asEnds', { seconds: windowS })];
    isSaid ||= isOfEnds || isOfStarts;
    // An end that is not the day's first one is what somebody has said.
    if (means === 'end' && first !== windowS) return [];
    const code = means === 'end' ? 'import.unsaidEnd' : 'import.unsaidStart';
    unsaid.push(doubt(0, column, code, { seconds: windowS }));
    return [];
  });
  // One is enough, of either: they have their times from the same columns.
  return like.length > 0 || isSaid ? like : unsaid.slice(0, 1);
}

/**
 * Series of `importWindow` of whose lines some are about a day before those around them, as midnight is where it ends a day and is
 * written with the date of that day.
 */
export async function likeDayEnds(
  connection: DuckDBConnection,
  { series }: ImportTask,
): Promise<readonly LineMistake[]> {
  const [less, more] = [
    `BETWEEN ${daySeconds - hourS} AND ${daySeconds - 1}`,
    `BETWEEN ${daySeconds + 1} AND ${daySeconds + hourS}`,
  ];
  const rows = await numbers(
    connection,
    `SELECT slot, min(line), count(*) FROM (
       SELECT slot, line, lag(startS) OVER own - startS AS afterS, lead(startS) OVER own - startS AS beforeS
       FROM importWindow WINDOW own AS (PARTITION BY slot ORDER BY line))
     WHERE (afterS ${less} AND coalesce(beforeS ${more}, true)) OR (beforeS ${less} AND coalesce(afterS ${more}, true))
     GROUP BY slot ORDER BY slot LIMIT 1`,
  );
  return rows.map(([slot = 0, line = 0, times = 0]) =>
    doubt(line, series[slot]?.key ?? '', 'import.dayEnd', { times }),
  );
}

const gaugesOf = (series: ImportTask['series']): number[] =>
  series.flatMap(({ quantity }, slot) => (quantities[quantity].kind === 'gauge' ? [slot] : []));

/** Distances of another length, one behind the other, before they are taken for those of longer intervals and not for gaps. */
const longerLeast = 8;

/** Means of `importWindow` of which some stand for intervals of another length than most: of hours first, and later of quarters. */
export async function likeLonger(
  connection: DuckDBConnection,
  { order, series }: ImportTask,
): Promise<readonly LineMistake[]> {
  if (order.time.means === 'instant') return [];
  const gauges = gaugesOf(series);
  if (gauges.length === 0) return [];
  const rows = await numbers(
    connection,
    `SELECT slot, sinceS, windowS, count(*) AS times, min(line) FROM (
       SELECT *, lag(sinceS) OVER (PARTITION BY slot ORDER BY startS) AS beforeS FROM (
         SELECT slot, line, startS, windowS, startS - lag(startS) OVER (PARTITION BY slot ORDER BY startS) AS sinceS
         FROM importWindow WHERE slot IN (${gauges.join(', ')})))
     WHERE sinceS = beforeS AND sinceS >= 2 * windowS AND windowS >= 60 GROUP BY slot, sinceS, windowS
     HAVING times >= ${longerLeast} ORDER BY times DESC LIMIT 1`,
  );
  return rows.map(([slot = 0, seconds = 0, windowS = 0, times = 0, line = 0]) =>
    doubt(line, series[slot]?.key ?? '', 'import.longer', { times, seconds, windowS }),
  );
}

/** Less than any house draws at its most, W: as many kW are a house. */
const faintW = 30;
/** Fewer windows, as of the hours of less than a day, tell nothing of the most. */
const peakOfLeast = 24;

/**
 * Powers and counters whose names say no unit, all so small that they are likely of kW and kWh: a house that draws 3 W.
 */
export async function likeKilo(
  connection: DuckDBConnection,
  { order, seriesOfColumn }: ImportTask,
): Promise<readonly LineMistake[]> {
  const flows = order.columns.flatMap((column, at) =>
    /^(?:power|energy)(?:Import|Export)?(?:L[123])?Wh?$/.test(column.quantity)
      ? [{ ...column, slot: seriesOfColumn[at] ?? 0 }]
      : [],
  );
  const isSilent = ({ column, where, factor }: (typeof flows)[number]) =>
    /^-?1$/.test(factor) && !/watt|wh?(?![a-z])/i.test(`${column} ${where?.equals ?? ''}`);
  // A line of units below the names is not told here.
  if (flows.length === 0 || (order.format.under ?? 0) > 0 || !flows.every(isSilent)) return [];
  const slots = flows.map(({ slot }) => slot).join(', ');
  const peaks = await numbers(
    connection,
    `SELECT slot, max(abs(steps))::DOUBLE, max((steps - before) * 3600 / nullif(endS - beforeS, 0))::DOUBLE FROM (
       SELECT slot, steps, startS + windowS AS endS, lag(steps) OVER own AS before, lag(startS + windowS) OVER own AS beforeS
       FROM importWindow WHERE slot IN (${slots}) WINDOW own AS (PARTITION BY slot ORDER BY startS))
     GROUP BY slot HAVING count(*) >= ${peakOfLeast}`,
  );
  const told = flows.map(({ quantity, slot, meter }) => {
    const [, greatest = 0, growth = 0] = peaks.find(([of]) => of === slot) ?? [];
    const { kind, decimals } = quantities[quantity];
    return { key: `${meter}.${quantity}`, peakW: (kind === 'counter' ? growth : greatest) / 10 ** decimals };
  });
  const most = told.reduce((one, other) => (other.peakW > one.peakW ? other : one), { key: '', peakW: 0 });
  if (!(most.peakW > 0 && most.peakW < faintW)) return [];
  return [doubt(0, most.key, 'import.kilo', { watts: Number(most.peakW.toPrecision(3)) })];
}

/** How much better readings fit in another place before it is told. */
const fitsBetterBy = 4;
const growthsLeast = 8;

/**
 * Counters of `importWindow` beside means of power whose readings are taken for those of ends of intervals, and grow as the power of
 * the interval before makes: they are of the moments of their lines.
 */
export async function likeMoments(
  connection: DuckDBConnection,
  { order, series }: ImportTask,
): Promise<readonly LineMistake[]> {
  if (order.time.means !== 'start') return [];
  const found: LineMistake[] = [];
  for (const [counter, { key, quantity }] of series.entries()) {
    const sign = quantity === 'energyImportWh' ? 1 : quantity === 'energyExportWh' ? -1 : 0;
    const power = series.findIndex(other => other.key === key.replace(/[^.]+$/, 'powerW'));
    if (sign === 0 || power < 0) continue;
    const toWh = `windowS / 3600 / ${10 ** quantities.powerW.decimals}`;
    const [[times = 0, here = 0, before = 0, grown = 0, windowS = 0] = []] = await numbers(
      connection,
      `SELECT count(*), sum(abs(growth - here)), sum(abs(growth - before)), sum(growth), max(windowS) FROM (
         SELECT c.windowS, (c.steps - lag(c.steps) OVER own)::DOUBLE / ${10 ** quantities[quantity].decimals} AS growth,
           greatest(${sign} * p.steps, 0)::DOUBLE * c.${toWh} AS here, lag(greatest(${sign} * p.steps, 0)) OVER own::DOUBLE * c.${toWh} AS before,
           c.startS - lag(c.startS) OVER own AS sinceS
         FROM importWindow c JOIN importWindow p ON p.slot = ${power} AND p.startS = c.startS AND p.windowS = c.windowS
         WHERE c.slot = ${counter} AND c.windowS >= ${intervalLeastS} AND p.windowS >= ${intervalLeastS} WINDOW own AS (ORDER BY c.startS))
       WHERE sinceS = windowS AND (growth > 0 OR here > 0 OR before > 0)`,
    );
    if (times < growthsLeast || here < grown / 20 || before * fitsBetterBy > here) continue;
    found.push(doubt(0, key, 'import.moments', { seconds: windowS }));
  }
  return found;
}
