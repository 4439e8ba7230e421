import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter } from '#core/bytes.ts';
import { limits } from '#core/limits.ts';
import { quantities } from '#core/quantities.ts';
import { reasons } from '#core/wire/reasons.ts';
import {
  decodeRecord,
  decodeRecordsMessage,
  encodeRecord,
  encodeRecordsMessage,
  recordOverheadBytes,
  recordsMessageOverheadBytes,
} from '#core/wire/records.ts';
import { windowRecord } from './arbitraries.ts';

const epoch = fc.stringMatching(/^[0-9a-f]{16}$/);

const house = encodeRecord({
  meter: 'house',
  startMs: 1_700_000_000_000,
  windowS: 10,
  clock: 'synced',
  values: [{ quantity: 'powerW', samples: 10, mean: 230.5, min: 229, max: 231.125, last: 230 }],
  failures: [{ reason: 'timeout', count: 2 }],
});

/** The head of a record of `windowS` 10, to which a test adds what it wants to see refused. */
function head(start = 1_700_000_000): ByteWriter {
  const writer = new ByteWriter();
  writer.ascii('house');
  writer.varint(start);
  writer.varint(10);
  writer.u8(0);
  return writer;
}

describe('a record', () => {
  it('comes back as it was, value for value, whatever it holds', () => {
    fc.assert(
      fc.property(windowRecord, record => {
        expect(decodeRecord(encodeRecord(record))).toEqual({ ok: true, value: record });
      }),
    );
  });

  it('stays under the limit with as many quantities as a meter may have', () => {
    const most = Object.entries(quantities).slice(-limits.seriesPerMeter);
    const values = most.map(([id, { kind, min, max }]) => {
      const quantity = id as keyof typeof quantities;
      if (kind === 'counter') return { quantity, samples: 9000, last: 2e11 };
      return { quantity, samples: 9000, mean: max, min, max, last: max };
    });
    const failures = reasons.map(reason => ({ reason, count: 9000 }));
    const meter = 'm'.repeat(64);
    const bytes = encodeRecord({
      meter,
      startMs: 1_700_000_100_000,
      windowS: 900,
      clock: 'synced',
      values,
      failures,
    });
    expect(bytes.length).toBeLessThan(limits.recordBytes);
  });

  it('is refused with a reason, and nothing is thrown, wherever it is cut', () => {
    for (let length = 0; length < house.length; length++) {
      expect(decodeRecord(house.subarray(0, length)).ok).toBe(false);
    }
    expect(decodeRecord(Uint8Array.of(...house, 0))).toMatchObject({ ok: false, error: 'wire.trailing' });
  });

  it('carries a serial number behind its values, and what a later version puts there is passed over', () => {
    const told = decodeRecord(Uint8Array.of(...house, 1, 3, 0x41, 0x20, 0x37));
    expect(told).toMatchObject({ ok: true, value: { meter: 'house', serial: 'A 7' } });
    expect(decodeRecord(house)).toMatchObject({ ok: true, value: { values: [{ last: 230 }] } });
    const later = Uint8Array.of(...house, 9, 2, 0xff, 0xff, 1, 1, 0x42, 0x81, 0x01, 0);
    expect(decodeRecord(later)).toMatchObject({ ok: true, value: { serial: 'B' } });
    for (const [tail, error] of [
      [[1, 0], 'wire.value'],
      [[1, 2, 0x41, 0x20], 'wire.value'],
      [[1, 1, 0x07], 'wire.value'],
      [[1, 1, 0x41, 1, 1, 0x41], 'wire.value'],
      [[1, 65, ...new Array<number>(65).fill(0x41)], 'wire.value'],
      [[1, 4, 0x41], 'wire.truncated'],
      [[9], 'wire.truncated'],
    ] as const) {
      expect(decodeRecord(Uint8Array.of(...house, ...tail))).toMatchObject({ ok: false, error });
    }
  });

  it('never throws on bytes from anywhere, and what it lets through is a record that encodes to the same values', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.tuple(fc.nat(house.length - 1), fc.nat(255)).map(([index, byte]) => {
        const changed = house.slice();
        changed[index] = byte;
        return changed;
      }),
    );
    fc.assert(
      fc.property(bytes, given => {
        const result = decodeRecord(given);
        if (!result.ok) expect(result.detail).not.toBe('');
        else expect(result.value.startMs % (result.value.windowS * 1000)).toBe(0);
      }),
      { numRuns: 500 },
    );
  });

  it('is refused where a quantity or a reason comes twice', () => {
    const twice = head();
    twice.varint(0);
    twice.varint(2);
    for (let copy = 0; copy < 2; copy++) {
      twice.varint(quantities.energyImportWh.wire);
      twice.varint(1);
      twice.varint(123);
    }
    expect(decodeRecord(twice.take())).toMatchObject({
      ok: false,
      detail: 'quantity energyImportWh comes twice',
    });
    const reason = head();
    reason.varint(2);
    for (const byte of [1, 1, 1, 1, 0]) reason.u8(byte);
    expect(decodeRecord(reason.take())).toMatchObject({
      ok: false,
      detail: 'failure reason crc comes twice',
    });
  });

  it.each([
    ['a start off its window', head(1_700_000_001), 'start a multiple of it'],
    ['a start after the end of all calendars', head(9_000_000_000_000), 'at most'],
  ])('is refused with %s', (_name, writer, detail) => {
    writer.varint(0);
    writer.varint(0);
    const result = decodeRecord(writer.take());
    expect(result).toMatchObject({ ok: false, error: 'wire.value' });
    expect(result.ok ? '' : result.detail).toContain(detail);
  });
});

describe('a message of records', () => {
  const records = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 60 });

  it('comes back as it was, and is no longer than its parts and the stated overhead', () => {
    fc.assert(
      fc.property(epoch, fc.nat(), fc.nat(), records, (epochHex, oldest, ahead, parts) => {
        const message = { epoch: epochHex, oldest: oldest + 1, first: oldest + 1 + ahead, records: parts };
        const bytes = encodeRecordsMessage(message);
        expect(decodeRecordsMessage(bytes)).toEqual({ ok: true, value: message });
        const most = parts.reduce(
          (sum, part) => sum + part.length + recordOverheadBytes,
          recordsMessageOverheadBytes,
        );
        expect(bytes.length).toBeLessThanOrEqual(most);
      }),
    );
  });

  it('never throws on bytes from anywhere', () => {
    const version = Uint8Array.of(1);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (tail, isOurs) => {
        const result = decodeRecordsMessage(isOurs ? Uint8Array.of(...version, ...tail) : tail);
        if (!result.ok) expect(result.detail).not.toBe('');
      }),
      { numRuns: 500 },
    );
  });

  it('is refused from another version, too large, or out of order', () => {
    const good = encodeRecordsMessage({ epoch: '00112233aabbccdd', oldest: 5, first: 5, records: [house] });
    expect(decodeRecordsMessage(Uint8Array.of(2, ...good.subarray(1)))).toMatchObject({
      error: 'wire.version',
    });
    expect(decodeRecordsMessage(new Uint8Array(limits.mqttPacketUpBytes + 1))).toMatchObject({
      error: 'wire.tooLarge',
    });
    const backwards = encodeRecordsMessage({
      epoch: '00112233aabbccdd',
      oldest: 5,
      first: 4,
      records: [house],
    });
    expect(decodeRecordsMessage(backwards)).toMatchObject({ ok: false, error: 'wire.value' });
    const last = Number.MAX_SAFE_INTEGER;
    const endless = encodeRecordsMessage({
      epoch: '00112233aabbccdd',
      oldest: 5,
      first: last,
      records: [house],
    });
    expect(decodeRecordsMessage(endless)).toMatchObject({ ok: false, error: 'wire.value' });
  });
});
