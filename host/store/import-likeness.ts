import type { DuckDBConnection } from '@duckdb/node-api';
import { quantities } from '#core/quantities.ts';
import { localClock } from '../export/local-time.ts';
import type { LineMistake } from '../import/order.ts';
import { numbers } from './import-numbers.ts';
import type { ImportTask } from './import-types.ts';

const hourS = 3600;
/** Windows from which on it matters of which end a time is, s; shorter ones are of loggers. */
const intervalLeastS = 300;

/**
 * Series of `importWindow` whose times are taken for the beginnings of intervals, and begin with the end of a day's first one, as
 * those of ends do. Whole hours may be of a file that begins later: they reach to midnight, too.
 */
export async function likeEnds(
  connection: DuckDBConnection,
  { order, series }: ImportTask,
): Promise<readonly LineMistake[]> {
  if (order.time.means !== 'start') return [];
  const clock = localClock(order.time.zone);
  const clockS = (atS: number) => (((atS + clock.offsetS(atS)) % 86_400) + 86_400) % 86_400;
  const rows = await numbers(
    connection,
    `SELECT slot, mode(windowS), min(startS), max(startS), arg_min(line, startS) FROM importWindow
     GROUP BY slot ORDER BY slot`,
  );
  return rows.flatMap(([slot = 0, windowS = 0, firstS = 0, lastS = 0, line = 0]): LineMistake[] => {
    const isLike =
      windowS >= intervalLeastS && clockS(firstS) === windowS && (clockS(lastS) === 0 || windowS < hourS);
    if (!isLike || lastS <= firstS) return [];
    const message = `its first time is ${windowS} s after midnight, as of ends of intervals, and is taken for a beginning; where times are of ends, say that they mean an end`;
    return [{ line, column: series[slot]?.key ?? '', message }];
  });
}

/** Less than any house draws at its most, W: as many kW are a house. */
const faintW = 30;
/** Fewer windows, as of the hours of less than a day, tell nothing of the most. */
const peakOfLeast = 24;

/**
 * Powers and counters of a table that says no unit, all so small that they are likely of kW and kWh: a house that draws 3 W.
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
    where === undefined && /^-?1$/.test(factor) && !/watt|wh?(?![a-z])/i.test(column);
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
  const message = `is never more than ${Number(most.peakW.toPrecision(3))} W, and the file says no unit: of kW or kWh the factor is 1000`;
  return [{ line: 0, column: most.key, message }];
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
    const message = `grows as powerW of the interval before makes: its readings are of the moments of their lines, ${windowS} s before what they are taken for; say that times mean an instant`;
    found.push({ line: 0, column: key, message });
  }
  return found;
}
