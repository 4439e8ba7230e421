import { deepFreeze } from '#core/freeze.ts';
import { type QuantityId, quantities } from '#core/quantities.ts';

/** The site: ten meters with ten series each, windows of 10 s. */
export const detailedMeters = 10;
export const windowS = 10;

/** Ninety more meters with one counter each, windows of 15 minutes. */
export const plainMeters = 90;
export const plainWindowS = 900;

interface Shown {
  readonly quantity: QuantityId;
  /** SQL of the true value in the quantity's unit, of `powerW`, `meter`, `startS`, `dayS`. */
  readonly value: string;
  /** The least that the meter shows. */
  readonly resolution: number;
  /** SQL: how far ten samples of a window lie apart at the most, in what the meter shows, of `value`. */
  readonly spread: string;
}

/** Chance in [0, 1) that is the same whenever the same things are given. */
const chance = (...things: readonly (string | number)[]): string =>
  `((hash(${things.join(', ')}) & 1048575) / 1048576.0)`;

const bySize = (resolution: number) => `1 + abs(value) * 0.02 / ${resolution}`;

/** What a meter shows: powers by phase, and what hangs together with them. */
export const shown: readonly Shown[] = deepFreeze([
  { quantity: 'powerW', value: 'powerW', resolution: 0.1, spread: bySize(0.1) },
  {
    quantity: 'powerL1W',
    value: `powerW * (0.30 + 0.2 * ${chance('startS // 600', 'meter', 11)})`,
    resolution: 0.1,
    spread: bySize(0.1),
  },
  {
    quantity: 'powerL2W',
    value: `powerW * (0.25 + 0.2 * ${chance('startS // 600', 'meter', 12)})`,
    resolution: 0.1,
    spread: bySize(0.1),
  },
  {
    quantity: 'powerL3W',
    value: `powerW * (0.25 + 0.2 * ${chance('startS // 600', 'meter', 13)})`,
    resolution: 0.1,
    spread: bySize(0.1),
  },
  {
    quantity: 'voltageL1V',
    value: `231 + 3 * sin(dayS / 13750.0) + 2 * ${chance('startS // 60', 14)} - powerW * 0.0004`,
    resolution: 0.1,
    spread: '4',
  },
  { quantity: 'currentL1A', value: 'abs(powerW) / 231 / 0.93', resolution: 0.001, spread: bySize(0.001) },
  {
    quantity: 'powerFactor',
    value: `0.9 + 0.09 * ${chance('startS // 300', 'meter', 16)}`,
    resolution: 0.001,
    spread: '4',
  },
  {
    quantity: 'frequencyHz',
    value: `50 + 0.02 * sin(startS / 97.0) + 0.01 * ${chance('startS // 20', 17)}`,
    resolution: 0.01,
    spread: '2',
  },
]);

export const counted: readonly QuantityId[] = deepFreeze(['energyImportWh', 'energyExportWh']);

/** The meters' counters show whole watt-hours. */
const countedUnit = 10 ** quantities.energyImportWh.decimals;

/** Series are numbered from 1: those of the first meter, those of the second, …, then the plain ones. */
export const seriesNumber = (meter: string, index: string | number): string =>
  `(${meter} * ${shown.length + counted.length} + ${index} + 1)`;

/** Seconds since 1970 at each window's start, from `fromS` to before `toS`. */
const times = (fromS: number, toS: number, stepS: number): string =>
  `(SELECT range AS startS, range % 86400 AS dayS FROM range(${fromS}, ${toS}, ${stepS}))`;

/**
 * A table of every meter's power in every window: a base load, a refrigerator that comes and goes, large things
 * that are switched on mostly in the evening, an evening's peak, and a roof's sun with clouds on each third meter.
 */
export const powersSql = (fromS: number, toS: number): string => `
  SELECT meter, startS, dayS, base + cold + large + evening - sun AS powerW FROM (
    SELECT meter, startS, dayS,
      90 + 15 * meter + 25 * ${chance('startS // 600', 'meter', 1)} AS base,
      CASE WHEN (startS + meter * 700) % 3000 < 1000 THEN 85.0 ELSE 0.0 END AS cold,
      CASE WHEN ${chance('startS // 420', 'meter', 2)} < 0.02 + 0.10 * exp(-pow((dayS - 68400) / 7200.0, 2))
        THEN 900 + 1400 * ${chance('startS // 420', 'meter', 3)} ELSE 0.0 END AS large,
      600 * exp(-pow((dayS - 70200) / 6000.0, 2)) * (0.5 + ${chance('startS // 86400', 'meter', 4)}) AS evening,
      CASE WHEN meter % 3 = 0 THEN greatest(sin((dayS - 21600) / 43200.0 * pi()), 0) * 5000
        * (0.2 + 0.8 * ${chance('startS // 900', 5)}) ELSE 0.0 END AS sun
    FROM (SELECT range AS meter FROM range(${detailedMeters})), ${times(fromS, toS, windowS)})`;

/** One window in two thousand never came. */
const came = `${chance('startS', 'meter', 6)} >= 0.0005`;
/** One in two hundred has a sample less. */
const samples = `CASE WHEN ${chance('startS', 'meter', 7)} < 0.005 THEN 9 ELSE 10 END`;

/**
 * Rows of gauges from the table `powers`, in the order they would arrive: least, greatest and last of ten samples as
 * the meter shows them and their mean a digit finer, as whole numbers of the quantity's last decimal: `min`, and the
 * others above it.
 */
export function gaugesSql(): string {
  const each = shown.map(({ quantity, value, resolution, spread }, index) => {
    const step = Math.round(resolution * 10 ** quantities[quantity].decimals);
    return `SELECT ${seriesNumber('meter', index)} AS series, startS, ${samples} AS samples, ${step} AS step,
        value * ${10 ** quantities[quantity].decimals} AS units, ${spread} AS spread, hash(startS, meter, ${100 + index}) AS bits
      FROM (SELECT *, ${value} AS value FROM powers) WHERE ${came}`;
  });
  return `
    SELECT series, startS, ${windowS} AS windowS, samples, floor(units / step)::BIGINT * step AS min,
      (wide * (0.3 + 0.4 * share2) * 10)::BIGINT * greatest(step // 10, 1) AS mean, wide * step AS max,
      floor((wide + 1) * share1)::BIGINT * step AS last
    FROM (SELECT *, floor(spread * ((bits & 65535) / 65536.0))::BIGINT AS wide,
            ((bits >> 16) & 65535) / 65536.0 AS share1, ((bits >> 32) & 65535) / 65536.0 AS share2
          FROM (${each.join(' UNION ALL ')}))
    ORDER BY startS, series`;
}

/** Rows of counters from the table `powers`; `since` holds each meter's watt-hours at the table's beginning. */
export function countersSql(): string {
  const signs = ['', '-'];
  const each = counted.map((quantity, index) => {
    const wh = `sum(greatest(${signs[index]}powerW, 0) * ${windowS} / 3600.0) OVER (PARTITION BY meter ORDER BY startS)`;
    return `SELECT ${seriesNumber('meter', shown.length + index)} AS series, startS, ${samples} AS samples, ${came} AS hasCome,
      floor(${quantity} + ${wh})::BIGINT * ${countedUnit} AS last FROM powers JOIN since USING (meter)`;
  });
  return `SELECT series, startS, ${windowS} AS windowS, samples, last FROM (${each.join(' UNION ALL ')})
    WHERE hasCome ORDER BY startS, series`;
}

/** Watt-hours of each meter at the end of the table `powers`. */
export const sinceSql = `
  SELECT meter, any_value(energyImportWh) + sum(greatest(powerW, 0) * ${windowS} / 3600.0) AS energyImportWh,
    any_value(energyExportWh) + sum(greatest(-powerW, 0) * ${windowS} / 3600.0) AS energyExportWh
  FROM powers JOIN since USING (meter) GROUP BY meter`;

/** Where the meters' counters begin. */
export const firstSinceSql = `
  SELECT range AS meter, 1000000.0 + 54321 * range AS energyImportWh, 20000.0 + 321 * range AS energyExportWh
  FROM range(${detailedMeters})`;

/** Meters with windows that came, as the records that brought them. */
export const spansSql = (): string =>
  `SELECT meter + 1 AS meter, startS, ${windowS} AS windowS FROM powers WHERE ${came} ORDER BY startS, meter`;

/** Rows of the plain meters' counters, which rise by about 400 Wh an hour. */
export const plainCountersSql = (fromS: number, toS: number): string => `
  SELECT ${seriesNumber(String(detailedMeters), 0)} + meter AS series, startS, ${plainWindowS} AS windowS, 900 AS samples,
    ((startS - 1500000000) // ${plainWindowS} * (60 + meter) + floor(50 * ${chance('startS', 'meter', 8)}))::BIGINT
      * ${countedUnit} AS last
  FROM (SELECT range AS meter FROM range(${plainMeters})), ${times(fromS, toS, plainWindowS)}
  ORDER BY startS, series`;

export const plainSpansSql = (fromS: number, toS: number): string => `
  SELECT ${detailedMeters} + meter + 1 AS meter, startS, ${plainWindowS} AS windowS
  FROM (SELECT range AS meter FROM range(${plainMeters})), ${times(fromS, toS, plainWindowS)} ORDER BY startS, meter`;
