import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteCache } from '../../../host/api/byte-cache.ts';
import { binaryType, chartBinary, readChartBinary } from '../../../host/api/chart-binary.ts';
import { chartColumns } from '../../../host/api/chart-columns.ts';
import { chartJson } from '../../../host/api/chart-json.ts';
import type { Readings } from '../../../host/api/contract.ts';

const decimals = 3;
const inUnits = fc.integer({ min: -(2 ** 31), max: 2 ** 31 }).map(units => units / 10 ** decimals);
const anyNumber = fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => value + 0);
const values = (rows: number) => {
  const list = (value: fc.Arbitrary<number | null>) => fc.array(value, { minLength: rows, maxLength: rows });
  return fc.oneof(
    list(inUnits),
    list(fc.option(inUnits)),
    list(fc.constantFrom(0, 0.001, -0.001, 230, 230.1, -0.5, 99.999, 1e6, 2_147_483.647, -2_147_483.648)),
    list(fc.option(anyNumber)),
    list(fc.constant(null)),
    list(fc.constant(1)),
  );
};
const starts = (rows: number) =>
  fc
    .tuple(
      fc.integer({ min: 0, max: 4_294_967_295 }),
      fc.array(fc.integer({ min: 1, max: 500 }), { minLength: rows, maxLength: rows }),
      fc.boolean(),
    )
    .map(([fromS, gaps, isOdd]) => {
      let atMs = fromS * 1000;
      // By a few milliseconds off, so that they are no whole buckets.
      return gaps.map((gap, row) => (atMs += gap * 10_000 + (isOdd && row > 0 ? 7 : 0)));
    });

/** Any chart that could be told, and some that could not. */
const readings: fc.Arbitrary<Readings> = fc.nat(12).chain(rows =>
  fc.record({
    series: fc.constantFrom('cellar.house.powerW', 'a.b.voltageL1V'),
    bucketMs: fc.constant(10_000),
    startMs: starts(rows),
    mean: values(rows),
    min: values(rows),
    max: values(rows),
    last: values(rows),
    delta: values(rows),
    estimated: fc.array(fc.constantFrom(0, 1, 0.25), { minLength: rows, maxLength: rows }),
    coverage: fc.array(fc.constantFrom(1, 0.5, 1 / 3), { minLength: rows, maxLength: rows }),
    unit: fc.constantFrom('W', '°C'),
    kind: fc.constantFrom('gauge' as const, 'counter' as const),
  }),
);

describe('a chart', () => {
  it('as JSON is byte for byte what JSON.stringify makes of it', () => {
    fc.assert(
      fc.property(readings, chart => {
        const { series, bucketMs, unit, kind, ...lists } = chart;
        const text = chartJson(chartColumns(chart, decimals)).toString('utf8');
        expect(text).toBe(JSON.stringify({ series, bucketMs, unit, kind, ...lists }));
      }),
      { numRuns: 400 },
    );
  });

  it('in the binary form says exactly the same', () => {
    fc.assert(
      fc.property(readings, chart => {
        const bytes = chartBinary(chartColumns(chart, decimals));
        expect(bytes.length % 8).toBe(0);
        // Wherever it lies in memory.
        const moved = new Uint8Array(bytes.length + 3);
        moved.set(bytes, 3);
        expect(readChartBinary(moved.subarray(3))).toEqual(JSON.parse(JSON.stringify(chart)));
      }),
      { numRuns: 300 },
    );
  });

  it('of a meter takes four bytes a value there, and nothing for what is always the same', () => {
    const rows = 2000;
    const list = <T>(value: (row: number) => T) => Array.from({ length: rows }, (_, row) => value(row));
    const chart: Readings = {
      series: 'cellar.house.powerW',
      unit: 'W',
      kind: 'gauge',
      bucketMs: 10_000,
      startMs: list(row => 1e12 + row * 10_000),
      mean: list(row => row / 1000),
      min: list(row => row / 1000),
      max: list(row => row / 1000),
      last: list(row => (row % 7 === 0 ? null : row / 1000)),
      delta: list(() => null),
      estimated: list(() => 0),
      coverage: list(() => 1),
    };
    const bytes = chartBinary(chartColumns(chart, decimals));
    expect(bytes.length).toBeLessThan(rows * 5 * 4 + 600);
  });

  it('in another form is refused', () => {
    for (const text of ['', 'JGC', 'JGC2\0\0\0\0', '{"series":""}']) {
      expect(() => readChartBinary(Buffer.from(text))).toThrow(binaryType);
    }
  });
});

it('a cache never holds more than it may, and what it holds was used after all that had to go', () => {
  const mostBytes = 100;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...'abcdefgh'), fc.option(fc.integer({ min: 1, max: 120 })))),
      steps => {
        const cache = new ByteCache<{ bytes: number }>(mostBytes, ({ bytes }) => bytes);
        let model: [string, number][] = [];
        for (const [key, bytes] of steps) {
          const known = model.find(([name]) => name === key);
          if (bytes === null) {
            expect(cache.get(key)?.bytes).toBe(known?.[1]);
            if (known) model = [...model.filter(([name]) => name !== key), known];
            continue;
          }
          cache.set(key, { bytes });
          model = model.filter(([name]) => name !== key);
          if (bytes <= mostBytes) model.push([key, bytes]);
          while (model.reduce((sum, [, size]) => sum + size, 0) > mostBytes) model.shift();
          expect(cache.bytes).toBe(model.reduce((sum, [, size]) => sum + size, 0));
        }
      },
    ),
  );
});
