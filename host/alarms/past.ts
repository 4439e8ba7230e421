import type { QuantityId } from '#core/quantities.ts';
import type { WindowValue } from '../store/committed-windows.ts';
import type { Store } from '../store/store.ts';
import type { SeriesInfo } from '../store/types.ts';
import type { Point } from './conditions.ts';
import { isSum, type Place } from './places.ts';
import { type Condition, quantitiesOf } from './rule.ts';
import { sumOf } from './sum-windows.ts';

/** Windows of one series that are read at a time: eleven days of 10 s. What is longer is judged by coarser ones. */
export const pointsMost = 100_000;
/** So many series of the same time tell whether a meter was heard. */
const heardBy = 3;

export type PastStore = Pick<Store, 'readings' | 'seriesOfMeter' | 'seriesOf' | 'statistics'>;

/** Stored windows that a condition is judged by at a place, in the order of their times, at the finest that fits. */
export async function pastOf(
  store: PastStore,
  condition: Condition,
  place: Place,
  fromMs: number,
  toMs: number,
): Promise<Point[]> {
  if (toMs <= fromMs) return [];
  if (!isSum(place)) return pastOfMeter(store, condition, place.meter, fromMs, toMs);
  const [quantity] = quantitiesOf(condition);
  if (quantity === undefined) return [];
  const windows = new Map<string, Point[]>();
  for (const meter of place.meters)
    windows.set(meter, await pastOfMeter(store, condition, meter, fromMs, toMs));
  return sumOf(quantity, windows);
}

async function pastOfMeter(
  store: PastStore,
  condition: Condition,
  meter: string,
  fromMs: number,
  toMs: number,
): Promise<Point[]> {
  const wanted = quantitiesOf(condition);
  const known = store.seriesOfMeter(meter);
  const quantities =
    wanted.length > 0
      ? wanted.filter(id => known.some(({ quantity }) => quantity === id))
      : heardOf(known, fromMs, toMs);
  const points = new Map<number, { endMs: number; values: { [Q in QuantityId]?: WindowValue } }>();
  for (const quantity of quantities) {
    const range = { series: `${meter}.${quantity}`, fromMs, toMs, points: pointsMost };
    const { bucketMs, startMs, mean, min, max, last } = await store.readings(range);
    for (const [index, start] of startMs.entries()) {
      const newest = last[index];
      // Buckets begin on whole ones; what lies before the range was judged.
      if (newest == null || start < fromMs) continue;
      const point = points.get(start) ?? { endMs: start + bucketMs, values: {} };
      point.values[quantity] = {
        mean: mean[index] ?? newest,
        min: min[index] ?? newest,
        max: max[index] ?? newest,
        last: newest,
      };
      points.set(start, point);
    }
  }
  return [...points].map(([startMs, point]) => ({ startMs, ...point })).sort((a, b) => a.startMs - b.startMs);
}

/** Quantities that tell when a meter was heard. One that is measured no longer, or only since lately, tells of its own time alone. */
function heardOf(known: readonly SeriesInfo[], fromMs: number, toMs: number): QuantityId[] {
  const spans = known
    .map(({ quantity, firstMs, lastMs }) => ({
      quantity,
      fromMs: Math.max(firstMs, fromMs),
      toMs: Math.min(lastMs, toMs),
    }))
    .filter(span => span.toMs > span.fromMs)
    .sort((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs));
  const taken: typeof spans = [];
  for (const span of spans) {
    const same = taken.filter(other => other.fromMs <= span.fromMs && other.toMs >= span.toMs);
    if (same.length < heardBy) taken.push(span);
  }
  return taken.map(({ quantity }) => quantity);
}
