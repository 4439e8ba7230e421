import type { CivilClock } from './civil-clock.ts';
import { endedUnread, type Point, type Recent, remembered, standingOf } from './conditions.ts';
import { type CounterReading, grownBetween } from './counter-growth.ts';
import { type Condition, quantitiesOf } from './rule.ts';
import { firstOutside, firstWithin, isWithin, type Schedule } from './schedule.ts';

/** What is judged by. */
export interface Terms {
  readonly condition: Condition;
  /** None: it looks always. */
  readonly schedule?: Schedule | null | undefined;
  readonly clock: CivilClock;
  /** What was before is looked back at and not judged. */
  readonly fromMs?: number | undefined;
  /** The most power that the meter ever showed, W. */
  readonly largestW?: (() => number | undefined) | undefined;
}

/**
 * Where a rule stands with one meter, after all windows up to `judgedMs`. quiet: nothing is. pending: the condition holds,
 * and not yet for long enough. on: an event has begun and has not ended. Plain data: it is kept as JSON.
 */
export type State =
  | ({ readonly name: 'quiet' } & Judged)
  | ({ readonly name: 'pending'; readonly sinceMs: number } & Judged)
  | ({ readonly name: 'on'; readonly beganMs: number; readonly worst: number | null } & Judged);

export interface Judged {
  /** End of the newest window judged; null before the first. */
  readonly judgedMs: number | null;
  readonly recent: Recent;
  /** The newest reading, where a counter is judged. */
  readonly counter?: CounterReading;
  /** End of the newest window that had what is judged, where others have come since. */
  readonly readMs?: number;
  /** For how long before that one it was not read. */
  readonly unreadMs?: number;
}

/** What a window made of it. moved, withdrawn: values that came later show that the silence began later, or was none. */
export type Change =
  | {
      readonly is: 'began';
      readonly beganMs: number;
      readonly firedMs: number;
      readonly value: number | null;
    }
  | {
      readonly is: 'ended';
      readonly endedMs: number;
      readonly value: number | null;
      readonly worst: number | null;
    }
  | { readonly is: 'moved'; readonly beganMs: number }
  | { readonly is: 'withdrawn' };

export interface Judgement {
  readonly state: State;
  readonly changes: readonly Change[];
}

export const quiet: State = Object.freeze({ name: 'quiet', judgedMs: null, recent: Object.freeze([]) });

/**
 * Judges the next window of a meter, in the order of their times. An event begins where its condition began to hold, once
 * it has held long enough without a window missing (but as often as what is read seldom always is), and ends with the first window that is clear of it, or when the
 * rule looks no more. Pure: the same windows give the same events, whenever they are judged.
 */
export function evaluate(terms: Terms, state: State, given: Point, nowMs: number): Judgement {
  const { condition, clock, fromMs } = terms;
  if (condition.kind === 'silence') return afterSilence(terms, condition.forS * 1000, state, given, nowMs);
  if (isUnread(condition, given)) return { state: passedBy(state, given), changes: [] };
  const { point, counter } = counted(terms, state, given);
  if (condition.kind !== 'budget') return standingAfter(terms, condition, state, point, counter);
  const changes: Change[] = [];
  let next = state;
  for (const each of [...endedUnread(condition, point, state.recent, clock, fromMs), point]) {
    const judged = standingAfter(terms, condition, next, each, counter);
    next = judged.state;
    changes.push(...judged.changes);
  }
  return { state: next, changes };
}

/** Whether a window has nothing of what is judged: a gateway reads some registers but each minute. */
export function isUnread(condition: Condition, { values }: Point): boolean {
  const judged = quantitiesOf(condition);
  return judged.length > 0 && judged.every(quantity => values[quantity] === undefined);
}

const passedBy = (state: State, { endMs }: Point): State => ({
  ...state,
  judgedMs: endMs,
  ...(state.judgedMs !== null && { readMs: state.readMs ?? state.judgedMs }),
});

/** What is read seldom holds as long as it did the last time and half as long again, for no clock of a sender is exact; this long at most. */
const heldMostMs = 2 * 3_600_000;

/** Whether nothing comes of windows that end so far apart: a change, or a delay, is over before the next. */
export function neverFires(condition: Condition, apartMs: number, windowMs: number): boolean {
  if (condition.kind === 'silence' || apartMs <= windowMs) return false;
  const isChangeUnknown = condition.kind === 'rate' && apartMs >= 2 * condition.overS * 1000;
  return isChangeUnknown || (condition.forS * 1000 > windowMs && apartMs - windowMs > heldMostMs);
}

function standingAfter(
  terms: Terms,
  condition: Exclude<Condition, { kind: 'silence' }>,
  before: State,
  point: Point,
  counter: CounterReading | undefined,
): Judgement {
  const over = lookedUntil(terms, before, point.startMs);
  const { state, changes } = standingIn(terms, condition, over.state, point, counter);
  return { state, changes: [...over.changes, ...changes] };
}

/** What lasts ends when the rule looks no more, whether or not that is read. */
function lookedUntil(terms: Terms, state: State, untilMs: number): Judgement {
  const { schedule, clock } = terms;
  const { readMs = state.judgedMs } = state;
  const unchanged = { state, changes: [] };
  if (schedule == null || state.name !== 'on' || readMs === null || readMs >= untilMs) return unchanged;
  const endedMs = found(terms, state, () => firstOutside(schedule, clock, readMs));
  if (endedMs >= untilMs) return unchanged;
  const { beganMs: _, worst, ...judged } = state;
  // A window from before that is late.
  const judgedMs = Math.max(endedMs, state.judgedMs ?? 0);
  return {
    state: { ...judged, name: 'quiet', judgedMs, readMs },
    changes: [{ is: 'ended', endedMs, value: null, worst }],
  };
}

/** When a schedule begins or ends for a state: it is asked each second, and found once. */
const foundMs = new WeakMap<State, { readonly terms: Terms; readonly atMs: number }>();
function found(terms: Terms, state: State, find: () => number): number {
  const known = foundMs.get(state);
  if (known?.terms === terms) return known.atMs;
  const atMs = find();
  foundMs.set(state, { terms, atMs });
  return atMs;
}

function standingIn(
  { schedule, clock }: Terms,
  condition: Exclude<Condition, { kind: 'silence' }>,
  state: State,
  point: Point,
  counter: CounterReading | undefined,
): Judgement {
  const isOff = schedule != null && !isWithin(schedule, clock, point.startMs);
  const standing = isOff
    ? ({ is: 'clear', value: null } as const)
    : standingOf(condition, point, state.recent, clock);
  const lastMs = state.readMs ?? state.judgedMs;
  const unreadMs = lastMs === null ? 0 : Math.max(point.startMs - lastMs, 0);
  const judged = {
    judgedMs: point.endMs,
    recent: remembered(condition, point, state.recent, clock),
    ...(counter !== undefined && { counter }),
    ...(unreadMs > 0 && { unreadMs }),
  };
  if (state.name === 'on') {
    if (standing?.is === 'clear') {
      const ended = {
        is: 'ended',
        endedMs: point.startMs,
        value: standing.value,
        worst: state.worst,
      } as const;
      return { state: { name: 'quiet', ...judged }, changes: [ended] };
    }
    const worst =
      standing === undefined || standing.value === null
        ? state.worst
        : worse(condition, state.worst, standing.value);
    return { state: { name: 'on', beganMs: state.beganMs, worst, ...judged }, changes: [] };
  }
  if (standing?.is !== 'met') return { state: { name: 'quiet', ...judged }, changes: [] };
  // Of the time between windows that do not follow on each other nothing is known, so it does not count.
  const { unreadMs: usualMs = 0 } = state;
  const heldMs = usualMs === 0 ? 0 : Math.min(usualMs * 1.5 + point.endMs - point.startMs, heldMostMs);
  const isGap = lastMs === null || unreadMs > heldMs;
  const sinceMs = state.name === 'pending' && !isGap ? state.sinceMs : point.startMs;
  if (point.endMs - sinceMs < condition.forS * 1000)
    return { state: { name: 'pending', sinceMs, ...judged }, changes: [] };
  const { value } = standing;
  return {
    state: { name: 'on', beganMs: sinceMs, worst: value, ...judged },
    changes: [{ is: 'began', beganMs: sinceMs, firedMs: point.endMs, value }],
  };
}

/** What is known after a window that is only looked back at. */
export function remember(terms: Terms, state: State, given: Point): State {
  const { point, counter } = counted(terms, state, given);
  const recent = remembered(terms.condition, point, state.recent, terms.clock);
  return { ...state, recent, ...(counter !== undefined && { counter }) };
}

/** What a counter grew by a window, where its condition asks for that. */
function counted(
  { condition, largestW }: Terms,
  { counter }: State,
  point: Point,
): { readonly point: Point; readonly counter: CounterReading | undefined } {
  if (condition.kind !== 'energy' && condition.kind !== 'budget') return { point, counter: undefined };
  const value = point.values[condition.quantity]?.last;
  if (value === undefined) return { point, counter };
  const reading: CounterReading = [point.endMs, value];
  const grown = grownBetween(condition.quantity, counter, reading, largestW?.());
  return { point: { ...point, grown, grownFromMs: counter?.[0] }, counter: reading };
}

/** A window comes when it is over, and this much later. */
const travelMs = 10_000;

/** When silence begins where nothing comes. In the window in which its rule began nothing was to come. */
const silentMs = ({ judgedMs, recent: [, begun] }: State, forMs: number): number =>
  (judgedMs ?? 0) + Math.max(forMs, begun?.[1] ?? 0);

/** Until when windows after the newest may well be measured, and not here. */
const awaitedMs = ({ judgedMs, recent }: State): number =>
  recent.reduce((atMs, [, lengthMs]) => atMs + lengthMs, (judgedMs ?? 0) + travelMs);

/** So long after a rule's hours what was measured in them may still be on its way. */
const onTheWayMs = 120_000;

/** Time has gone on without a window: there is silence, or a rule looks no more. */
export function tick(terms: Terms, state: State, nowMs: number): Judgement {
  const { condition, schedule, clock } = terms;
  if (condition.kind !== 'silence') return lookedUntil(terms, state, nowMs - onTheWayMs);
  if (state.name === 'on' || state.judgedMs === null) return { state, changes: [] };
  const dueMs = silentMs(state, condition.forS * 1000);
  if (nowMs < dueMs || nowMs < awaitedMs(state)) return { state, changes: [] };
  const beganMs = schedule == null ? dueMs : found(terms, state, () => firstWithin(schedule, clock, dueMs));
  if (nowMs < beganMs) return { state, changes: [] };
  return {
    state: { ...state, name: 'on', beganMs, worst: null },
    changes: [{ is: 'began', beganMs, firedMs: beganMs, value: null }],
  };
}

function afterSilence(
  { schedule, clock }: Terms,
  forMs: number,
  state: State,
  point: Point,
  nowMs: number,
): Judgement {
  const from = (dueMs: number) => (schedule == null ? dueMs : firstWithin(schedule, clock, dueMs));
  const judged = {
    judgedMs: point.endMs,
    recent: [[point.endMs, point.endMs - point.startMs]],
  } as const;
  const next: State = { name: 'quiet', ...judged };
  const ended = { is: 'ended', endedMs: point.startMs, value: null, worst: null } as const;
  if (state.name === 'on') {
    if (point.startMs > state.beganMs) return { state: next, changes: [ended] };
    // It was measured all the same, and the gateway sends it only now: what is still silent began later.
    const beganMs = from(point.endMs + forMs);
    if (beganMs > nowMs || awaitedMs(next) > nowMs) return { state: next, changes: [{ is: 'withdrawn' }] };
    return { state: { ...state, ...judged, beganMs }, changes: [{ is: 'moved', beganMs }] };
  }
  const dueMs = silentMs(state, forMs);
  if (state.judgedMs === null || point.startMs <= dueMs) return { state: next, changes: [] };
  const beganMs = from(dueMs);
  if (point.startMs <= beganMs) return { state: next, changes: [] };
  return { state: next, changes: [{ is: 'began', beganMs, firedMs: beganMs, value: null }, ended] };
}

/** The value that is furthest on the wrong side. */
function worse(condition: Condition, before: number | null, value: number): number {
  if (before === null) return value;
  if (condition.kind === 'phaseLoss' || condition.kind === 'quality') return Math.min(before, value);
  const furthestFrom = (right: number) =>
    Math.abs(value - right) > Math.abs(before - right) ? value : before;
  if (condition.kind === 'range') return furthestFrom((condition.low + condition.high) / 2);
  if ('operator' in condition && condition.operator === '!=') return furthestFrom(condition.limit);
  const isDownward = 'operator' in condition && (condition.operator === '<' || condition.operator === '<=');
  return isDownward ? Math.min(before, value) : Math.max(before, value);
}
