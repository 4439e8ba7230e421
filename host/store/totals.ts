import { quantities } from '#core/quantities.ts';
import type { EnergyTable, Totals } from '../api/contract.ts';
import { readSpans } from './counter-history.ts';
import { type CounterSums, counterSums } from './counter-sums.ts';
import type { Lane } from './lane.ts';
import { assertCells, dayBounds, periodBounds } from './periods.ts';
import { QueryError } from './query-error.ts';
import { keptDays, partsOf, type Shelves, second } from './series-parts.ts';
import { totalsOfTable } from './table-totals.ts';
import { type Tier, tiers } from './tier-tables.ts';
import type { EnergySeries, Period, SeriesRef, TotalsSpan } from './types.ts';

interface Energy {
  /** Null where it is not known, though something was measured. */
  readonly wh: readonly (number | null)[];
  /** How much of it was shared out over gaps or concluded. */
  readonly estimatedWh: readonly (number | null)[];
  /** Seconds measured in each period. */
  readonly measuredS: readonly number[];
}

/** Periods to sum up, and which tier may serve: days where they are whole ones, else quarters of an hour. */
interface Periods {
  readonly bounds: readonly number[];
  readonly tier: Tier | undefined;
  readonly days: readonly number[];
}

/** Every zone of today is a multiple of a quarter of an hour from UTC, so its periods are whole slots. */
const quarter = tiers.find(({ name }) => name === '900');
const day = tiers.find(({ name }) => name === 'day');
const slotS = 900;
/** Parts of the coarser tiers begin at multiples of a quarter of an hour too, and stay what they are. */
const slot = `startS // ${slotS}::UINTEGER * ${slotS}::UINTEGER`;

/**
 * Energy of meters by civil periods that cover the range, by columns, in their order. From a meter's counters where it
 * has any: what they grew, exact. Else from the mean power of its windows, import and export apart by sign. A direction
 * without counter is null where the other has one, both are null for a meter that measures no energy, and in a period of
 * which nothing was measured; so is one whose counter was read only once.
 * @throws QueryError where there are too many
 */
export async function energyTable(
  lane: Lane,
  shelves: Shelves,
  zone: string,
  meters: readonly EnergySeries[],
  span: TotalsSpan,
): Promise<EnergyTable> {
  const bounds = await periodBounds(lane, zone, span.fromMs, span.toMs, span.period);
  assertCells(meters.length, bounds.length - 1);
  return tableOf(lane, shelves, zone, meters, span.period, bounds);
}

async function tableOf(
  lane: Lane,
  shelves: Shelves,
  zone: string,
  meters: readonly EnergySeries[],
  period: Period,
  bounds: readonly number[],
): Promise<EnergyTable> {
  const periods = await periodsOf(lane, shelves, zone, period, bounds);
  const counters = meters.flatMap(({ imported, exported }) => [imported, exported]).filter(isThere);
  const powers = meters.filter(({ imported, exported }) => !imported && !exported).map(({ power }) => power);
  const counted = await fromCounters(lane, shelves, counters, periods);
  const integrated = await fromPowers(lane, shelves, powers.filter(isThere), periods);
  return {
    zone,
    startMs: bounds.slice(0, -1).map(startS => startS * 1000),
    endMs: bounds.slice(1).map(endS => endS * 1000),
    meters: meters.map(({ meter, imported, exported, power }) => {
      const ofCounter = (series: SeriesRef | undefined) => series && counted.get(series.number);
      const ofPower = imported || exported ? undefined : power && integrated.get(power.number);
      return columnsOf(
        meter,
        bounds,
        ofPower?.imported ?? ofCounter(imported),
        ofPower?.exported ?? ofCounter(exported),
      );
    }),
  };
}

/** The same by meter and period. */
export async function totalsOf(
  lane: Lane,
  shelves: Shelves,
  zone: string,
  meters: readonly EnergySeries[],
  span: TotalsSpan,
): Promise<Totals[]> {
  const bounds = await periodBounds(lane, zone, span.fromMs, span.toMs, span.period);
  return totalsOfTable(await tableOf(lane, shelves, zone, meters, span.period, bounds));
}

const isThere = (series: SeriesRef | undefined): series is SeriesRef => series !== undefined;

function columnsOf(
  meter: string,
  bounds: readonly number[],
  imported: Energy | undefined,
  exported: Energy | undefined,
): EnergyTable['meters'][number] {
  const none = () => new Array<null>(bounds.length - 1).fill(null);
  const coverage = new Array<number>(bounds.length - 1).fill(0);
  for (let index = 0; index < coverage.length; index++) {
    const lengthS = (bounds[index + 1] as number) - (bounds[index] as number);
    const measuredS = Math.max(imported?.measuredS[index] ?? 0, exported?.measuredS[index] ?? 0);
    if (lengthS > 0) coverage[index] = Math.min(measuredS / lengthS, 1);
  }
  // Of a period without any window, over which nothing was shared out, nothing is known: no growth is not zero.
  const isUnknown = coverage.map(
    (share, index) => share === 0 && !imported?.wh[index] && !exported?.wh[index],
  );
  const known = (wh: readonly (number | null)[] | undefined) =>
    wh?.map((each, index) => (isUnknown[index] ? null : each)) ?? none();
  return {
    meter,
    importWh: known(imported?.wh),
    exportWh: known(exported?.wh),
    importEstimatedWh: known(imported?.estimatedWh),
    exportEstimatedWh: known(exported?.estimatedWh),
    coverage,
  };
}

async function periodsOf(
  lane: Lane,
  shelves: Shelves,
  zone: string,
  period: Period,
  bounds: readonly number[],
): Promise<Periods> {
  const [fromS, toS] = ends(bounds);
  if (period !== 'day' && period !== 'month') {
    const keptFromS = shelves.tiers.kept.fromS('3600');
    if (period === 'hour' && keptFromS > fromS) {
      const since = new Date(keptFromS * 1000).toISOString();
      throw new QueryError('period', `hours are kept from ${since} on; ask from there, or for days`);
    }
    return { bounds, tier: quarter, days: await keptDays(lane, shelves, fromS, toS) };
  }
  const days =
    period === 'day' ? bounds : await lane.use(connection => dayBounds(connection, zone, fromS, toS));
  return { bounds, tier: day, days };
}

async function fromCounters(
  lane: Lane,
  shelves: Shelves,
  series: readonly SeriesRef[],
  periods: Periods,
): Promise<Map<number, Energy>> {
  const { bounds } = periods;
  const sums = await counterSums(lane, shelves, series, bounds, { ...periods, bucketS: slotS });
  const spans = await readSpans(lane, shelves, series);
  return new Map(
    series.map((each, index) => {
      const { number, quantity } = each;
      const span = spans.get(number);
      const scale = 10 ** quantities[quantity].decimals;
      const { amount, estimated, measuredS } = sums[index] as CounterSums;
      // Before it was first read and since it was last read nobody knows, also where the other direction is read.
      const isKnown = amount.map(
        (step, at) =>
          span !== undefined &&
          (step > 0 || ((bounds[at + 1] as number) > span.fromS && (bounds[at] as number) < span.toS)),
      );
      const inUnits = (steps: readonly number[]) =>
        steps.map((step, at) => (isKnown[at] ? step / scale : null));
      return [number, { wh: inUnits(amount), estimatedWh: inUnits(estimated), measuredS }];
    }),
  );
}

/** What a series of power comes to, by the sign of its windows' means. */
interface Integrated {
  readonly imported: Energy;
  readonly exported: Energy;
}

async function fromPowers(
  lane: Lane,
  shelves: Shelves,
  series: readonly SeriesRef[],
  { bounds, tier, days }: Periods,
): Promise<Map<number, Integrated>> {
  if (series.length === 0) return new Map();
  const [fromS, toS] = ends(bounds);
  const parts = partsOf(shelves, series, fromS, toS, tier, days);
  const [numbers = [], starts = [], area = [], negative = [], measured = []] = await lane.columns(
    `SELECT series, ${slot} AS slotS, sum(area)::DOUBLE, sum(negative)::DOUBLE, sum(measuredS)::DOUBLE
     FROM (${parts}) WHERE startS >= ${second(fromS)} GROUP BY series, slotS ORDER BY series, slotS`,
  );
  const energies = new Map<number, Integrated>();
  const rowsOf = stretches(numbers);
  for (const { number, quantity } of series) {
    const [from, to] = rowsOf.get(number) ?? [0, 0];
    const own = (column: readonly number[]) => column.slice(from, to);
    const exported = own(negative);
    const positive = own(area).map((sum, index) => sum + (exported[index] as number));
    const at = own(starts).map(startS => Math.max(startS, fromS));
    const perWh = 3600 * 10 ** quantities[quantity].decimals;
    const measuredS = sumByPeriod(bounds, at, own(measured));
    const energy = (amounts: readonly number[]): Energy => ({
      wh: sumByPeriod(bounds, at, amounts).map(steps =>
        roundTo(quantities.energyImportWh.decimals, steps / perWh),
      ),
      // A mean says nothing of the time it was not measured: nothing is estimated, coverage tells what is missing.
      estimatedWh: measuredS.map(() => 0),
      measuredS,
    });
    energies.set(number, { imported: energy(positive), exported: energy(exported) });
  }
  return energies;
}

/** Where the rows of each begin and end in a column that is in order. */
function stretches(numbers: readonly number[]): Map<number, readonly [from: number, to: number]> {
  const found = new Map<number, readonly [number, number]>();
  for (let from = 0, to = 0; from < numbers.length; from = to) {
    while (to < numbers.length && numbers[to] === numbers[from]) to++;
    found.set(numbers[from] as number, [from, to]);
  }
  return found;
}

function sumByPeriod(
  bounds: readonly number[],
  starts: readonly number[],
  amounts: readonly number[],
): number[] {
  const sums = new Array<number>(Math.max(bounds.length - 1, 0)).fill(0);
  let at = 0;
  for (const [index, startS] of starts.entries()) {
    while (at < sums.length - 1 && (bounds[at + 1] as number) <= startS) at++;
    sums[at] = (sums[at] as number) + (amounts[index] as number);
  }
  return sums;
}

const roundTo = (decimals: number, value: number): number =>
  Math.round(value * 10 ** decimals) / 10 ** decimals;

const ends = (bounds: readonly number[]): [number, number] => [bounds[0] ?? 0, bounds.at(-1) ?? 0];
