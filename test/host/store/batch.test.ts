import { expect, test } from 'vitest';
import { ByteWriter } from '#core/bytes.ts';
import { quantities } from '#core/quantities.ts';
import { reasons } from '#core/wire/reasons.ts';
import { encodeRecord, type WindowRecord } from '#core/wire/records.ts';
import { Batch } from '../../../host/store/batch.ts';
import { getI64, setI64 } from '../../../host/store/columns.ts';
import { SeriesBook } from '../../../host/store/series-book.ts';

const record: WindowRecord = {
  meter: 'main',
  startMs: Date.UTC(2026, 0, 1),
  windowS: 10,
  clock: 'synced',
  values: [
    { quantity: 'voltageV', samples: 10, mean: 230, min: 229, max: 231, last: 230 },
    { quantity: 'energyImportWh', samples: 1, last: 1234.5 },
  ],
  failures: [{ reason: 'crc', count: 2 }],
};

const startS = record.startMs / 1000;
const nowS = startS + 12;

function taken(bytes: Uint8Array) {
  const batch = new Batch(new SeriesBook());
  const added = batch.add('attic', bytes, nowS);
  const { gauges, counters, spans, missing } = batch;
  return { added, batch, rows: [gauges.rows, counters.rows, spans.rows, missing.rows] };
}

const missingOf = ({ missing }: Batch): [string | undefined, number, number][] =>
  Array.from({ length: missing.rows }, (_, row) => [
    reasons[missing.views.reason[row] as number],
    missing.views.samples[row] as number,
    missing.views.isWhole[row] as number,
  ]);

test('a record becomes rows of whole numbers, with what is missing and when it came', () => {
  const { added, batch, rows } = taken(encodeRecord(record));
  expect(added).toEqual({
    ok: true,
    value: { meter: 'main', startS, endS: startS + 10, values: 2, implausible: 0, isSerialRefused: false },
  });
  expect(rows).toEqual([1, 1, 1, 1]);
  const { low, mean, high, last } = batch.gauges.views;
  expect([low, mean, high, last].map(view => getI64(view, 0))).toEqual([229_000, 1000, 2000, 1000]);
  expect(getI64(batch.counters.views.last, 0)).toBe(12_345_000);
  expect([batch.spans.views.lateS[0], batch.spans.views.isWhole[0]]).toEqual([2, 0]);
  expect(missingOf(batch)).toEqual([['crc', 2, 0]]);
});

test('numbers of all sizes and both signs come out of a column as they went in', () => {
  const values = [0, 1, -1, 2 ** 31, -(2 ** 31) - 1, 2 ** 32, 2 ** 52 + 12_345, -(2 ** 52) - 67_891];
  const view = new Int32Array(values.length * 2);
  for (const [row, value] of values.entries()) setI64(view, row, value);
  expect(values.map((_, row) => getI64(view, row))).toEqual(values);
  const whole = new BigInt64Array(view.buffer);
  expect([...whole].map(Number)).toEqual(values);
});

test('a value outside its range is left out and counted as a failed sample, the others stay', () => {
  const wild = { quantity: 'frequencyHz', samples: 10, mean: 50, min: 50, max: 900, last: 50 } as const;
  const { added, batch, rows } = taken(encodeRecord({ ...record, values: [...record.values, wild] }));
  expect(added).toMatchObject({ ok: true, value: { values: 2, implausible: 1 } });
  expect(rows.slice(0, 2)).toEqual([1, 1]);
  expect(missingOf(batch)).toEqual([
    ['crc', 2, 0],
    ['implausible', 1, 0],
  ]);
});

test('a gauge whose mean lies above its maximum is left out, and a window left empty says why', () => {
  const writer = new ByteWriter();
  writer.ascii('main');
  writer.varint(startS);
  writer.varint(10);
  writer.u8(0);
  writer.varint(0);
  writer.varint(1);
  writer.varint(quantities.voltageV.wire);
  writer.varint(5);
  writer.zigzag(229_000);
  for (const aboveMin of [9000, 2000, 1000]) writer.varint(aboveMin);
  const { added, batch, rows } = taken(writer.take());
  expect(added).toMatchObject({ ok: true, value: { values: 0, implausible: 1 } });
  expect(rows).toEqual([0, 0, 1, 1]);
  expect(missingOf(batch)).toEqual([['implausible', 1, 1]]);
});

test('a record that is broken at its end leaves no row of its beginning', () => {
  const bytes = encodeRecord(record);
  for (let length = 0; length < bytes.length; length++) {
    const { added, rows } = taken(bytes.subarray(0, length));
    expect(added.ok).toBe(false);
    expect(rows).toEqual([0, 0, 0, 0]);
  }
});

test('a record from a year that cannot be is refused with the year range', () => {
  const { added, rows } = taken(encodeRecord({ ...record, startMs: Date.UTC(1999, 5, 1) }));
  expect(added).toMatchObject({ ok: false, error: 'ingest.time' });
  if (!added.ok) expect(added.detail).toContain('2000 to 2099');
  expect(rows).toEqual([0, 0, 0, 0]);
});

test('a gateway that invents meters is stopped at the limit, by name', () => {
  const batch = new Batch(new SeriesBook());
  const results = Array.from({ length: 258 }, (_, index) =>
    batch.add('attic', encodeRecord({ ...record, meter: `m${index}` }), nowS),
  );
  expect(results.filter(({ ok }) => ok)).toHaveLength(256);
  expect(results.at(-1)).toMatchObject({ ok: false, error: 'ingest.meters' });
});
