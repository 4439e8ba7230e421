import type { StoredWindow } from '../store/committed-windows.ts';
import type { CivilClock } from './civil-clock.ts';
import { growthMs, healthFigures } from './health-figures.ts';
import { alarmLimits } from './limits.ts';
import { type Condition, type Operator, quantitiesOf } from './rule.ts';

/** What a window came to: of one meter, of several together, or of a figure of health. */
export interface Point extends StoredWindow {
  readonly figure?: number;
  /** What the counter of the condition grew since the reading before. */
  readonly grown?: number;
  /** When that reading was. */
  readonly grownFromMs?: number | undefined;
}

/** `between`: no longer met, and not yet far enough away to be over. */
export interface Standing {
  readonly is: 'met' | 'between' | 'clear';
  readonly value: number;
}

/** Earlier values that a condition looks back at, oldest first: end of the window and its value. */
export type Recent = readonly (readonly [endMs: number, value: number])[];

/** How a condition stands in this window; undefined where the window does not have what it is judged by. */
export function standingOf(
  condition: Exclude<Condition, { kind: 'silence' }>,
  point: Point,
  recent: Recent,
  clock: CivilClock,
): Standing | undefined {
  switch (condition.kind) {
    case 'threshold': {
      const value = point.values[condition.quantity]?.[condition.of];
      return value === undefined ? undefined : compared(condition, value);
    }
    case 'range': {
      const value = point.values[condition.quantity]?.[condition.of];
      if (value === undefined) return undefined;
      const { low, high, hysteresis } = condition;
      if (value < low || value > high) return { is: 'met', value };
      return { is: value < low + hysteresis || value > high - hysteresis ? 'between' : 'clear', value };
    }
    case 'rate': {
      const value = point.values[condition.quantity]?.mean;
      const spanMs = condition.overS * 1000;
      const before = recent[firstAfter(recent, point.endMs - spanMs) - 1];
      if (value === undefined || before === undefined) return undefined;
      // What changed over a gap did so nobody knows when; windows that are longer than the span follow on each other.
      if (before[0] <= point.endMs - 2 * spanMs && before[0] < point.startMs) return undefined;
      return compared(condition, value - before[1]);
    }
    case 'peak': {
      const value = peakOf(condition, point);
      if (value === undefined) return undefined;
      // The oldest is the furthest out: what a newer one outdoes is not remembered.
      const [, furthest = value] = recent[firstAfter(recent, point.endMs - condition.withinS * 1000)] ?? [];
      const extreme = isUpward(condition.operator) ? Math.max : Math.min;
      return compared(condition, extreme(furthest, value));
    }
    case 'energy': {
      if (point.grown === undefined) return undefined;
      const fromMs = point.endMs - condition.withinS * 1000;
      const used = recent
        .filter(([endMs]) => endMs > fromMs)
        .reduce((sum, [, grown]) => sum + grown, grownSince(point, fromMs));
      return compared({ operator: '>', limit: condition.budget, hysteresis: 0 }, used);
    }
    case 'budget': {
      if (point.grown === undefined) return undefined;
      const [known] = recent;
      // What grew up to a window's end is of the period that the window begins in.
      const fromMs = clock.startOf(condition.period, point.startMs);
      const used = (known?.[0] === fromMs ? known[1] : 0) + grownSince(point, fromMs);
      return compared({ operator: '>', limit: condition.budget, hysteresis: 0 }, used);
    }
    case 'health': {
      const value = figureOf(condition, point, recent);
      return value === undefined ? undefined : compared(condition, value);
    }
    case 'quality': {
      const spanMs = condition.withinS * 1000;
      const [oldest] = recent;
      if (oldest === undefined || oldest[0] > point.endMs - spanMs) return undefined;
      const measuredMs = recent
        .filter(([endMs]) => endMs > point.endMs - spanMs)
        .reduce((sum, [, lengthMs]) => sum + lengthMs, point.endMs - point.startMs);
      const value = Math.min((measuredMs / spanMs) * 100, 100);
      return compared({ operator: '<', limit: condition.belowPercent, hysteresis: 0 }, value);
    }
    case 'phaseLoss': {
      const phases = phasesOf(condition, point);
      if (phases.length < 2) return undefined;
      const least = Math.min(...phases);
      // With none of them there is no supply at all, which is not the loss of a phase.
      const isLost = least < condition.belowV && Math.max(...phases) >= condition.belowV;
      return { is: isLost ? 'met' : 'clear', value: least };
    }
    case 'unbalance': {
      const phases = phasesOf(condition, point).map(Math.abs);
      const mean = phases.reduce((sum, phase) => sum + phase, 0) / phases.length;
      if (phases.length < 3 || mean === 0 || mean < condition.fromMean) return undefined;
      const value = Math.max(...phases.map(phase => Math.abs(phase - mean) / mean)) * 100;
      const { overPercent: limit, hysteresis } = condition;
      return compared({ operator: '>', limit, hysteresis }, value);
    }
  }
}

/** What is to be looked back at after this window. */
export function remembered(condition: Condition, point: Point, recent: Recent, clock: CivilClock): Recent {
  if (condition.kind === 'energy') return grownInParts(condition, point, recent);
  if (condition.kind === 'budget') {
    if (point.grown === undefined) return recent;
    const fromMs = clock.startOf(condition.period, point.startMs);
    const [known] = recent;
    return [[fromMs, (known?.[0] === fromMs ? known[1] : 0) + grownSince(point, fromMs)]];
  }
  if (condition.kind === 'health') return figures(condition, point, recent);
  if (condition.kind === 'quality') return lengths(condition, point, recent);
  if (condition.kind !== 'rate' && condition.kind !== 'peak') return recent;
  const isRate = condition.kind === 'rate';
  const value = isRate ? point.values[condition.quantity]?.mean : peakOf(condition, point);
  const spanMs = (isRate ? condition.overS : condition.withinS) * 1000;
  const from = firstAfter(recent, point.endMs - spanMs);
  if (isRate) {
    // The one that is just old enough is what the next window is compared with.
    const old = recent[from - 1];
    const isOldKept = old !== undefined && point.endMs - old[0] < 2 * spanMs;
    const kept = recent.slice(isOldKept ? from - 1 : from);
    return value === undefined ? kept : [...kept, [point.endMs, value]];
  }
  const kept = recent.slice(from);
  if (value === undefined) return kept;
  // What a newer value outdoes never matters again.
  const outdoes = (earlier: number) => (isUpward(condition.operator) ? earlier <= value : earlier >= value);
  while (kept.length > 0 && outdoes((kept.at(-1) as Recent[number])[1])) kept.pop();
  return [...kept, [point.endMs, value]];
}

/** Where what ended after an instant begins: near the front, for a memory loses its oldest window by window. */
function firstAfter(recent: Recent, atMs: number): number {
  let at = 0;
  while (at < recent.length && (recent[at] as Recent[number])[0] <= atMs) at++;
  return at;
}

/** How far back a condition looks, ms. */
export function memoryMs(condition: Condition): number {
  if (condition.kind === 'rate') return 2 * condition.overS * 1000;
  if (condition.kind === 'silence') return condition.forS * 1000;
  return 'withinS' in condition ? 2 * condition.withinS * 1000 : 0;
}

/** So many parts of its span a memory is kept in: it is written with every event. */
const parts = 100;

/** What the counter grew in each part of the span. */
function grownInParts(
  condition: Extract<Condition, { kind: 'energy' }>,
  point: Point,
  recent: Recent,
): Recent {
  const spanMs = condition.withinS * 1000;
  const partOf = (ms: number) => Math.floor((ms * parts) / spanMs);
  const kept = recent.filter(([endMs]) => endMs > point.endMs - spanMs);
  if (point.grown === undefined) return kept;
  const fromMs = Math.max(beganOf(point), point.endMs - spanMs);
  const grown = grownSince(point, fromMs);
  // What grew while nobody read it is of all the parts in between.
  const count = fromMs < point.startMs ? Math.ceil(((point.endMs - fromMs) * parts) / spanMs) : 1;
  for (let nth = 1; nth <= count; nth++) {
    const endMs = fromMs + Math.round(((point.endMs - fromMs) * nth) / count);
    const last = kept.at(-1);
    const isSame = last !== undefined && partOf(last[0]) === partOf(endMs);
    if (isSame) kept.pop();
    kept.push([endMs, (isSame ? last[1] : 0) + grown / count]);
  }
  return kept;
}

/** From when on it grew: since the reading before, where windows without one lie in between. */
const beganOf = ({ startMs, grownFromMs = startMs }: Point): number => Math.min(startMs, grownFromMs);

/** What it grew from an instant on. What grew while nobody read it is shared out evenly, as everywhere. */
function grownSince(point: Point, fromMs: number): number {
  const { grown = 0, endMs } = point;
  const beganMs = beganOf(point);
  return beganMs >= fromMs ? grown : (grown * Math.max(endMs - fromMs, 0)) / (endMs - beganMs);
}

/**
 * Civil periods that ended while nobody read the counter, of which the window is the first to tell: each with its share of what
 * grew, cut where that passes the budget. Those since `fromMs`, and of the newest days that are judged at all.
 */
export function endedUnread(
  condition: Extract<Condition, { kind: 'budget' }>,
  point: Point,
  recent: Recent,
  clock: CivilClock,
  fromMs = 0,
): Point[] {
  const { period, budget } = condition;
  const beganMs = beganOf(point);
  const judgedMs = Math.max(beganMs, fromMs, point.endMs - alarmLimits.lateMs);
  const pieces: Point[] = [];
  if (point.grown === undefined) return pieces;
  const ofMs = point.grown / (point.endMs - beganMs);
  const piece = (startMs: number, endMs: number, grown: number): Point => ({
    startMs,
    endMs,
    grown,
    values: {},
  });
  const nowFromMs = clock.startOf(period, point.startMs);
  let at = judgedMs < nowFromMs ? clock.startOf(period, judgedMs) : nowFromMs;
  while (at < nowFromMs) {
    const endMs = clock.endOf(period, at);
    const [sinceMs, startMs] = [Math.max(at, beganMs), Math.max(at, judgedMs)];
    const [known] = recent;
    const used = known?.[0] === at ? known[1] : 0;
    const grown = ofMs * (endMs - sinceMs);
    const left = Math.max(budget - used, 0);
    // From where on it is met; what is not passed is one piece.
    const cutMs = grown > left ? Math.max(Math.round(sinceMs + left / ofMs), startMs) : startMs;
    if (cutMs > startMs) pieces.push(piece(startMs, cutMs, 0));
    pieces.push(piece(cutMs, endMs, grown));
    at = endMs;
  }
  // What is of the window's own period is judged with the window; what lasted before ends where that began.
  if (pieces.length > 0 && at < point.startMs) pieces.push(piece(at, point.startMs, 0));
  return pieces;
}

type Health = Extract<Condition, { kind: 'health' }>;

/** What is judged of a figure: itself, or what it grew lately. One that fell began anew with its gateway. */
function figureOf({ figure }: Health, point: Point, recent: Recent): number | undefined {
  if (point.figure === undefined || !('isGrowing' in healthFigures[figure])) return point.figure;
  const seen = [...recent.filter(([endMs]) => endMs >= point.endMs - growthMs), [0, point.figure] as const];
  return seen.reduce((sum, [, each], at) => {
    const before = seen[at - 1]?.[1];
    return sum + (before === undefined ? 0 : each >= before ? each - before : each);
  }, 0);
}

function figures({ figure }: Health, point: Point, recent: Recent): Recent {
  if (point.figure === undefined || !('isGrowing' in healthFigures[figure])) return recent;
  return [...recent.filter(([endMs]) => endMs >= point.endMs - growthMs), [point.endMs, point.figure]];
}

/** How much was measured in each part of the span; of what is older, the newest tells that there was something. */
function lengths(condition: Extract<Condition, { kind: 'quality' }>, point: Point, recent: Recent): Recent {
  const spanMs = condition.withinS * 1000;
  const partOf = (ms: number) => Math.floor((ms * parts) / spanMs);
  const oldest = recent.findLast(([endMs]) => endMs <= point.endMs - spanMs);
  const kept = recent.filter(([endMs]) => endMs > point.endMs - spanMs);
  const last = kept.at(-1);
  const lengthMs = point.endMs - point.startMs;
  const next: Recent =
    last !== undefined && partOf(last[0]) === partOf(point.endMs)
      ? [...kept.slice(0, -1), [point.endMs, last[1] + lengthMs]]
      : [...kept, [point.endMs, lengthMs]];
  return oldest === undefined ? next : [oldest, ...next];
}

interface Comparison {
  readonly operator: Operator;
  readonly limit: number;
  readonly hysteresis: number;
}

function compared({ operator, limit, hysteresis }: Comparison, value: number): Standing {
  const off = Math.abs(value - limit);
  const [isMet, isNear] = {
    '>': [value > limit, value > limit - hysteresis],
    '>=': [value >= limit, value > limit - hysteresis],
    '<': [value < limit, value < limit + hysteresis],
    '<=': [value <= limit, value < limit + hysteresis],
    '==': [off === 0, off < hysteresis],
    '!=': [off > hysteresis, off > 0],
  }[operator] as [boolean, boolean];
  return { is: isMet ? 'met' : isNear && hysteresis > 0 ? 'between' : 'clear', value };
}

const isUpward = (operator: Operator): boolean => operator !== '<' && operator !== '<=';

function peakOf(condition: Extract<Condition, { kind: 'peak' }>, point: Point): number | undefined {
  return point.values[condition.quantity]?.[isUpward(condition.operator) ? 'max' : 'min'];
}

const phasesOf = (condition: Condition, point: Point): number[] =>
  quantitiesOf(condition).flatMap(id => point.values[id]?.mean ?? []);
