import { describe, expect, it } from 'vitest';
import { limits } from '#core/limits.ts';
import { isFeedIn, isMisencodedDzg } from '#core/sml/status.ts';
import { SmlDecoder } from '#core/sml/telegram.ts';
import {
  absent,
  list,
  message,
  octets,
  type SmlBytes,
  signed,
  unsigned,
} from '../../../../simulator/meters/sml-encode.ts';

const decode = (payload: SmlBytes) => {
  const bytes = Uint8Array.from(payload);
  const result = new SmlDecoder().decode(bytes, 0, bytes.length);
  // Values are used again by the decoder: what a test keeps is copied.
  return result.ok ? result.value.values.map(({ obis, text }) => `${obis} ${text}`) : result.error;
};

const getList = (...entries: SmlBytes[]): SmlBytes =>
  message(1, 0x0701, list(absent, octets([9]), absent, absent, list(...entries), absent, absent));

const entry = (value: SmlBytes, time: SmlBytes = absent, obis = [1, 0, 16, 7, 0, 255]): SmlBytes =>
  list(octets(obis), absent, time, unsigned(27, 1), signed(-1, 1), value, absent);

const nested = (depth: number): SmlBytes => (depth === 0 ? absent : list(nested(depth - 1)));

describe('an SML telegram', () => {
  it('keeps the frame when it meets messages that it does not know, and goes over them by their structure', () => {
    const unknown = message(1, 0x0401, list(octets([1, 2]), list(unsigned(1, 4), absent), signed(-3, 2)));
    expect(decode([...unknown, ...getList(entry(signed(5, 1))), ...unknown])).toEqual(['1-0:16.7.0*255 0.5']);
  });

  it('takes every form of time: none, index, timestamp, local, bare number, bare local', () => {
    const local = list(unsigned(1_700_000_000, 4), signed(60, 2), signed(60, 2));
    const seconds = unsigned(1_700_000_000, 4);
    const times = [absent, list(unsigned(1, 1), seconds), list(unsigned(3, 1), local), seconds, local];
    for (const time of times)
      expect(decode(getList(entry(signed(5, 1), time)))).toEqual(['1-0:16.7.0*255 0.5']);
  });

  it('takes a time as a value for no number', () => {
    expect(decode(getList(entry(list(unsigned(1, 1), unsigned(7, 4)))))).toEqual([
      '1-0:16.7.0*255 undefined',
    ]);
  });

  it('refuses lists nested deeper than the limit, and not those just within', () => {
    expect(decode(message(1, 0x0401, nested(limits.smlNesting - 2)))).toEqual([]);
    expect(decode(message(1, 0x0401, nested(limits.smlNesting - 1)))).toBe('sml.nesting');
  });

  it('refuses lists longer than the limit', () => {
    const most = Array<SmlBytes>(limits.smlListElements).fill(absent);
    expect(decode(message(1, 0x0401, list(...most)))).toEqual([]);
    expect(decode(message(1, 0x0401, list(...most, absent)))).toBe('sml.listTooLong');
  });

  it('names what is wrong and where', () => {
    const cases: [SmlBytes, string][] = [
      [[0x76], 'sml.truncated'],
      [[0x76, 0x05, 0x01], 'sml.truncated'],
      [[0x77, ...Array(7).fill(1)], 'sml.unexpected'],
      [message(1, 0x0401, [0x11]), 'sml.type'],
      [message(1, 0x0401, [0x8f, 0x8f, 0x8f, 0x8f, 0x0f]), 'sml.length'],
      [message(1, 0x0401, [0x80, 0x01]), 'sml.length'],
      [message(1, 0x0401, [0x6a, ...Array(9).fill(1)]), 'sml.length'],
      [message(1, 0x0401, [0x43, 1, 1]), 'sml.length'],
      [getList(list(absent, absent)), 'sml.unexpected'],
      [getList(entry(signed(5, 1))).with(-4, 0x62), 'sml.unexpected'],
      [getList(entry(signed(5, 1))).with(5, 7), 'sml.messageCrc'],
    ];
    for (const [payload, error] of cases) expect([payload, decode(payload)]).toEqual([payload, error]);
  });

  it('drops all values when one of its messages is bad', () => {
    const bad = message(2, 0x0201, list(absent)).with(3, 9);
    expect(decode([...getList(entry(signed(5, 1))), ...bad])).toBe('sml.messageCrc');
  });
});

describe('a status word', () => {
  it('tells the direction in either layout, for all words seen on meters', () => {
    expect([0x82, 0x182, 0x1c_0104, 0x4_0104, 0x1c_7104].map(isFeedIn)).toEqual(Array(5).fill(false));
    expect([0x1a2, 0x1b0, 0x1_01a2, 0x1c_0904, 0x1c_7904].map(isFeedIn)).toEqual(Array(5).fill(true));
  });

  it('tells a falsely signed DZG power from a true negative one; without it the serial number does', () => {
    expect(isMisencodedDzg(60_000_000, 0x1c_0104)).toBe(true);
    expect(isMisencodedDzg(42_000_000, 0x1c_0904)).toBe(false);
    expect(
      [41_999_999, 42_000_000, 48_999_999, 49_000_000].map(serial => isMisencodedDzg(serial, -1)),
    ).toEqual([false, true, true, false]);
    expect(
      [54_999_999, 55_000_000, 58_999_999, 59_000_000].map(serial => isMisencodedDzg(serial, -1)),
    ).toEqual([false, true, true, false]);
  });
});
