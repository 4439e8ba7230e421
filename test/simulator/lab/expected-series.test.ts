import { expect, test } from 'vitest';
import { LightMeter } from '../../../simulator/fleet/light-meter.ts';
import { ExpectedGateway, ExpectedSeries, type SeriesRow } from '../../../simulator/lab/expected-series.ts';
import { exportedRows } from '../../../simulator/lab/export-rows.ts';

const row = (startS: number, last = startS): SeriesRow => ({
  startS,
  windowS: 10,
  samples: 10,
  mean: Number.NaN,
  min: Number.NaN,
  max: Number.NaN,
  last,
});

test('each row is expected once, doubled after that, and wrong where its numbers are others', () => {
  const series = new ExpectedSeries();
  for (let index = 0; index < 100; index++) series.add(row(index * 10), index >= 98);
  // In any order.
  expect(series.take(row(500))).toBe('expected');
  expect(series.take(row(20))).toBe('expected');
  expect(series.take(row(20))).toBe('doubled');
  expect(series.take(row(30, 31))).toBe('wrong');
  expect(series.take({ ...row(40), samples: 9 })).toBe('wrong');
  expect(series.take(row(35))).toBe('wrong');
  expect(series.take(row(980))).toBe('expected');
  // 98 had to be there and 2 of them were; of the 2 that may be one was.
  expect(series.left()).toEqual({ lost: 96, waiting: 1, firstLostS: 0 });
});

test('windows of one start, after a clock was set back, are told apart by their numbers', () => {
  const series = new ExpectedSeries();
  for (const [startS, last] of [
    [0, 1],
    [10, 2],
    [20, 3],
    [10, 4],
  ] as const)
    series.add(row(startS, last), false);
  expect(series.take(row(10, 4))).toBe('expected');
  expect(series.take(row(10, 4))).toBe('doubled');
  expect(series.left()).toEqual({ lost: 3, waiting: 0, firstLostS: 0 });
  expect(series.take(row(10, 2))).toBe('expected');
});

test('a record is expected as a row for each of its values', () => {
  const expected = new ExpectedGateway();
  const meter = new LightMeter(7, 0);
  expected.add(meter.record(1_790_000_000, 10), false);
  expected.add(meter.record(1_790_000_010, 10), true);
  expect([expected.values, expected.waiting, expected.series.size]).toEqual([12, 12, 12]);
  expect(() => expected.add(new Uint8Array([1, 2, 3]), false)).toThrow(/an appended record is none/);
});

const head =
  'series,gateway,meter,meter_name,quantity,unit,start_utc,start_local,window_s,samples,mean,min,max,last\r\n';
const stream = (...pieces: string[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
      controller.close();
    },
  });

test('an export is read as it comes, cut anywhere, with commas in names', async () => {
  const line =
    'a.b.powerW,a,b,"one, two",powerW,W,2026-01-01T00:00:10Z,2026-01-01T00:00:10+00:00,10,9,-1.5,-2,0.25,0\r\n';
  const text =
    head + line + line.replaceAll('powerW,W', 'energyImportWh,Wh').replace('-1.5,-2,0.25,0', ',,,7.5');
  for (let cut = 1; cut < text.length; cut += 13) {
    const rows = [];
    for await (const found of exportedRows(stream(text.slice(0, cut), text.slice(cut)))) rows.push(...found);
    expect(rows).toMatchObject([
      { series: 'a.b.powerW', startS: 1_767_225_610, windowS: 10, samples: 9, last: 0 },
      { mean: Number.NaN, min: Number.NaN, max: Number.NaN },
    ]);
    const [power, energy] = rows;
    expect((power?.mean ?? 0) / (power?.min ?? 1)).toBe(0.75);
    expect(energy?.last).toBe(7.5 * 10 ** 4);
  }
});

test('an export that breaks off, or is none, is no proof of anything', async () => {
  const read = async (text: string) => {
    for await (const rows of exportedRows(stream(text))) void rows;
  };
  await expect(read(`${head}a.b.powerW,a,b,x,powerW,W,2026`)).rejects.toThrow(/ends in the middle of a line/);
  await expect(read(`${head}something else\r\n`)).rejects.toThrow(/has a line that is none/);
});
