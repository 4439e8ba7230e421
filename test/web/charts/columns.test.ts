import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  barsOf,
  columnsOf,
  gapsOf,
  missingAt,
  missingByReason,
  readBuckets,
} from '../../../web/charts/columns.ts';
import { rowsOf } from '../../../web/charts/rows.ts';
import { sparkOf } from '../../../web/charts/spark-path.ts';

const bucketMs = 10_000;

function gauge(startMs: number[]) {
  const value = startMs.map((_, index) => index + 1);
  return { kind: 'gauge' as const, bucketMs, startMs, mean: value, min: value, max: value, last: value };
}

describe('readings become lines', () => {
  it('a gap breaks the line at the end of the bucket before it, and nothing is drawn as zero', () => {
    const columns = columnsOf(gauge([0, 10_000, 40_000]));
    expect(columns.x).toEqual([0, 10, 20, 20.001, 40, 50, 50.001]);
    expect(columns.middle).toEqual([1, 2, 2, null, 3, 3, null]);
    expect(columns.low).toEqual([1, 2, 2, null, 3, 3, null]);
  });

  it('buckets that touch are joined', () => {
    expect(columnsOf(gauge([0, 10_000, 20_000])).middle).toEqual([1, 2, 3, 3, null]);
    expect(gapsOf(gauge([0, 10_000, 20_000]))).toEqual([]);
  });

  it('a counter is drawn by its reading', () => {
    const nothing = [null, null];
    const counter = {
      kind: 'counter' as const,
      bucketMs,
      startMs: [0, 10_000],
      mean: nothing,
      min: nothing,
      max: nothing,
    };
    expect(columnsOf({ ...counter, last: [100, 101] }).middle).toEqual([100, 101, 101, null]);
  });

  it('each bucket has its width, and time only goes forward, for any buckets', () => {
    const anyStarts = fc
      .uniqueArray(fc.integer({ min: 0, max: 500 }), { maxLength: 60 })
      .map(numbers => numbers.sort((a, b) => a - b).map(number => number * bucketMs));
    fc.assert(
      fc.property(anyStarts, starts => {
        const columns = columnsOf(gauge(starts));
        const widthsS = columns.x.flatMap((at, index) =>
          columns.middle[index] !== null && columns.middle[index + 1] !== null
            ? [(columns.x[index + 1] ?? at) - at]
            : [],
        );
        expect(widthsS).toEqual(starts.map(() => bucketMs / 1000));
        expect(columns.x.every((at, index) => index === 0 || at > (columns.x[index - 1] ?? at))).toBe(true);
        const breaks = columns.middle.filter(value => value === null).length;
        expect(breaks).toBe(starts.length === 0 ? 0 : gapsOf(gauge(starts)).length + 1);
      }),
      { seed: 11 },
    );
  });
});

describe('what is missing', () => {
  const missing = [
    { startMs: 20_000, endMs: 40_000, reason: 'timeout' },
    { startMs: 60_000, endMs: 70_000, reason: 'crc' },
  ];

  it('has its reason at the moment pointed at', () => {
    expect(missingAt(missing, 20_000)?.reason).toBe('timeout');
    expect(missingAt(missing, 40_000)).toBeNull();
  });

  it('is summed by reason within the picture only', () => {
    expect(missingByReason(missing, 30_000, 65_000)).toEqual([
      { reason: 'timeout', durationMs: 10_000 },
      { reason: 'crc', durationMs: 5000 },
    ]);
  });

  it('stands in the table once: with its reason where there is one, else as a gap', () => {
    const rows = rowsOf(gauge([0, 10_000, 40_000, 50_000, 90_000]), missing.slice(0, 1));
    expect(rows.map(row => (row.is === 'missing' ? `${row.startMs} ${row.reason}` : row.startMs))).toEqual([
      90_000,
      '60000 null',
      50_000,
      40_000,
      '20000 timeout',
      10_000,
      0,
    ]);
  });
});

describe('energy bars', () => {
  it('join both directions by their start, and keep a direction without a counter unknown', () => {
    const imported = {
      bucketMs: 60_000,
      startMs: [0, 60_000],
      delta: [5, 6],
      estimated: [0, 0.5],
      coverage: [1, 0.5],
    };
    const exported = { bucketMs: 60_000, startMs: [60_000], delta: [2], estimated: [0], coverage: [0.7] };
    const [first, second] = barsOf(imported, exported);
    expect(first).toEqual({
      startMs: 0,
      endMs: 60_000,
      importWh: 5,
      exportWh: null,
      importEstimatedWh: 0,
      exportEstimatedWh: null,
      coverage: 1,
    });
    expect(second).toMatchObject({
      importWh: 6,
      exportWh: 2,
      importEstimatedWh: 3,
      exportEstimatedWh: 0,
      coverage: 0.7,
    });
    expect(barsOf(null, null)).toEqual([]);
  });

  it('have what a counter grew by while nobody read it, and the other that stood still, marked as an estimate', () => {
    const imported = {
      bucketMs: 60_000,
      startMs: [0, 60_000, 120_000],
      delta: [5, 3, 6],
      estimated: [0, 1, 0],
      coverage: [1, 0, 1],
    };
    const exported = {
      bucketMs: 60_000,
      startMs: [0, 120_000],
      delta: [0, 0],
      estimated: [0, 0],
      coverage: [1, 1],
    };
    const gap = {
      startMs: 60_000,
      endMs: 120_000,
      importWh: 3,
      exportWh: 0,
      importEstimatedWh: 3,
      exportEstimatedWh: 0,
      coverage: 0,
    };
    expect(barsOf(imported, exported)[1]).toEqual(gap);
    const unknown = { ...gap, exportWh: null, exportEstimatedWh: null };
    expect(barsOf(imported, null)[1]).toEqual(unknown);
    const once = { ...exported, startMs: [120_000], delta: [null], estimated: [0], coverage: [1] };
    expect(barsOf(imported, once)[1]).toEqual(unknown);
    // Before it was first read, and since it was last read.
    for (const startMs of [0, 120_000]) {
      const onOneSide = { ...exported, startMs: [startMs], delta: [0], estimated: [0], coverage: [1] };
      expect(barsOf(imported, onOneSide)[1]).toEqual(unknown);
    }
  });
});

describe('a counter that nobody read', () => {
  it('is not drawn by what it is known to have grown by', () => {
    const none = [null, null, null];
    const readings = {
      series: 'attic.main.energyImportWh',
      unit: 'Wh',
      kind: 'counter' as const,
      bucketMs,
      startMs: [0, 10_000, 20_000],
      mean: none,
      min: none,
      max: none,
      last: [100, null, 106],
      delta: [0, 3, 3],
      estimated: [0, 1, 1],
      coverage: [1, 0, 1],
    };
    const read = readBuckets(readings);
    expect(columnsOf(read)).toEqual(columnsOf({ ...gauge([0, 20_000]), mean: [100, 106], min: [], max: [] }));
    expect(gapsOf(read)).toEqual([{ startMs: 10_000, endMs: 20_000 }]);
    expect([read.delta, read.estimated, read.coverage]).toEqual([
      [0, 3],
      [0, 1],
      [1, 1],
    ]);
  });
});

describe('the small line', () => {
  it('breaks at a gap, keeps zero in the picture, and shows a lone bucket', () => {
    const spark = sparkOf(gauge([0, 10_000, 40_000]), 0, 60_000, 60, 20, 0);
    expect(spark?.line.match(/M/g)).toHaveLength(2);
    expect(spark?.line).toMatch(/h1$/);
    expect(spark?.zeroY).toBe(18);
  });

  it('is nothing where nothing was measured', () => {
    expect(sparkOf(gauge([]), 0, 60_000, 60, 20, 0)).toBeNull();
    expect(sparkOf({ ...gauge([0]), mean: [null] }, 0, 60_000, 60, 20, 0)).toBeNull();
  });

  it('draws a standby as small as it is', () => {
    const spark = sparkOf({ ...gauge([0, 10_000]), mean: [1.5, 1.5] }, 0, 60_000, 60, 20, 10);
    expect(spark?.line).toContain('15.6');
  });
});
