import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc16Arc } from '#core/crc.ts';
import { withParity } from '#core/iec62056/line-coding.ts';
import { limits } from '#core/limits.ts';
import d0 from '../../../vectors/d0/telegrams.json' with { type: 'json' };
import p1 from '../../../vectors/p1/telegrams.json' with { type: 'json' };
import { bytesOf, type ReadStream, readStream } from './text-stream.ts';

const cuts = [[1_000_000], [1], [3, 5, 7], [16], [255, 1]];

const concat = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

function expectAllBytesTold(stream: ReadStream, length: number): void {
  let offset = 0;
  for (const told of stream.told) {
    expect(told.offset).toBe(offset);
    offset += told.length;
  }
  expect(offset).toBe(length);
}

const textOf = (name: string): string => {
  const found = [...d0, ...p1].find(vector => vector.name.includes(name));
  if (found === undefined) throw new Error(`no vector "${name}"`);
  return found.text;
};
const pushed = bytesOf(textOf('mode D'));
const blocked = bytesOf(textOf('mode C'));
const version5 = textOf('version 5');
const faultsOf = (bytes: Uint8Array): string[] =>
  readStream(bytes)
    .faults.filter(({ fault }) => fault !== 'junk')
    .map(({ fault }) => fault);

describe('a text telegram', () => {
  for (const { name, text, format, check, identification, values } of d0) {
    it(`D0: ${name}`, () => {
      const bytes = bytesOf(text);
      for (const pieces of cuts) {
        const stream = readStream(concat(bytes, bytes), pieces);
        const telegram = { format, check, identification, length: bytes.length, values };
        expect(stream.telegrams).toEqual([
          { ...telegram, offset: 0 },
          { ...telegram, offset: bytes.length },
        ]);
        expect(stream.faults).toEqual([]);
      }
    });

    it(`D0 with the parity bits of 7E1 left in: ${name}`, () => {
      const stream = readStream(withParity(bytesOf(text)), [9]);
      expect(stream.telegrams.map(telegram => telegram.values)).toEqual([values]);
      expect(stream.telegrams[0]?.check).toBe(check === 'none' ? 'parity' : check);
    });
  }

  for (const { name, text, format, check, identification, has, count } of p1) {
    it(`P1: ${name}`, () => {
      const bytes = bytesOf(text);
      for (const pieces of cuts) {
        const stream = readStream(bytes, pieces);
        expect(stream.faults).toEqual([]);
        expect(stream.telegrams).toMatchObject([
          { format, check, identification, offset: 0, length: bytes.length },
        ]);
        expect(stream.telegrams[0]?.values).toEqual(expect.arrayContaining(has));
        expect(stream.telegrams[0]?.values.length).toBe(count);
      }
    });
  }

  it('with a wrong CRC, block check or parity bit is not given, and the next one is', () => {
    const flip = (bytes: Uint8Array, at: number, bit: number) =>
      bytes.map((byte, index) => (index === at ? byte ^ bit : byte));
    const good = bytesOf(version5);
    for (const [bytes, bit, fault] of [
      [good, 0x02, 'crc'],
      [blocked, 0x02, 'bcc'],
      [withParity(pushed), 0x01, 'parity'],
    ] as const) {
      const stream = readStream(concat(flip(bytes, 60, bit), bytes));
      expect(stream.faults.map(told => told.fault)).toEqual([fault]);
      expect(stream.telegrams.map(({ offset }) => offset)).toEqual([bytes.length]);
    }
  });

  it('of version 4 or 5 without its CRC is not given', () => {
    expect(faultsOf(bytesOf(version5.replace(/![0-9A-F]{4}/, '!')))).toEqual(['checkMissing']);
  });

  it('may leave out the zeros before its CRC, and is not given where the digits were cut', () => {
    const withCrc = (text: string, width: number): string => {
      const crc = crc16Arc(bytesOf(text), 0, text.length);
      return `${text}${crc.toString(16).toUpperCase().padStart(width, '0')}`;
    };
    const texts = Array.from({ length: 200 }, (_, gj) => `/NWA-HEAT\r\n\r\n0-1:24.2.1(${gj}*GJ)\r\n!`);
    const short = texts.filter(text => withCrc(text, 0).length < text.length + 4);
    expect(short.length).toBeGreaterThan(5);
    for (const text of short) {
      for (const width of [0, 4]) {
        const bytes = bytesOf(`${withCrc(text, width)}\r\n`);
        const stream = readStream(concat(bytes, bytes), [1, 30]);
        expect(stream.faults).toEqual([]);
        expect(stream.telegrams.map(({ check, length }) => [check, length])).toEqual([
          ['crc', bytes.length],
          ['crc', bytes.length],
        ]);
      }
    }
    const whole = bytesOf(version5);
    for (let cut = 3; cut < 6; cut++)
      expect(faultsOf(concat(whole, whole.subarray(0, -cut)))).toEqual(['crc']);
  });

  it('may have blanks around its lines', () => {
    const [plain] = readStream(pushed).telegrams;
    const text = Buffer.from(pushed).toString('latin1');
    for (const blanks of [text.replaceAll('\r\n', '  \r\n'), text.replaceAll(/\n(?=[0-9!])/g, '\n ')]) {
      const bytes = bytesOf(blanks);
      const stream = readStream(concat(bytes, bytes), [1, 30]);
      expect(stream.faults).toEqual([]);
      expect(stream.telegrams.map(({ values }) => values)).toEqual([plain?.values, plain?.values]);
    }
  });

  it('without its check is not given once this meter was heard with one; of another meter it is', () => {
    const bare = (name: string) => bytesOf(`/${name}\r\n\r\n1-0:1.8.0(1*kWh)\r\n!\r\n`);
    expect(faultsOf(concat(blocked, bare('ISk5MT174-0001')))).toEqual(['checkMissing']);
    expect(faultsOf(concat(blocked, bare('ISk5MT174-0002')))).toEqual([]);
  });

  it('of a wrong form is not given, whatever is wrong', () => {
    const lines = [
      '1-0:1.8.0*255(0001*kWh',
      '1-0:1.8.0*255',
      '1-0:1.8.0*255(00(01*kWh)',
      '1-0:1.8.0*255(00\x0701*kWh)',
      '1-0 :1.8.0*255(0001*kWh)',
      '1-0:1.8.0*255(0001*kWh)x',
      `${'1'.repeat(41)}(1)`,
    ];
    for (const line of lines) {
      expect([line, faultsOf(bytesOf(`/ESY5Q3\r\n\r\n1.7.0(1*W)\r\n${line}\r\n!\r\n`))]).toEqual([
        line,
        ['form'],
      ]);
    }
    expect(faultsOf(bytesOf('/ESY5Q3\r\n\r\n!\r\n'))).toEqual(['form']);
  });

  it('begins where another broke off', () => {
    const stream = readStream(concat(pushed.subarray(0, 70), pushed));
    expect(stream.faults).toEqual([{ fault: 'restart', offset: 0, length: 70 }]);
    expect(stream.telegrams.map(({ offset }) => offset)).toEqual([70]);
  });

  it('is found behind noise, the echo of a sign-on and slashes that begin none', () => {
    const before = bytesOf('\x00\xff/?!\r\n////1/ab/ \x1b\x1b');
    const stream = readStream(concat(before, pushed), [1]);
    expect(stream.telegrams.map(({ offset }) => offset)).toEqual([before.length]);
    expectAllBytesTold(stream, before.length + pushed.length);
  });

  it('that never ends is given up at the limit, and the next one is found', () => {
    const flood = bytesOf(`/ESY5Q3\r\n\r\n${'1.7.0(1*W)\r\n'.repeat(2000)}`);
    const stream = readStream(concat(flood, pushed), [997]);
    expect(stream.faults[0]).toMatchObject({ fault: 'tooLong' });
    expect(stream.faults[0]?.length).toBeLessThanOrEqual(limits.textTelegramBytes + 1);
    expect(stream.telegrams.length).toBe(1);
    expectAllBytesTold(stream, flood.length + pushed.length);
  });

  it('at the end of a file is judged without its last line break', () => {
    const text = version5.trimEnd();
    expect(readStream(bytesOf(text)).telegrams.length).toBe(1);
    expect(faultsOf(bytesOf(text.slice(0, -1)))).not.toEqual([]);
  });

  it('is given only whole: any cut, lost or changed byte gives nothing of a telegram with a CRC', () => {
    const good = bytesOf(version5);
    const mark = version5.indexOf('!');
    for (let at = 0; at < good.length; at += 7) {
      const lost = concat(good.subarray(0, at), good.subarray(at + 1));
      const changed = good.map((byte, index) => (index === at ? byte ^ 0x01 : byte));
      for (const bytes of [lost, changed]) {
        for (const { values, offset, length } of readStream(bytes).telegrams) {
          // What is left may be whole where only bytes outside the CRC were hit.
          expect(at).toBeGreaterThan(mark + 4);
          expect([offset, values.length > 0, length > mark]).toEqual([0, true, true]);
        }
      }
    }
  });

  it('comes out of any noise as it went in, and noise never becomes one with a check', () => {
    const noise = fc
      .uint8Array({ maxLength: 60 })
      .filter(bytes => !bytes.includes(0x2f) && !bytes.includes(0xaf));
    const piece = fc.integer({ min: 1, max: 50 });
    fc.assert(
      fc.property(noise, noise, piece, (before, after, size) => {
        const good = bytesOf(version5);
        const stream = readStream(concat(before, good, after, good), [size]);
        expect(stream.telegrams.map(({ offset }) => offset)).toContain(before.length);
        expect(stream.telegrams.every(({ check }) => check === 'crc')).toBe(true);
        expectAllBytesTold(stream, before.length + after.length + 2 * good.length);
      }),
      { seed: 20_261_121, numRuns: 60 },
    );
    const spicy = fc.string({
      unit: fc.constantFrom('/', 'A', 'b', '5', '!', '(', ')', '*', '1', '.', '\r', '\n', '\x02', '\x03'),
      maxLength: 200,
    });
    fc.assert(
      fc.property(spicy, piece, (text, size) => {
        const bytes = bytesOf(text);
        expectAllBytesTold(readStream(bytes, [size]), bytes.length);
      }),
      { seed: 20_261_121, numRuns: 300 },
    );
  });
});

describe('the CRC of P1', () => {
  it('is CRC-16/ARC', () => {
    expect(crc16Arc(bytesOf('123456789'))).toBe(0xbb3d);
  });
});
