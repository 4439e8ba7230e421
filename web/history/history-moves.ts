import type { EnergyBar } from '../charts/columns.ts';
import type { ViewCommand } from '../frame/keys.ts';
import type { Calendar } from '../periods.ts';
import {
  type EnergyStep,
  endingNow,
  fixedRange,
  inUnit,
  type Range,
  type Span,
  scaledAround,
  shifted,
  spanOf,
  widened,
} from './ranges.ts';

/** The range a button zooms to: in around the middle of what is over, out by whole periods. */
export function zoomed(range: Range, factor: number, nowMs: number, calendar: Calendar): Range {
  if (factor > 1) return widened(range, nowMs, calendar);
  const span = spanOf(range, nowMs, calendar);
  const middle = (span.fromMs + Math.min(nowMs, span.toMs)) / 2;
  const { fromMs, toMs } = scaledAround(span, factor, middle, nowMs);
  return fixedRange(fromMs, toMs);
}

/** Where a hand let go of the picture; what reaches the present goes on with it. */
export function panned(span: Span, nowMs: number): Range {
  const lengthMs = span.toMs - span.fromMs;
  const isAtNow = span.toMs >= nowMs - lengthMs / 200;
  return isAtNow ? endingNow(lengthMs, nowMs) : fixedRange(span.fromMs, span.toMs);
}

/** Down into a bar: its month, day or hour, or the bar itself where it is shorter. */
export function insideBar(bar: EnergyBar, step: EnergyStep, nowMs: number, zone: string): Range {
  if (step === 'minutes') return fixedRange(bar.startMs, bar.endMs);
  const own: Range = { kind: 'fixed', fromMs: bar.startMs, toMs: bar.endMs - 1 };
  return inUnit(step, own, nowMs, { zone, firstDay: 1 });
}

/** The range a key goes to; null where the key is of another kind, or leads nowhere. */
export function keyed(command: ViewCommand, range: Range, nowMs: number, calendar: Calendar): Range | null {
  if (command.is === 'period') return inUnit(command.period, range, nowMs, calendar);
  if (command.is !== 'step') return null;
  const next = shifted(range, command.by, nowMs, calendar);
  return JSON.stringify(next) === JSON.stringify(range) ? null : next;
}
