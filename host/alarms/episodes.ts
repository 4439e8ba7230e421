import type { Point } from './conditions.ts';
import { type Change, evaluate, type State, type Terms, tick } from './judge.ts';

/** An event of a rule from its begin to its end, by the times of the windows. */
export interface Episode {
  readonly beganMs: number;
  /** End of the window that fired it. */
  readonly firedMs: number;
  /** Null while it lasts. */
  readonly endedMs: number | null;
  /** What fired it; null where values stayed away. */
  readonly value: number | null;
  readonly worst: number | null;
  /** What ended it. */
  readonly endValue: number | null;
}

/** One that is kept: what later data shows not to have been stays, and says since when that is known. */
export interface KeptEpisode extends Episode {
  readonly id: string;
  readonly withdrawnMs: number | null;
}

/** Episodes after a change; the last may be one that lasts. What is withdrawn is not there any more. */
export function changed(episodes: readonly Episode[], change: Change): Episode[] {
  const before = episodes.slice(0, -1);
  const last = episodes.at(-1);
  if (change.is === 'began') {
    const { beganMs, firedMs, value } = change;
    return [...episodes, { beganMs, firedMs, endedMs: null, value, worst: value, endValue: null }];
  }
  if (last === undefined || last.endedMs !== null) return [...episodes];
  switch (change.is) {
    case 'ended':
      return [...before, { ...last, endedMs: change.endedMs, endValue: change.value, worst: change.worst }];
    case 'moved':
      return [...before, { ...last, beganMs: change.beganMs, firedMs: change.beganMs }];
    case 'withdrawn':
      return before;
  }
}

/**
 * What these windows, in the order of their times, come to from a state on. `open` is the episode of a state that is on. `isOver`: what
 * has not come by `nowMs` has stayed away.
 */
export function judgeAll(
  terms: Terms,
  from: State,
  open: Episode | undefined,
  points: readonly Point[],
  nowMs: number,
  { isOver = true } = {},
): { readonly state: State; readonly episodes: readonly Episode[] } {
  let state = from;
  let episodes: Episode[] = open === undefined ? [] : [open];
  const take = (judgement: { state: State; changes: readonly Change[] }) => {
    state = judgement.state;
    for (const change of judgement.changes) episodes = changed(episodes, change);
  };
  for (const point of points) {
    // Windows overlap where settings changed their length; the first has told it.
    if (state.judgedMs !== null && point.startMs < state.judgedMs) continue;
    take(evaluate(terms, state, point, nowMs));
  }
  if (isOver) take(tick(terms, state, nowMs));
  return { state, episodes };
}

/** The same of a past that is read piece by piece. */
export class Judging {
  readonly #terms: Terms;
  readonly #episodes: Episode[];
  #state: State;

  constructor(terms: Terms, from: State, open: Episode | undefined) {
    this.#terms = terms;
    this.#state = from;
    this.#episodes = open === undefined ? [] : [open];
  }

  get state(): State {
    return this.#state;
  }

  get episodes(): readonly Episode[] {
    return this.#episodes;
  }

  take(points: readonly Point[], nowMs: number, { isOver }: { readonly isOver: boolean }): void {
    const open = this.#episodes.at(-1)?.endedMs === null ? this.#episodes.pop() : undefined;
    const { state, episodes } = judgeAll(this.#terms, this.#state, open, points, nowMs, { isOver });
    this.#state = state;
    this.#episodes.push(...episodes);
  }
}

/** What the kept episodes of a stretch of time become by what all windows of it come to. */
export interface Mended {
  /** Known, and other than they were. */
  readonly changed: readonly KeptEpisode[];
  /** Never told before. */
  readonly added: readonly Episode[];
  /** Which of all is the one that lasts. */
  readonly openId: string | undefined;
}

/**
 * Holds what is kept to what is true. Episodes that overlap are the same: its times are mended and nobody is told again.
 * One that nothing bears out any more is withdrawn, and taken back where it comes true after all.
 */
export function mend(kept: readonly KeptEpisode[], truth: readonly Episode[], nowMs: number): Mended {
  const left = new Set(kept);
  const result: KeptEpisode[] = [];
  const added: Episode[] = [];
  let openId: string | undefined;
  for (const episode of truth) {
    const candidates = [...left].filter(each => overlap(each, episode));
    // What stands comes before what was withdrawn.
    const same = candidates.find(({ withdrawnMs }) => withdrawnMs === null) ?? candidates[0];
    if (same === undefined) {
      added.push(episode);
      continue;
    }
    left.delete(same);
    if (episode.endedMs === null) openId = same.id;
    const now = { ...same, ...episode, withdrawnMs: null };
    if (!isSame(now, same)) result.push(now);
  }
  for (const each of left) {
    // One that lasted must not be taken for whatever begins later.
    const endedMs = each.endedMs ?? each.firedMs;
    if (each.withdrawnMs === null) result.push({ ...each, endedMs, withdrawnMs: nowMs });
  }
  return { changed: result, added, openId };
}

const overlap = (a: Episode, b: Episode): boolean =>
  a.beganMs < (b.endedMs ?? Number.POSITIVE_INFINITY) && b.beganMs < (a.endedMs ?? Number.POSITIVE_INFINITY);

const isSame = (a: KeptEpisode, b: KeptEpisode): boolean =>
  a.beganMs === b.beganMs &&
  a.firedMs === b.firedMs &&
  a.endedMs === b.endedMs &&
  a.value === b.value &&
  a.worst === b.worst &&
  a.endValue === b.endValue &&
  a.withdrawnMs === b.withdrawnMs;
