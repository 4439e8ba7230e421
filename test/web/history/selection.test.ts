import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvText } from '../../../host/export/csv-text.ts';
import { localClock } from '../../../host/export/local-time.ts';
import { csvCell, csvOf, localText, utcText } from '../../../web/csv.ts';
import {
  coverageOf,
  estimatedShare,
  estimatedWh,
  loadFactor,
  pastOf,
  snapped,
} from '../../../web/history/selection.ts';

describe('what is chosen in a chart', () => {
  const within = { fromMs: 1_000_000_000, toMs: 1_100_000_000 };

  it('holds all that was dragged over, in whole buckets, and never more than is shown', () => {
    const inside = fc.integer({ min: within.fromMs, max: within.toMs });
    fc.assert(
      fc.property(inside, inside, fc.constantFrom(1000, 10_000, 60_000, 3_600_000), (a, b, bucketMs) => {
        const { fromMs, toMs } = snapped(a, b, bucketMs, within);
        expect(fromMs).toBeLessThanOrEqual(Math.min(a, b));
        expect(toMs).toBeGreaterThanOrEqual(Math.min(Math.max(a, b), within.toMs));
        expect(toMs).toBeGreaterThan(fromMs);
        for (const edge of [fromMs, toMs])
          expect(edge % bucketMs === 0 || edge === within.fromMs || edge >= within.toMs).toBe(true);
        expect(snapped(b, a, bucketMs, within)).toEqual({ fromMs, toMs });
      }),
      { seed: 71 },
    );
  });

  it('has figures of what is over alone', () => {
    expect(pastOf({ fromMs: 5, toMs: 20 }, 10)).toEqual({ fromMs: 5, toMs: 10 });
    expect(pastOf({ fromMs: 15, toMs: 20 }, 10)).toBeNull();
    const half = {
      startMs: 0,
      endMs: 100,
      coverage: 0.5,
      importWh: 1,
      exportWh: null,
      importEstimatedWh: 0,
      exportEstimatedWh: null,
    };
    expect([coverageOf(half, 100), coverageOf(half, 50), coverageOf(half, 0)]).toEqual([0.5, 1, 1]);
  });

  it('has a load factor where all flows one way', () => {
    expect(loadFactor({ mean: 500, min: 100, max: 2000 })).toBe(0.25);
    expect(loadFactor({ mean: -500, min: -2000, max: -100 })).toBe(0.25);
    expect(loadFactor({ mean: 100, min: -5, max: 300 })).toBeNull();
    expect(loadFactor({ mean: 0, min: 0, max: 0 })).toBeNull();
  });

  it('has an estimated share of all that flowed, whichever way', () => {
    const energy = { importWh: 30, exportWh: 10, importEstimatedWh: 3, exportEstimatedWh: 1 };
    expect([estimatedWh(energy), estimatedShare(energy)]).toEqual([4, 0.1]);
    const unknown = { importWh: null, exportWh: null, importEstimatedWh: null, exportEstimatedWh: null };
    expect([estimatedWh(unknown), estimatedShare(unknown)]).toEqual([null, null]);
    const oneWay = { ...unknown, importWh: 30, importEstimatedWh: 3 };
    expect([estimatedWh(oneWay), estimatedShare(oneWay)]).toEqual([3, 0.1]);
  });
});

describe('a table as CSV', () => {
  it('neutralises and quotes texts as the exports of the host do', () => {
    const part = fc.constantFrom('=', '+', '-', '@', '"', ',', '\n', '\t', 'a', ' ', '＝', "'");
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 8 }).map(parts => parts.join('')),
        text => {
          expect(csvCell(text)).toBe(csvText(text));
        },
      ),
      { seed: 72, numRuns: 500 },
    );
    expect(csvOf([['=1+1', -5, null, Number.NaN]])).toBe("'=1+1,-5,,\r\n");
  });

  it('has times as the exports of the host have them', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_000_000_000, max: 2_000_000_000 }),
        fc.constantFrom('Europe/Berlin', 'Asia/Kolkata', 'America/St_Johns', 'UTC'),
        (atS, zone) => {
          const clock = localClock(zone);
          expect([utcText(atS * 1000), localText(atS * 1000, zone)]).toEqual([
            clock.utc(atS),
            clock.local(atS),
          ]);
        },
      ),
      { seed: 73, numRuns: 200 },
    );
  });
});
