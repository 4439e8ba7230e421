import { quantities } from '#core/quantities.ts';
import { spreadScaled } from '../corrections/spread-scaled.ts';
import { counterHistory, readOnce } from './counter-history.ts';
import { type BucketName, bucketLengths, type ExportSeries, type Slices } from './export-types.ts';
import type { Lane } from './lane.ts';
import { joinParts } from './parts.ts';
import { dayBounds } from './periods.ts';
import { readingsOf } from './readings.ts';
import { kindOf, partsOf, type Shelves } from './series-parts.ts';
import { tiers } from './tier-tables.ts';
import type { SeriesRef } from './types.ts';

const sliceBuckets = 4096;
const dayS = 86_400;
const sliceDays = 1000;

/** What the rows of a slice tell, by columns, NaN where there is nothing. */
type Columns = Record<string, number[]>;

/** Series by series in whole buckets that begin in `[fromS, toS)`: the same numbers as a chart of them has. */
export async function* bucketSlices(
  lane: Lane,
  shelves: Shelves,
  series: readonly ExportSeries[],
  bucket: BucketName,
  fromS: number,
  toS: number,
): Slices {
  const bucketS = bucketLengths[bucket];
  // Slices of whole days, and so of whole buckets, whatever divides a day.
  const spanS = Math.max(Math.floor((sliceBuckets * bucketS) / dayS), 1) * dayS;
  const firstS = Math.floor(fromS / bucketS) * bucketS;
  for (const { ref, texts } of series) {
    const { decimals } = quantities[ref.quantity];
    const scale = 10 ** decimals;
    let atS = Math.max(firstS, Math.floor(ref.firstS / dayS) * dayS);
    // Whole buckets to the end: a shorter range would be told in shorter ones.
    const lastS = Math.ceil(Math.min(toS, ref.endS) / bucketS) * bucketS;
    while (atS < lastS) {
      const untilS = Math.min((Math.floor(atS / dayS) + spanS / dayS) * dayS, lastS);
      const points = (untilS - atS) / bucketS;
      const range = { series: texts[0] ?? '', fromMs: atS * 1000, toMs: untilS * 1000, points };
      const found = await readingsOf(lane, shelves, ref, range);
      const steps = (values: readonly (number | null)[]) =>
        values.map(value => (value === null ? Number.NaN : Math.round(value * scale)));
      const columns: Columns = {
        start: found.startMs.map(ms => ms / 1000),
        bucket_s: found.startMs.map(() => found.bucketMs / 1000),
        mean: steps(found.mean),
        min: steps(found.min),
        max: steps(found.max),
        last: steps(found.last),
        growth: steps(found.delta),
        estimated_share: [...found.estimated],
        coverage_share: [...found.coverage],
      };
      // Where windows are longer than the buckets asked for, theirs may reach into the slice from the one before.
      const kept = rowsFrom(columns, atS);
      if (kept.rows > 0) yield { texts, decimals, ...kept };
      atS = untilS;
    }
  }
}

/** Series by series in the civil days of `zone` that begin in the days of `[fromS, toS)`. */
export async function* daySlices(
  lane: Lane,
  shelves: Shelves,
  series: readonly ExportSeries[],
  zone: string,
  fromS: number,
  toS: number,
): Slices {
  for (const { ref, texts } of series) {
    const firstS = Math.max(fromS, ref.firstS);
    const endS = Math.min(toS, ref.endS);
    if (firstS >= endS) continue;
    const bounds = await lane.use(connection => dayBounds(connection, zone, firstS, endS));
    for (let at = 0; at < bounds.length - 1; at += sliceDays) {
      const days = bounds.slice(at, at + sliceDays + 1);
      const columns = await (kindOf([ref]) === 'gauge' ? gaugeDays : counterDays)(lane, shelves, ref, days);
      const rows = columns.start?.length ?? 0;
      if (rows > 0) yield { texts, rows, columns, decimals: quantities[ref.quantity].decimals };
    }
  }
}

const day = tiers.find(({ name }) => name === 'day');
const ends = (bounds: readonly number[]): [number, number] => [bounds[0] ?? 0, bounds.at(-1) ?? 0];

/** Parts with the start of the civil day that each begins in. */
const byDay = (parts: string, bounds: readonly number[]): string =>
  `SELECT * FROM (${parts}) ASOF JOIN (SELECT unnest([${bounds.slice(0, -1).join(', ')}])::UINTEGER AS dayS) ON startS >= dayS`;

async function gaugeDays(
  lane: Lane,
  shelves: Shelves,
  ref: SeriesRef,
  bounds: readonly number[],
): Promise<Columns> {
  const [fromS, toS] = ends(bounds);
  const parts = byDay(partsOf(shelves, [ref], fromS, toS, day, bounds), bounds);
  const [start = [], mean = [], min = [], max = [], last = [], measured = []] = await lane.columns(
    `SELECT bucketS, round(area / measuredS), low, high, last, measuredS
     FROM (${joinParts('gauge', parts, 'dayS')}) ORDER BY bucketS`,
  );
  const lengths = start.map(lengthIn(bounds));
  return {
    start,
    bucket_s: lengths,
    mean,
    min,
    max,
    last,
    growth: start.map(() => Number.NaN),
    estimated_share: start.map(() => 0),
    coverage_share: measured.map((measuredS, row) => Math.min(measuredS / (lengths[row] ?? dayS), 1)),
  };
}

/** From the same quarters of an hour as totals, so that both say the same. */
async function counterDays(
  lane: Lane,
  shelves: Shelves,
  ref: SeriesRef,
  bounds: readonly number[],
): Promise<Columns> {
  const [fromS, toS] = ends(bounds);
  const { growths, slots, scales } = await counterHistory(lane, shelves, ref, fromS, toS, {
    bucketS: 900,
    tier: day,
    days: bounds,
  });
  const { amount, estimated } = spreadScaled(bounds, growths, scales);
  const last = new Map<number, number>();
  const measured = new Map<number, number>();
  let at = 0;
  for (const slot of slots) {
    if (slot.startS < fromS) continue;
    while (at < bounds.length - 2 && (bounds[at + 1] as number) <= slot.startS) at++;
    last.set(at, slot.last);
    measured.set(at, (measured.get(at) ?? 0) + slot.measuredS);
  }
  const rows = bounds.slice(0, -1).map((_, index) => index);
  const told = rows.filter(index => last.has(index) || amount[index] !== 0);
  const start = told.map(index => bounds[index] as number);
  const lengths = start.map(lengthIn(bounds));
  const none = told.map(() => Number.NaN);
  const once = await readOnce(lane, shelves, [ref]);
  return {
    start,
    bucket_s: lengths,
    mean: none,
    min: none,
    max: none,
    last: told.map(index => last.get(index) ?? Number.NaN),
    growth: once.has(ref.number) ? none : told.map(index => amount[index] as number),
    estimated_share: told.map(index =>
      amount[index] === 0 ? 0 : (estimated[index] as number) / (amount[index] as number),
    ),
    coverage_share: told.map((index, row) =>
      Math.min((measured.get(index) ?? 0) / (lengths[row] as number), 1),
    ),
  };
}

function lengthIn(bounds: readonly number[]): (startS: number) => number {
  const lengths = new Map(
    bounds.slice(0, -1).map((bound, index) => [bound, (bounds[index + 1] ?? 0) - bound]),
  );
  return startS => lengths.get(startS) ?? dayS;
}

function rowsFrom(columns: Columns, fromS: number): { readonly rows: number; readonly columns: Columns } {
  const starts = columns.start ?? [];
  const first = starts.findIndex(startS => startS >= fromS);
  if (first <= 0) return { rows: first < 0 ? 0 : starts.length, columns };
  const kept = Object.entries(columns).map(([name, values]) => [name, values.slice(first)] as const);
  return { rows: starts.length - first, columns: Object.fromEntries(kept) };
}
