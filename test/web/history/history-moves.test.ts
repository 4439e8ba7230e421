import { describe, expect, it } from 'vitest';
import type { EnergyBar } from '../../../web/charts/columns.ts';
import { insideBar, keyed, panned, zoomed } from '../../../web/history/history-moves.ts';
import { fixedRange, type Range, spanOf } from '../../../web/history/ranges.ts';

const hourMs = 3_600_000;
const zone = 'Europe/Berlin';
const calendar = { zone, firstDay: 1 } as const;
/** After the night in which clocks are set back. */
const nowMs = Date.UTC(2026, 9, 27, 12);
const shown = (range: Range) => {
  const { fromMs, toMs } = spanOf(range, nowMs, calendar);
  return { fromMs, toMs };
};
const bar = (startMs: number, hours: number): EnergyBar => ({
  startMs,
  endMs: startMs + hours * hourMs,
  importWh: 1,
  exportWh: null,
  importEstimatedWh: 0,
  exportEstimatedWh: null,
  coverage: 1,
});

describe('moves through the past', () => {
  it('a bar of the day on which clocks are set back leads to its 25 hours', () => {
    const startMs = Date.UTC(2026, 9, 24, 22);
    const day = shown(insideBar(bar(startMs, 25), 'day', nowMs, zone));
    expect(day).toEqual({ fromMs: startMs, toMs: startMs + 25 * hourMs });
  });

  it('the hour that comes twice that night is two bars, each with an hour of its own', () => {
    const hours = [0, 1].map(hour => Date.UTC(2026, 9, 25, hour));
    expect(hours.map(startMs => shown(insideBar(bar(startMs, 1), 'hour', nowMs, zone)))).toEqual(
      hours.map(fromMs => ({ fromMs, toMs: fromMs + hourMs })),
    );
  });

  it('zoomed in, the picture is half as long and none of it is to come', () => {
    const before = { fromMs: nowMs - 6 * hourMs, toMs: nowMs + 6 * hourMs };
    const { fromMs, toMs } = shown(zoomed(fixedRange(before.fromMs, before.toMs), 0.5, nowMs, calendar));
    expect(toMs - fromMs).toBe(6 * hourMs);
    expect(fromMs).toBeLessThan(nowMs);
  });

  it('what is moved to the present goes on with it, what is left before it stands still', () => {
    expect(panned({ fromMs: nowMs - hourMs, toMs: nowMs }, nowMs).kind).not.toBe('fixed');
    const past = { fromMs: nowMs - 3 * hourMs, toMs: nowMs - 2 * hourMs };
    expect(shown(panned(past, nowMs))).toEqual(past);
  });

  it('a step before the last days leads nowhere past the present', () => {
    const today: Range =
      keyed({ is: 'period', period: 'day' }, fixedRange(nowMs, nowMs + 1), nowMs, calendar) ??
      fixedRange(0, 1);
    expect(keyed({ is: 'step', by: 1 }, today, nowMs, calendar)).toBeNull();
    expect(keyed({ is: 'reset' }, today, nowMs, calendar)).toBeNull();
  });
});
