import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Address, formatAddress, parseAddress } from '../../../web/address.ts';
import {
  endingNow,
  energyStep,
  fixedRange,
  inUnit,
  isLive,
  ofLocalInput,
  pannedBy,
  presetMs,
  presets,
  type Range,
  scaledAround,
  shifted,
  shortestMs,
  spanOf,
  toLocalInput,
  widened,
} from '../../../web/history/ranges.ts';
import { civilOf, periodAround, periodUnits } from '../../../web/periods.ts';

const nowMs = 1_800_000_000_000;
const hourMs = 3_600_000;

const calendar = { zone: 'Europe/Berlin', firstDay: 1 };
const anyUnit = fc.constantFrom(...periodUnits);

const anyRange: fc.Arbitrary<Range> = fc.oneof(
  fc.constantFrom(...presets).map((preset): Range => ({ kind: 'preset', preset })),
  fc
    .tuple(fc.integer({ min: 0, max: nowMs }), fc.integer({ min: shortestMs, max: 1e11 }))
    .map(([fromMs, length]) => fixedRange(fromMs, fromMs + length)),
);

describe('the range of the picture', () => {
  it('paging back and forth comes to the same place', () => {
    const range = fixedRange(nowMs - 10 * hourMs, nowMs - 9 * hourMs);
    expect(shifted(shifted(range, -1, nowMs), 1, nowMs)).toEqual(range);
  });

  it('paging forward ends at now and is live again', () => {
    const day = spanOf({ kind: 'preset', preset: '24h' }, nowMs);
    const yesterday = shifted({ kind: 'preset', preset: '24h' }, -1, nowMs);
    expect(spanOf(yesterday, nowMs).toMs).toBe(day.fromMs);
    expect(shifted(yesterday, 1, nowMs)).toEqual({ kind: 'preset', preset: '24h' });
  });

  it('zooming out never looks beyond now, and holds what was seen', () => {
    fc.assert(
      fc.property(anyRange, range => {
        const before = spanOf(range, nowMs);
        if (before.toMs > nowMs) return;
        const after = spanOf(widened(range, nowMs), nowMs);
        expect(after.toMs).toBeLessThanOrEqual(nowMs + shortestMs);
        expect(after.fromMs).toBeLessThanOrEqual(before.fromMs);
        expect(after.toMs).toBeGreaterThanOrEqual(before.toMs - 1);
      }),
      { seed: 5 },
    );
  });

  it('a drag the wrong way round, or too short, is still a range', () => {
    expect(fixedRange(nowMs, nowMs - hourMs)).toEqual(fixedRange(nowMs - hourMs, nowMs));
    expect(spanOf(fixedRange(nowMs, nowMs + 1), nowMs)).toEqual({ fromMs: nowMs, toMs: nowMs + shortestMs });
  });

  it('a length of a preset that ends now is that preset', () => {
    for (const preset of presets)
      expect(endingNow(presetMs[preset], nowMs)).toEqual({ kind: 'preset', preset });
  });

  it('a period of the calendar goes to its neighbours and back, and is live again where it is now', () => {
    fc.assert(
      fc.property(anyUnit, fc.integer({ min: nowMs - 3e10, max: nowMs }), (unit, atMs) => {
        const range: Range = { kind: 'calendar', unit, atMs: periodAround(unit, atMs, calendar).fromMs };
        const span = spanOf(range, nowMs, calendar);
        const before = shifted(range, -1, nowMs, calendar);
        expect(spanOf(before, nowMs, calendar).toMs).toBe(span.fromMs);
        expect(isLive(before, nowMs, calendar)).toBe(false);
        const back = shifted(before, 1, nowMs, calendar);
        expect(spanOf(back, nowMs, calendar)).toEqual(span);
        expect(back).toMatchObject({ atMs: isLive(range, nowMs, calendar) ? null : span.fromMs });
      }),
      { seed: 6, numRuns: 300 },
    );
    const today: Range = { kind: 'calendar', unit: 'day', atMs: null };
    expect(shifted(today, 1, nowMs, calendar)).toEqual(today);
  });

  it('another unit shows what was seen, and now where that was seen', () => {
    const hour = (atMs: number | null): Range => ({ kind: 'calendar', unit: 'hour', atMs });
    expect(inUnit('year', hour(null), nowMs, calendar)).toEqual({
      kind: 'calendar',
      unit: 'year',
      atMs: null,
    });
    const old = nowMs - 800 * 24 * hourMs;
    const month = spanOf(inUnit('month', hour(old), nowMs, calendar), nowMs, calendar);
    expect(month.fromMs <= old && old < month.toMs).toBe(true);
    expect(widened(hour(old), nowMs, calendar)).toMatchObject({ unit: 'day' });
  });

  it('panned and zoomed it does not reach further beyond now, and keeps the instant below the pointer', () => {
    const span = { fromMs: nowMs - 10 * hourMs, toMs: nowMs - hourMs };
    expect(pannedBy(span, 5 * hourMs, nowMs)).toEqual({ fromMs: nowMs - 9 * hourMs, toMs: nowMs });
    expect(pannedBy(span, -5 * hourMs, nowMs).fromMs).toBe(nowMs - 15 * hourMs);
    fc.assert(
      fc.property(
        fc.double({ min: 0.2, max: 5, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (factor, share) => {
          const around = span.fromMs + share * (span.toMs - span.fromMs);
          const next = scaledAround(span, factor, around, nowMs);
          expect(next.toMs).toBeLessThanOrEqual(nowMs);
          if (next.toMs < nowMs)
            expect((around - next.fromMs) / (next.toMs - next.fromMs)).toBeCloseTo(share, 4);
        },
      ),
      { seed: 7 },
    );
  });

  it('a moment is written in the clocks of the site and read again', () => {
    const atMs = Date.UTC(2026, 6, 1, 22, 30);
    expect(toLocalInput(atMs, 'Europe/Berlin')).toBe('2026-07-02T00:30');
    expect(ofLocalInput('2026-07-02T00:30', 'Europe/Berlin')).toBe(atMs);
    expect(civilOf(ofLocalInput('2026-07-02', 'Europe/Berlin'), 'Europe/Berlin')).toBe(Date.UTC(2026, 6, 2));
    expect(ofLocalInput('', 'Europe/Berlin')).toBeNaN();
  });

  it('bars are some dozens at most', () => {
    const stepMs = { minutes: 4 * 60_000, hour: hourMs, day: 24 * hourMs, month: 28 * 24 * hourMs };
    for (const lengthMs of [
      hourMs,
      4 * hourMs,
      24 * hourMs,
      72 * hourMs,
      30 * 24 * hourMs,
      366 * 24 * hourMs,
    ]) {
      expect(lengthMs / stepMs[energyStep(lengthMs)]).toBeLessThanOrEqual(120);
    }
  });
});

describe('the address', () => {
  it('gives the same view again, whatever it was', () => {
    const anyAddress: fc.Arbitrary<Address> = fc.oneof(
      fc.constant<Address>({ view: 'overview' }),
      fc.record({
        view: fc.constant('history' as const),
        meter: fc.option(fc.stringMatching(/^[a-z0-9_-]{1,8}\.[a-z0-9_-]{1,8}$/)),
        quantity: fc.option(fc.constantFrom('powerW', 'voltageL1V')),
        range: fc.oneof(
          anyRange,
          fc.record({
            kind: fc.constant('calendar' as const),
            unit: anyUnit,
            atMs: fc.option(fc.integer({ min: 0, max: nowMs })),
          }),
        ),
      }),
      fc.record(
        {
          view: fc.constant('history' as const),
          meter: fc.constant('attic.main'),
          quantity: fc.constant('powerW'),
          range: anyRange,
          more: fc.constant(['powerL1W', 'powerL2W']),
          compare: fc.constantFrom({ kind: 'year' as const }, { kind: 'from' as const, fromMs: 5_000_000 }),
          chosen: fc.constant({ fromMs: 1000, toMs: 2000 }),
        },
        { requiredKeys: ['view', 'meter', 'quantity', 'range'] },
      ),
    );
    fc.assert(
      fc.property(anyAddress, address => {
        expect(parseAddress(formatAddress(address))).toEqual(address);
      }),
      { seed: 9 },
    );
  });

  it('that is not understood shows the default', () => {
    expect(parseAddress('#/nonsense?x=1')).toEqual({ view: 'overview' });
    expect(parseAddress('#/history?range=99y')).toMatchObject({ range: { kind: 'preset', preset: '24h' } });
    expect(parseAddress('#/history?from=5&to=4')).toMatchObject({ range: { kind: 'preset', preset: '24h' } });
    expect(parseAddress('#/history?period=century')).toMatchObject({
      range: { kind: 'preset', preset: '24h' },
    });
    expect(parseAddress('#/history?range=7d&with=x,y&compare=z&chosen=5-4')).toEqual({
      view: 'history',
      meter: null,
      quantity: null,
      range: { kind: 'preset', preset: '7d' },
    });
    expect(parseAddress('#/history?from=a&to=b')).toMatchObject({ range: { kind: 'preset', preset: '24h' } });
  });
});
