import { memoryMs } from './conditions.ts';
import { type Judged, quiet, remember, type State, type Terms } from './judge.ts';
import { type PastStore, pastOf } from './past.ts';
import type { Place } from './places.ts';

/** A counter's last reading before a range is looked for so far back. */
const readingMs = 86_400_000;

export type Begun = { readonly name: 'quiet' } & Judged;
const nothing: Begun = { name: 'quiet', judgedMs: null, recent: [] };

/** The state of a rule that begins to judge a place at an instant: quiet, with all that it looks back at. @throws Error of the store */
export async function beginAt(store: PastStore, terms: Terms, place: Place, fromMs: number): Promise<Begun> {
  const { condition, clock } = terms;
  const leadMs = condition.kind === 'budget' ? readingMs : memoryMs(condition);
  if (leadMs === 0) return nothing;
  const lead = (await pastOf(store, condition, place, fromMs - leadMs, fromMs)).filter(
    ({ startMs }) => startMs < fromMs,
  );
  if (condition.kind === 'silence') return { ...nothing, judgedMs: lead.at(-1)?.endMs ?? null };
  const known = lead.reduce<State>((state, point) => remember(terms, state, point), quiet);
  const { recent, counter } = known;
  const begun: Begun = { name: 'quiet', judgedMs: null, recent, ...(counter !== undefined && { counter }) };
  if (condition.kind !== 'budget') return begun;
  // What grew before is asked of the store, which knows rollovers, other meters in its place, gaps and corrections.
  const periodMs = clock.startOf(condition.period, fromMs);
  const key = `${place.meter}.${condition.quantity}`;
  // What it grew since its last reading is counted by the next.
  const toMs = Math.floor((counter?.[0] ?? fromMs) / 1000) * 1000;
  const isKnown = store.seriesOf(key) !== undefined && toMs > periodMs;
  const grown = isKnown ? (await store.statistics(key, periodMs, toMs)).growth : null;
  return { ...begun, recent: [[periodMs, grown ?? 0]] };
}
