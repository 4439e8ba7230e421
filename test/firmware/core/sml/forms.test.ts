import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  absent,
  boolean,
  frame,
  list,
  message,
  octets,
  type SmlBytes,
  signed,
  unsigned,
} from '../../../../simulator/meters/sml-encode.ts';
import { judged } from './judge.ts';
import { decodeStream } from './stream.ts';

const width = fc.integer({ min: 1, max: 8 });
const bits = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const seconds = fc.nat(0x7fff_ffff);
const text = fc.array(fc.nat(255), { minLength: 1, maxLength: 60 }).map(octets);
const none = fc.constant<SmlBytes>(absent);

const status = fc.oneof(
  none,
  fc.tuple(bits, width).map(([value, bytes]) => unsigned(value, bytes)),
);
const time = fc.oneof(
  none,
  fc
    .tuple(fc.integer({ min: 1, max: 2 }), seconds, fc.integer({ min: 3, max: 4 }))
    .map(([choice, value, bytes]) => list(unsigned(choice, 1), unsigned(value, bytes))),
  seconds.map(value => unsigned(value, 4)),
  seconds.map(value => list(unsigned(3, 1), list(unsigned(value, 4), signed(60, 2), signed(60, 2)))),
);
const unit = fc.oneof(
  none,
  fc.nat(255).map(code => unsigned(code, 1)),
);
const scaler = fc.oneof(
  none,
  fc.integer({ min: -8, max: 6 }).map(power => signed(power, 1)),
);
const value = fc.oneof(
  fc.tuple(bits, width).map(([content, bytes]) => signed(content, bytes)),
  fc.tuple(bits, width).map(([content, bytes]) => unsigned(content, bytes)),
  fc.boolean().map(boolean),
  text,
  none,
  seconds.map(content => list(unsigned(1, 1), unsigned(content, 4))),
);
const name = fc.array(fc.nat(255), { minLength: 6, maxLength: 6 });
const entry = fc
  .tuple(name.map(octets), status, time, unit, scaler, value, fc.oneof(none, none, text))
  .map(parts => list(...parts));

describe('an SML list entry', () => {
  it('is read in every form that its parts can have as the second decoder reads it', () => {
    fc.assert(
      fc.property(
        fc.array(entry, { maxLength: 12 }),
        time,
        fc.constantFrom<'x25' | 'kermit'>('x25', 'kermit'),
        (entries, sensorTime, crc) => {
          const body = list(absent, octets([9, 1]), absent, sensorTime, list(...entries), absent, absent);
          const bytes = frame(
            [...message(1, 0x0701, body, crc), ...message(2, 0x0201, list(absent), crc)],
            crc,
          );
          const { frames } = decodeStream(bytes);
          const numbers = frames[0]?.values
            .filter(({ type }) => /^[iu]\d/.test(type))
            .map(({ obis, raw, scaler: power }) => `${obis.replace(/[-:*]/g, '.')},${raw},${power}`);
          expect(frames.map(({ valid, values }) => [valid, values.length])).toEqual([[true, entries.length]]);
          expect(numbers).toEqual(judged(bytes));
        },
      ),
      { seed: 20_261_121, numRuns: 400 },
    );
  });
});
