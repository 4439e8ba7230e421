import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Address, formatAddress, parseAddress } from '../../web/address.ts';
import {
  endingNow,
  energyStep,
  fixedRange,
  presetMs,
  presets,
  type Range,
  shifted,
  shortestMs,
  spanOf,
  widened,
} from '../../web/ranges.ts';

const nowMs = 1_800_000_000_000;
const hourMs = 3_600_000;

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
        range: anyRange,
      }),
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
    expect(parseAddress('#/history?from=a&to=b')).toMatchObject({ range: { kind: 'preset', preset: '24h' } });
  });
});
