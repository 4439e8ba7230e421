import { setImmediate } from 'node:timers/promises';
import type { QuantityId } from '#core/quantities.ts';
import type { WindowValue } from '../store/committed-windows.ts';
import type { Store } from '../store/store.ts';
import type { SeriesColumns, SeriesInfo } from '../store/types.ts';
import type { Point } from './conditions.ts';
import { alarmLimits } from './limits.ts';
import { isSum, type Place } from './places.ts';
import { type Condition, quantitiesOf } from './rule.ts';
import { sumOf } from './sum-windows.ts';

/** Windows of one series that are read at a time: eleven days of 10 s. What is longer is read as coarser ones. */
const pointsMost = 100_000;
/** A stretch of windows of a second, as all are read whose lengths differ, with the longest window after it. */
const pieceMs = 27 * 3_600_000;
/** Windows that are judged in one go: some with an hour of seconds to look back at take tens of milliseconds. */
const turnWindows = 2000;
/** Rows that one look takes, about. */
const rowsAtOnce = 50_000;
export const usualWindowMs = 10_000;
/** So many series of the same time tell whether a meter was heard. */
const heardBy = 3;

export type PastStore = Pick<Store, 'readingsOfAll' | 'seriesOfMeter' | 'seriesOf' | 'statistics'>;

/** A past without what people corrected and imported since: of that, events tell what was known then. */
export const asItCame = (store: PastStore): PastStore => ({
  readingsOfAll: (keys, range) => store.readingsOfAll(keys, { ...range, isAsCame: true }),
  seriesOfMeter: meter => store.seriesOfMeter(meter).filter(({ isHeard }) => isHeard),
  seriesOf: key => store.seriesOf(key),
  statistics: (key, fromMs, toMs) => store.statistics(key, fromMs, toMs, true),
});

/** What is asked of the past: the windows that a condition is judged by at a place. */
export interface PastAsk {
  readonly condition: Condition;
  readonly place: Place;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Stored windows that a condition is judged by at a place, in the order of their times, at the finest that fits. */
export async function pastOf(
  store: PastStore,
  condition: Condition,
  place: Place,
  fromMs: number,
  toMs: number,
): Promise<Point[]> {
  const [points = () => []] = await pastsOf(store, [{ condition, place, fromMs, toMs }]);
  return points();
}

/** The same of a stretch of any length, piece by piece: as fine as windows are, and whatever else the host has to do comes in between. */
export async function* pastInPieces(store: PastStore, ask: PastAsk) {
  for await (const { points } of pastsInPieces(store, [ask])) yield points;
}

/** The same of many, each by its place among them and in the order of its times. One without any windows is told, too: whoever asked may be gone. */
export async function* pastsInPieces(store: PastStore, asks: readonly PastAsk[]) {
  const fromMs = Math.min(...asks.map(ask => ask.fromMs));
  const toMs = Math.max(...asks.map(ask => ask.toMs));
  for (let atMs = fromMs; atMs < toMs; atMs += pieceMs) {
    const endMs = atMs + pieceMs;
    const pasts = await pastsOf(
      store,
      asks.map(ask => ({
        ...ask,
        fromMs: Math.max(ask.fromMs, atMs),
        toMs: Math.min(ask.toMs, endMs + alarmLimits.windowMs),
      })),
    );
    for (const [index, points] of pasts.entries()) {
      // A sum's window that is cut is of the piece that it begins in, and whole there.
      const own = points().filter(({ startMs }) => startMs < endMs);
      for (let at = 0; at === 0 || at < own.length; at += turnWindows) {
        yield { index, points: own.slice(at, at + turnWindows) };
        await setImmediate();
      }
    }
  }
}

/** The past of many, in their order, by few looks at what is stored; as fine as if the longest range of them were read. */
async function pastsOf(store: PastStore, asks: readonly PastAsk[]): Promise<(() => Point[])[]> {
  const judged = asks.map(ask => judgedOf(store, ask));
  const keys = new Set(
    judged.flatMap(byMeter => [...byMeter].flatMap(([meter, ids]) => ids.map(id => keyOf(meter, id)))),
  );
  const columns = await columnsOf(store, [...keys], asks);
  return asks.map((ask, index) => () => {
    const windows = new Map(
      [...(judged[index] ?? [])].map(([meter, ids]) => [meter, pointsOf(ask, meter, ids, columns)] as const),
    );
    const { condition, place } = ask;
    if (!isSum(place)) return windows.get(place.meter) ?? [];
    const [quantity] = quantitiesOf(condition);
    return quantity === undefined ? [] : sumOf(quantity, windows);
  });
}

const keyOf = (meter: string, quantity: QuantityId): string => `${meter}.${quantity}`;

/** Of each meter of a place the quantities by which it is judged; of none where nothing is asked for. */
function judgedOf(
  store: PastStore,
  { condition, place, fromMs, toMs }: PastAsk,
): ReadonlyMap<string, readonly QuantityId[]> {
  if (toMs <= fromMs) return new Map();
  const wanted = quantitiesOf(condition);
  return new Map(
    (isSum(place) ? place.meters : [place.meter]).map(meter => {
      const known = store.seriesOfMeter(meter);
      const has = (id: QuantityId) => known.some(({ quantity }) => quantity === id);
      return [meter, wanted.length > 0 ? wanted.filter(has) : heardOf(known, fromMs, toMs)];
    }),
  );
}

/** Series over the ranges of all, by as few looks as the rows that are read at once allow. */
async function columnsOf(
  store: PastStore,
  keys: readonly string[],
  asks: readonly PastAsk[],
): Promise<Map<string, SeriesColumns>> {
  const ranges = asks.filter(({ fromMs, toMs }) => toMs > fromMs);
  const fromMs = Math.min(...ranges.map(ask => ask.fromMs));
  const toMs = Math.max(...ranges.map(ask => ask.toMs));
  const atOnce = Math.max(Math.floor((rowsAtOnce * usualWindowMs) / (toMs - fromMs)), 1);
  const columns = new Map<string, SeriesColumns>();
  for (let at = 0; at < keys.length; at += atOnce) {
    const range = { fromMs, toMs, points: pointsMost, isByWindow: true };
    for (const [key, found] of await store.readingsOfAll(keys.slice(at, at + atOnce), range))
      columns.set(key, found);
  }
  return columns;
}

function pointsOf(
  { fromMs, toMs }: PastAsk,
  meter: string,
  judged: readonly QuantityId[],
  columns: ReadonlyMap<string, SeriesColumns>,
): Point[] {
  const points = new Map<number, { endMs: number; values: { [Q in QuantityId]?: WindowValue } }>();
  for (const quantity of judged) {
    const found = columns.get(keyOf(meter, quantity));
    if (found === undefined) continue;
    const { bucketMs, startMs, endMs, mean, min, max, last } = found;
    for (const [index, start] of startMs.entries()) {
      const newest = last[index];
      // Buckets begin on whole ones; what lies before the range was judged.
      if (newest == null || start < fromMs || start >= toMs) continue;
      const point = points.get(start) ?? { endMs: endMs?.[index] ?? start + bucketMs, values: {} };
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
