import type { DuckDBConnection } from '@duckdb/node-api';
import { quantities } from '#core/quantities.ts';
import { doubt } from '../import/doubt.ts';
import type { LineMistake } from '../import/order.ts';
import type { Generations } from './generations.ts';
import { numbers } from './import-numbers.ts';
import type { ImportTask } from './import-types.ts';
import { rawRows } from './raw-windows.ts';
import { second } from './series-parts.ts';

/** A counter that falls by less has slipped, and nothing is counted of that. */
const slipShare = 0.1;
/** What is used between two readings may be so many times the file's mean, and on a day so many times its most. */
const usualMeans = 10;
const usualPeaks = 2;
const daySeconds = 86_400;
/** How far is looked for what is stored, first near, s. */
const lookS = [daySeconds, 50 * daySeconds, 2 ** 32];
const columns = 'startS + windowS AS endS, last * step AS steps';

/** A reading at the end of a window, in whole steps; `line` of the file where it is of it. */
interface Reading {
  readonly endS: number;
  readonly steps: number;
  readonly line?: number;
}

/**
 * Counters of `importWindow` whose first or last reading does not go on from the nearest one that is stored: they are of two meters,
 * or count from different beginnings, as a `sum` of Home Assistant and the meter's display do, and what lies between would count
 * as energy. Windows of `importOverlap` are left out.
 */
export async function unlikeStored(
  connection: DuckDBConnection,
  { series }: ImportTask,
  generations: Generations,
): Promise<readonly LineMistake[]> {
  const rows = await numbers(
    connection,
    `SELECT slot, min(endS), arg_min(steps, endS), arg_min(line, endS), max(endS), arg_max(steps, endS), arg_max(line, endS),
       sum(greatest(steps - before, 0))::DOUBLE, max((steps - before) / (endS - beforeS))::DOUBLE FROM (
       SELECT slot, line, steps, startS + windowS AS endS, lag(steps) OVER own AS before, lag(startS + windowS) OVER own AS beforeS
       FROM importWindow ANTI JOIN importOverlap USING (slot, line) WINDOW own AS (PARTITION BY slot ORDER BY startS)) GROUP BY slot ORDER BY slot`,
  );
  const told: LineMistake[] = [];
  for (const [slot = 0, firstS = 0, first = 0, firstLine = 0, ...rest] of rows) {
    const [endS = 0, last = 0, line = 0, grown = 0, fastest = 0] = rest;
    const { number = 0, quantity = 'powerW', key = '' } = series[slot] ?? {};
    const { kind, decimals, unit } = quantities[quantity];
    if (kind !== 'counter' || number === 0) continue;
    const stored = async (isBefore: boolean): Promise<Reading | undefined> => {
      for (const spanS of lookS) {
        const [fromS, toS] = isBefore ? [firstS - spanS, firstS] : [endS, endS + spanS];
        const where = `series = ${number} AND startS >= ${second(fromS)} AND startS < ${second(toS)} AND startS + windowS ${isBefore ? `<= ${firstS}` : `> ${endS}`}`;
        const near = rawRows('counter', generations.readable(fromS, toS), columns, where);
        const order = isBefore ? 'DESC' : 'ASC';
        const [found] = await numbers(connection, `FROM (${near}) ORDER BY endS ${order} LIMIT 1`);
        if (found !== undefined) return { endS: found[0] as number, steps: found[1] as number };
      }
      return undefined;
    };
    const most = (seconds: number): number => {
      const mean = (usualMeans * grown * seconds) / (endS - firstS);
      return seconds > daySeconds ? mean : Math.max(mean, usualPeaks * fastest * seconds);
    };
    const look = (before: Reading | undefined, after: Reading | undefined): void => {
      if (before === undefined || after === undefined) return;
      const [rise, seconds] = [after.steps - before.steps, after.endS - before.endS];
      if (rise >= -before.steps * slipShare && (grown === 0 || rise <= most(seconds))) return;
      const shown = ({ steps }: Reading) => `${steps / 10 ** decimals} ${unit}`;
      const hours = Number((seconds / 3600).toPrecision(3));
      const facts = { before: shown(before), after: shown(after), hours };
      told.push(doubt(before.line ?? after.line ?? 0, key, 'import.seam', facts));
    };
    look(await stored(true), { endS: firstS, steps: first, line: firstLine });
    look({ endS, steps: last, line }, await stored(false));
  }
  return told;
}
