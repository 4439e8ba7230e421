import type { DuckDBConnection } from '@duckdb/node-api';
import { type QuantityId, quantities } from '#core/quantities.ts';
import { doubt } from '../import/doubt.ts';
import type { LineMistake } from '../import/order.ts';
import { numbers } from './import-numbers.ts';
import type { ImportTask } from './import-types.ts';

/** Wh are taken for kWh by a thousand; gaps and coarse counters make less of a difference. */
const unlikeBy = 100;
/** A counter of few steps has grown by chance. */
const growthsLeast = 3;

/** Counters whose energy the power of the same meter makes, and of which sign it is. */
const counted: readonly (readonly [QuantityId, 1 | -1])[] = [
  ['energyImportWh', 1],
  ['energyExportWh', -1],
];

/**
 * Counters of `importWindow` whose growth is of another size than the energy that the power of the same meter makes: the
 * factor of one of them is wrong. Files often say no unit, and kWh and Wh look the same.
 */
export async function unlikePower(
  connection: DuckDBConnection,
  { series }: ImportTask,
): Promise<readonly LineMistake[]> {
  const slotOf = (meter: string, quantity: QuantityId) =>
    series.findIndex(({ key }) => key === `${meter}.${quantity}`);
  const pairs = series.flatMap(({ key, quantity }, power) => {
    const meter = key.slice(0, key.lastIndexOf('.'));
    return quantity === 'powerW'
      ? counted.map(([of, sign]) => ({ power, counter: slotOf(meter, of), of, sign, meter }))
      : [];
  });
  const told = pairs.filter(({ counter }) => counter >= 0);
  if (told.length === 0) return [];
  // Each over the time that both were told: a column may be filled in a part of the file alone.
  const both = `WITH pair(power, counter) AS (VALUES ${told.map(({ power, counter }) => `(${power}, ${counter})`).join(', ')}),
    span AS (SELECT slot, min(startS) AS fromS, min(startS + windowS) AS readS, max(startS + windowS) AS toS FROM importWindow GROUP BY slot)`;
  const powers = await numbers(
    connection,
    `${both} SELECT power, counter, sum(greatest(steps, 0)::DOUBLE * windowS), sum(greatest(-steps, 0)::DOUBLE * windowS)
     FROM pair JOIN span ON span.slot = counter JOIN importWindow own ON own.slot = power
     WHERE startS >= readS - windowS AND startS + windowS <= toS + windowS GROUP BY power, counter`,
  );
  const growths = await numbers(
    connection,
    `${both} SELECT power, counter, sum(greatest(steps - before, 0)::DOUBLE), count(*) FILTER (steps > before) FROM (
       SELECT slot, steps, startS + windowS AS endS, lag(steps) OVER own AS before, lag(startS + windowS) OVER own AS beforeS
       FROM importWindow WHERE slot IN (SELECT counter FROM pair) WINDOW own AS (PARTITION BY slot ORDER BY startS)) AS grown
     JOIN pair ON grown.slot = counter JOIN span ON span.slot = power WHERE beforeS >= fromS AND endS <= toS GROUP BY power, counter`,
  );
  const ofPair = (rows: typeof powers, power: number, counter: number) =>
    rows.find(([one, other]) => one === power && other === counter) ?? [];
  return told.flatMap(({ power, counter, of, sign, meter }): LineMistake[] => {
    const [, , drawn = 0, fed = 0] = ofPair(powers, power, counter);
    const [, , growth = 0, times = 0] = ofPair(growths, power, counter);
    const makesWh = (sign > 0 ? drawn : fed) / 3600 / 10 ** quantities.powerW.decimals;
    const growsWh = growth / 10 ** quantities[of].decimals;
    const ratio = growsWh / makesWh;
    const isUnlike = makesWh > 0 && times >= growthsLeast && (ratio > unlikeBy || ratio < 1 / unlikeBy);
    if (!isUnlike) return [];
    const facts = { grows: rounded(growsWh), makes: rounded(makesWh) };
    return [doubt(0, `${meter}.${of}`, 'import.unlike', facts)];
  });
}

const rounded = (value: number): string => String(Number(value.toPrecision(3)));
