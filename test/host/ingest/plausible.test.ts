import { expect, test } from 'vitest';
import { ByteWriter } from '#core/bytes.ts';
import { quantities } from '#core/quantities.ts';
import { encodeRecord, type WindowRecord } from '#core/wire/records.ts';
import { checkLive, checkRecord } from '../../../host/ingest/plausible.ts';

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

test('a record whose values can be true passes unchanged', () => {
  expect(checkRecord(encodeRecord(record))).toEqual({ ok: true, value: { record, implausible: 0 } });
});

test('a value outside its range is left out and counted as a failed sample, the others stay', () => {
  const wild = { quantity: 'frequencyHz', samples: 10, mean: 50, min: 50, max: 900, last: 50 } as const;
  const checked = checkRecord(encodeRecord({ ...record, values: [...record.values, wild] }));
  expect(checked).toMatchObject({ ok: true, value: { implausible: 1 } });
  if (!checked.ok) return;
  expect(checked.value.record.values).toEqual(record.values);
  expect(checked.value.record.failures).toEqual([
    { reason: 'crc', count: 2 },
    { reason: 'implausible', count: 1 },
  ]);
});

test('a gauge whose mean lies above its maximum is left out', () => {
  const writer = new ByteWriter();
  writer.ascii('main');
  writer.varint(record.startMs / 1000);
  writer.varint(10);
  writer.u8(0);
  writer.varint(0);
  writer.varint(1);
  writer.varint(quantities.voltageV.wire);
  writer.varint(5);
  writer.zigzag(229_000);
  for (const aboveMin of [9000, 2000, 1000]) writer.varint(aboveMin);
  const checked = checkRecord(writer.take());
  expect(checked).toMatchObject({ ok: true, value: { implausible: 1, record: { values: [] } } });
});

test('a record from a year that cannot be is refused with the year range', () => {
  const checked = checkRecord(encodeRecord({ ...record, startMs: Date.UTC(1999, 5, 1) }));
  expect(checked).toMatchObject({ ok: false, error: 'ingest.time' });
  if (!checked.ok) expect(checked.detail).toContain('2000 to 2099');
});

test('live values that are not in the vocabulary or out of range are left out and counted', () => {
  const { meters, implausible } = checkLive({
    v: 1,
    meters: {
      main: { atMs: 5, values: { powerW: 200, frequencyHz: 7000, nonsense: 1 } },
      'Not an id': { atMs: 5, values: { powerW: 1 } },
    },
  });
  expect(meters).toEqual({ main: { atMs: 5, values: { powerW: 200 } } });
  expect(implausible).toBe(3);
});
