import { memoryMs, type Point } from './conditions.ts';
import { type Judged, quiet, remember, type State, type Terms } from './judge.ts';
import { alarmLimits } from './limits.ts';
import { type PastStore, pastOf } from './past.ts';
import type { Place } from './places.ts';
import type { Condition } from './rule.ts';

const dayMs = 86_400_000;

export type Begun = { readonly name: 'quiet' } & Judged;
const nothing: Begun = { name: 'quiet', judgedMs: null, recent: [] };

/** The state of a rule that begins to judge a place at an instant: quiet, with all that it looks back at. @throws Error of the store */
export async function beginAt(store: PastStore, terms: Terms, place: Place, fromMs: number): Promise<Begun> {
  const { condition, clock } = terms;
  if (condition.kind === 'silence' && fromMs === terms.fromMs) {
    // A rule counts from when it was made, and of a meter that was not there yet from its first window.
    const isHeard = store.seriesOfMeter(place.meter).some(({ firstMs }) => firstMs < fromMs);
    return isHeard ? silentFrom(store, place.meter, fromMs) : nothing;
  }
  const leadMs = memoryMs(condition);
  if (leadMs === 0 && condition.kind !== 'budget') return nothing;
  const lead = (await pastOf(store, condition, place, fromMs - leadMs, fromMs)).filter(
    ({ startMs }) => startMs < fromMs,
  );
  // What the first of them grew is known by the reading before, where it matters at all.
  const knownMs = condition.kind === 'energy' ? fromMs - condition.withinS * 1000 : fromMs;
  if (!lead.some(({ endMs }) => endMs <= knownMs)) {
    const before = await readingBefore(store, condition, place, fromMs - leadMs);
    if (before !== undefined) lead.unshift(before);
  }
  if (condition.kind === 'silence') {
    const last = lead.at(-1);
    return last === undefined
      ? nothing
      : { ...nothing, judgedMs: last.endMs, recent: [[last.endMs, last.endMs - last.startMs]] };
  }
  const known = lead.reduce<State>((state, point) => remember(terms, state, point), quiet);
  const { recent, counter } = known;
  const begun: Begun = { name: 'quiet', judgedMs: null, recent, ...(counter !== undefined && { counter }) };
  if (condition.kind !== 'budget') return begun;
  // What grew before is asked of the store, which knows rollovers, other meters in its place and gaps.
  const periodMs = clock.startOf(condition.period, fromMs);
  const key = `${place.meter}.${condition.quantity}`;
  // What it grew since its last reading is counted by the next.
  const toMs = Math.floor((counter?.[0] ?? fromMs) / 1000) * 1000;
  const isKnown = store.seriesOf(key) !== undefined && toMs > periodMs;
  const grown = isKnown ? (await store.statistics(key, periodMs, toMs)).growth : null;
  return { ...begun, recent: [[periodMs, grown ?? 0]] };
}

/** Of a rule of silence that begins at an instant: the window in which it does is not judged, and the one after it comes when that is over. */
export function silentFrom(store: Pick<PastStore, 'seriesOfMeter'>, meter: string, judgedMs: number): Begun {
  const longestMs = Math.max(0, ...store.seriesOfMeter(meter).map(each => each.longestMs));
  const lengthMs = Math.min(longestMs, alarmLimits.windowMs);
  return {
    ...nothing,
    judgedMs,
    recent: [
      [judgedMs, lengthMs],
      [judgedMs, lengthMs],
    ],
  };
}

/** Of a rule that judges a counter the last window with a reading before an instant, within all that is judged late. */
export async function readingBefore(
  store: PastStore,
  condition: Condition,
  place: Place,
  beforeMs: number,
): Promise<Point | undefined> {
  if (condition.kind !== 'energy' && condition.kind !== 'budget') return undefined;
  const firstMs = store.seriesOf(`${place.meter}.${condition.quantity}`)?.firstMs ?? beforeMs;
  const leastMs = Math.max(beforeMs - alarmLimits.lateMs, firstMs);
  // Most have one just before; else a day at a time.
  for (
    let [toMs, spanMs] = [beforeMs, alarmLimits.windowMs];
    toMs > leastMs;
    [toMs, spanMs] = [toMs - spanMs, dayMs]
  ) {
    const found = await pastOf(store, condition, place, toMs - spanMs, toMs);
    const last = found.findLast(({ startMs }) => startMs < beforeMs);
    if (last !== undefined) return last;
  }
  return undefined;
}
