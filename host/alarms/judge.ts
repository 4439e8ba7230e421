import { type Point, type Recent, remembered, standingOf } from './conditions.ts';
import type { Condition } from './rule.ts';

/**
 * Where a rule stands with one meter, after all windows up to `judgedMs`. quiet: nothing is. pending: the condition holds,
 * and not yet for long enough. on: an event has begun and has not ended. Plain data: it is kept as JSON.
 */
export type State =
  | ({ readonly name: 'quiet' } & Judged)
  | ({ readonly name: 'pending'; readonly sinceMs: number } & Judged)
  | ({ readonly name: 'on'; readonly beganMs: number; readonly worst: number | null } & Judged);

interface Judged {
  /** End of the newest window judged; null before the first. */
  readonly judgedMs: number | null;
  readonly recent: Recent;
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
 * it has held long enough without a window missing, and ends with the first window that is clear of it. Pure: the same
 * windows give the same events, whenever they are judged.
 */
export function evaluate(condition: Condition, state: State, point: Point, nowMs: number): Judgement {
  if (condition.kind === 'silence') return afterSilence(condition.forS * 1000, state, point, nowMs);
  const standing = standingOf(condition, point, state.recent);
  const judged = { judgedMs: point.endMs, recent: remembered(condition, point, state.recent) };
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
    const worst = standing === undefined ? state.worst : worse(condition, state.worst, standing.value);
    return { state: { name: 'on', beganMs: state.beganMs, worst, ...judged }, changes: [] };
  }
  if (standing?.is !== 'met') return { state: { name: 'quiet', ...judged }, changes: [] };
  // Of the time between windows that do not follow on each other nothing is known, so it does not count.
  const isGap = state.judgedMs === null || point.startMs > state.judgedMs;
  const sinceMs = state.name === 'pending' && !isGap ? state.sinceMs : point.startMs;
  if (point.endMs - sinceMs < condition.forS * 1000)
    return { state: { name: 'pending', sinceMs, ...judged }, changes: [] };
  const { value } = standing;
  return {
    state: { name: 'on', beganMs: sinceMs, worst: value, ...judged },
    changes: [{ is: 'began', beganMs: sinceMs, firedMs: point.endMs, value }],
  };
}

/** Time has gone on without a window. Only silence comes of that. */
export function tick(condition: Condition, state: State, nowMs: number): Judgement {
  if (condition.kind !== 'silence' || state.name === 'on' || state.judgedMs === null)
    return { state, changes: [] };
  const beganMs = state.judgedMs + condition.forS * 1000;
  if (nowMs < beganMs) return { state, changes: [] };
  return {
    state: { ...state, name: 'on', beganMs, worst: null },
    changes: [{ is: 'began', beganMs, firedMs: beganMs, value: null }],
  };
}

function afterSilence(forMs: number, state: State, point: Point, nowMs: number): Judgement {
  const next: State = { name: 'quiet', judgedMs: point.endMs, recent: [] };
  const ended = { is: 'ended', endedMs: point.startMs, value: null, worst: null } as const;
  if (state.name === 'on') {
    if (point.startMs > state.beganMs) return { state: next, changes: [ended] };
    // It was measured all the same, and the gateway sends it only now: what is still silent began later.
    const beganMs = point.endMs + forMs;
    if (beganMs > nowMs) return { state: next, changes: [{ is: 'withdrawn' }] };
    return { state: { ...state, beganMs, judgedMs: point.endMs }, changes: [{ is: 'moved', beganMs }] };
  }
  const beganMs = (state.judgedMs ?? point.startMs) + forMs;
  if (point.startMs <= beganMs) return { state: next, changes: [] };
  return { state: next, changes: [{ is: 'began', beganMs, firedMs: beganMs, value: null }, ended] };
}

/** The value that is furthest on the wrong side. */
function worse(condition: Condition, before: number | null, value: number): number {
  if (before === null) return value;
  if (condition.kind === 'phaseLoss') return Math.min(before, value);
  if (condition.kind === 'range') {
    const middle = (condition.low + condition.high) / 2;
    return Math.abs(value - middle) > Math.abs(before - middle) ? value : before;
  }
  const isDownward = 'operator' in condition && (condition.operator === '<' || condition.operator === '<=');
  return isDownward ? Math.min(before, value) : Math.max(before, value);
}
