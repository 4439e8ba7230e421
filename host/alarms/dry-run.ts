import { beginAt } from './begin.ts';
import { type Episode, Judging } from './episodes.ts';
import { isUnread, neverFires, type Terms } from './judge.ts';
import { type PastStore, pastInPieces } from './past.ts';
import type { Place } from './places.ts';

/** So many meters are tried; of a whole site the first by name. */
export const triedMost = 20;
export const tryDaysMost = 35;
/** At once; who comes then is asked to come again. */
export const triesMost = 2;
const toldMost = 200;
/** Windows of a dry run: a week of 10 s of some thirty meters, or the longest range of six. */
const windowsMost = 2_000_000;

export interface DryRun {
  /** How often the rule would have fired. */
  readonly fired: number;
  /** The first of them by meter and time. */
  readonly events: readonly (Episode & { readonly meter: string })[];
  readonly metersTried: number;
  /** Whether all of the range was looked at, of all meters of the target. */
  readonly isWhole: boolean;
  /** Whether what it judges is read so seldom, of all of them, that it cannot fire at all. */
  readonly neverFires: boolean;
}

/**
 * What a rule would have made of the past: the same judgement over what is stored, day by day and meter by meter. Nothing is
 * kept, nobody is told. Ends early where nobody waits for it any more. @throws Error of the store, or why it was aborted
 */
export async function dryRun(
  store: PastStore,
  termsOf: (place: Place) => Terms,
  places: readonly Place[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  signal: AbortSignal,
): Promise<DryRun> {
  const events: (Episode & { meter: string })[] = [];
  let fired = 0;
  let windows = 0;
  let tried = 0;
  const never: boolean[] = [];
  for (const place of places.slice(0, triedMost)) {
    if (windows >= windowsMost) break;
    tried++;
    const run = await runOf(store, { ...termsOf(place), fromMs }, place, { fromMs, toMs }, signal);
    windows += run.windows;
    never.push(...run.neverFires);
    fired += run.episodes.length;
    for (const episode of run.episodes)
      if (events.length < toldMost) events.push({ ...episode, meter: place.meter });
  }
  const isNever = never.length > 0 && never.every(is => is);
  return { fired, events, metersTried: tried, isWhole: tried === places.length, neverFires: isNever };
}

async function runOf(
  store: PastStore,
  terms: Terms,
  place: Place,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  signal: AbortSignal,
): Promise<{
  readonly episodes: readonly Episode[];
  readonly windows: number;
  readonly neverFires: readonly boolean[];
}> {
  const { condition } = terms;
  const judged = new Judging(terms, await beginAt(store, terms, place, fromMs), undefined);
  let windows = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  let [apartMs, windowMs] = [Number.POSITIVE_INFINITY, 0];
  for await (const points of pastInPieces(store, { condition, place, fromMs, toMs })) {
    signal.throwIfAborted();
    windows += points.length;
    for (const point of points) {
      if (isUnread(condition, point)) continue;
      windowMs = Math.max(windowMs, point.endMs - point.startMs);
      apartMs = Math.min(apartMs, point.endMs - lastMs);
      lastMs = point.endMs;
    }
    judged.take(points, toMs, { isOver: false });
  }
  judged.take([], toMs, { isOver: true });
  // Of one window alone it is not known how often they come.
  const isNever = Number.isFinite(apartMs) ? [neverFires(condition, apartMs, windowMs)] : [];
  return { episodes: judged.episodes, windows, neverFires: isNever };
}
