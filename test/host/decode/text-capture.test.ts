import { describe, expect, it } from 'vitest';
import { withParity } from '#core/iec62056/line-coding.ts';
import d0 from '../../vectors/d0/telegrams.json' with { type: 'json' };
import p1 from '../../vectors/p1/telegrams.json' with { type: 'json' };
import { parsedLines } from './capture-lines.ts';
import { runCommand } from './run-command.ts';

interface Line {
  readonly format: string;
  readonly offset: number;
  readonly length: number;
  readonly values: readonly { readonly obis: string; readonly value: string; readonly unit: string | null }[];
}

const vectors = [
  ...d0.map(({ values, ...vector }) => ({ ...vector, has: values, count: values.length })),
  ...p1,
].map(({ text, ...vector }) => ({ ...vector, bytes: Buffer.from(text, 'latin1') }));

async function decoded(bytes: Uint8Array, ...args: string[]) {
  const { out, code } = await runCommand(['-', '--json', ...args], bytes, [100, 1]);
  const lines = parsedLines(out);
  return { telegrams: lines.slice(0, -1) as Line[], last: lines.at(-1), code };
}

describe('a capture of text telegrams', () => {
  for (const { name, bytes, format, has, count } of vectors) {
    it(`is recognised and read, after noise of a start as well: ${name}`, async () => {
      const noise = Buffer.from('0)\r\n');
      const { telegrams, last, code } = await decoded(Buffer.concat([noise, bytes, bytes]));
      expect(telegrams.map(({ offset, length }) => [offset, length])).toEqual([
        [noise.length, bytes.length],
        [noise.length + bytes.length, bytes.length],
      ]);
      for (const telegram of telegrams) {
        expect(telegram.format).toBe(format);
        expect(telegram.values.length).toBe(count);
        for (const [obis = '', value, unit] of has) {
          const same = telegram.values.filter(found => found.obis === obis);
          // What has no unit stands as it was sent, with its zeros.
          const shown = same.map(found => [found.value.replace(/^0+(?=\d+$)/, ''), found.unit ?? '']);
          expect(shown).toContainEqual([String(value).replace(/^0+(?=\d+$)/, ''), unit]);
        }
      }
      expect(last).toMatchObject({ summary: { format, starts: 2, valid: 2, junkBytes: noise.length } });
      expect(code).toBe(0);
    });
  }

  it('is read with the parity bits of 7E1 left in', async () => {
    for (const { bytes, count } of vectors.filter(({ format }) => format === 'd0')) {
      const { telegrams } = await decoded(withParity(bytes));
      expect(telegrams.map(({ values }) => values.length)).toEqual([count]);
    }
  });

  it('gives nothing of a telegram whose CRC is wrong, and counts it', async () => {
    const { bytes } = vectors.find(({ name }) => name.startsWith('version 5')) ?? { bytes: Buffer.alloc(0) };
    const damaged = Buffer.from(bytes.toString('latin1').replace('123456.789', '123456.799'), 'latin1');
    const { telegrams, last } = await decoded(Buffer.concat([damaged, bytes, bytes.subarray(0, 200)]));
    expect(telegrams.map(({ offset }) => offset)).toEqual([damaged.length]);
    expect(last).toMatchObject({
      summary: { format: 'p1', starts: 3, valid: 1, transportCrcErrors: 1, incomplete: 1 },
    });
    const alone = await decoded(damaged, '--format', 'p1');
    expect(alone.last).toMatchObject({ summary: { format: 'p1', valid: 0, transportCrcErrors: 1 } });
    expect(alone.code).toBe(1);
  });

  it('is told to people with names, and with what no checksum means', async () => {
    const p1Run = await runCommand(['-'], vectors.find(({ format }) => format === 'p1')?.bytes);
    expect(p1Run.out).toMatch(/^P1 telegram 1, \d+ bytes from byte 0 on: ISk5\\2MT382-1000 \(CRC right\)\n/);
    expect(p1Run.out).toMatch(/ 1-0:1\.8\.1\*255 +123456\.789 kWh {2}Energy taken, tariff 1\n/);
    const pushed = await runCommand(['-'], vectors.find(({ check }) => check === 'none')?.bytes);
    expect(pushed.out).toContain('it has no checksum');
    expect(pushed.out).toContain('whether a digit was changed on the way, nobody knows');
  });
});
