import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CounterGuard } from '#core/aggregate/counter-guard.ts';
import { Window } from '#core/aggregate/window.ts';
import type { GaugeValue } from '#core/wire/records.ts';

const holdMs = 3000;

const guard = () => new CounterGuard(10, { happened: () => {}, confirmed: () => {} });

const samples = fc
  .array(
    fc.record({ gapMs: fc.integer({ min: 1, max: 8000 }), value: fc.integer({ min: -5000, max: 5000 }) }),
    {
      minLength: 1,
      maxLength: 30,
    },
  )
  .map(steps => {
    let ticksMs = 0;
    return steps.map(({ gapMs, value }) => {
      ticksMs += gapMs;
      return { ticksMs, value };
    });
  });

/** The rule as it is written, millisecond by millisecond: the value held at each one, or none. */
function byTheRule(taken: readonly { ticksMs: number; value: number }[], startMs: number, endMs: number) {
  const held: number[] = [];
  for (let atMs = startMs; atMs < endMs; atMs++) {
    const newest = taken.filter(({ ticksMs }) => ticksMs <= atMs).at(-1);
    if (newest !== undefined && atMs < newest.ticksMs + holdMs) held.push(newest.value);
  }
  const own = taken.filter(({ ticksMs }) => ticksMs >= startMs && ticksMs < endMs);
  if (own.length === 0) return [];
  return [
    {
      quantity: 'powerW',
      samples: own.length,
      mean: held.reduce((sum, value) => sum + value, 0) / held.length,
      min: Math.min(...held),
      max: Math.max(...held),
      last: own.at(-1)?.value,
    },
  ];
}

describe('a window', () => {
  it('averages over time: each sample holds until the next, across windows, at most three sample intervals', () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 500, max: 20_000 }), (taken, windowMs) => {
        const window = new Window(holdMs, 0, guard());
        const endMs = (taken.at(-1)?.ticksMs ?? 0) + 1;
        let next = 0;
        for (let startMs = 0; startMs < endMs; startMs += windowMs) {
          for (; next < taken.length; next++) {
            const sample = taken[next];
            if (sample === undefined || sample.ticksMs >= startMs + windowMs) break;
            window.sample('powerW', sample.value, sample.ticksMs);
          }
          const values = window.close(startMs + windowMs).values as GaugeValue[];
          const expected = byTheRule(taken, startMs, startMs + windowMs);
          expect(values.length).toBe(expected.length);
          for (const [index, value] of values.entries()) {
            expect(value).toEqual({
              ...expected[index],
              mean: expect.closeTo(expected[index]?.mean ?? 0, 6),
            });
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('keeps its mean within min and max, however the numbers round', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e8, max: 1e8, noNaN: true }),
        fc.array(fc.integer({ min: 1, max: 999 })),
        (value, gaps) => {
          const window = new Window(holdMs, 0, guard());
          let ticksMs = 0.1;
          for (const gapMs of gaps) {
            window.sample('powerW', value, ticksMs);
            ticksMs += gapMs / 7;
          }
          for (const { mean, min, max } of window.close(ticksMs).values as GaugeValue[]) {
            expect(mean).toBeGreaterThanOrEqual(min);
            expect(mean).toBeLessThanOrEqual(max);
          }
        },
      ),
    );
  });

  it('takes the last reading of a counter, digit for digit', () => {
    const window = new Window(holdMs, 0, guard());
    window.sample('energyImportWh', 123_456_789.0123, 100);
    window.sample('energyImportWh', 123_456_789.0124, 200);
    expect(window.close(1000).values).toEqual([
      { quantity: 'energyImportWh', samples: 2, last: 123_456_789.0124 },
    ]);
  });

  it('has no value for a quantity that was not sampled in it, and no failure that was told before', () => {
    const window = new Window(holdMs, 0, guard());
    window.sample('powerW', 5, 900);
    window.fail('timeout');
    window.fail('crc');
    window.fail('timeout');
    expect(window.close(1000).failures).toEqual([
      { reason: 'timeout', count: 2 },
      { reason: 'crc', count: 1 },
    ]);
    expect(window.close(2000)).toEqual({ values: [], failures: [] });
  });

  it('gives a sample at its very end, which holds for no time, as it is', () => {
    const window = new Window(holdMs, 0, guard());
    window.sample('voltageV', 230, 1000);
    expect(window.close(1000).values).toEqual([
      { quantity: 'voltageV', samples: 1, mean: 230, min: 230, max: 230, last: 230 },
    ]);
  });

  it('counts a sample from before its start as one at its start', () => {
    const window = new Window(holdMs, 1000, guard());
    window.sample('powerW', 10, 400);
    window.sample('powerW', 20, 1500);
    expect(window.close(2000).values).toMatchObject([{ mean: 15, samples: 2 }]);
  });

  it('starts anew without its samples but with its failures', () => {
    const window = new Window(holdMs, 0, guard());
    window.sample('powerW', 10, 100);
    window.fail('clock');
    window.restart(9000);
    expect(window.close(10_000)).toEqual({ values: [], failures: [{ reason: 'clock', count: 1 }] });
  });

  it('grows with the quantities that come, and tells the newest of each', () => {
    const window = new Window(holdMs, 0, guard());
    const ids = [
      'powerW',
      'voltageV',
      'currentA',
      'frequencyHz',
      'powerFactor',
      'thdVoltagePercent',
      'demandW',
    ] as const;
    const more = ['powerL1W', 'powerL2W', 'powerL3W', 'voltageL1V', 'voltageL2V', 'voltageL3V'] as const;
    const all = [...ids, ...more];
    for (const [index, quantity] of all.entries()) window.sample(quantity, index, index * 10);
    const told: [string, number, number][] = [];
    window.latest((quantity, value, ticksMs) => told.push([quantity, value, ticksMs]));
    expect(told).toEqual(all.map((quantity, index) => [quantity, index, index * 10]));
    expect(window.close(1000).values.map(({ quantity, last }) => [quantity, last])).toEqual(
      all.map((quantity, index) => [quantity, index]),
    );
  });
});
