import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import synthetic from '../../vectors/sml/synthetic.json' with { type: 'json' };
import { type CaptureVector, expectedLines, parsedLines } from './capture-lines.ts';
import { runCommand } from './run-command.ts';

const hexLines = (bytes: Uint8Array): { place: string; pairs: string[]; text: string }[] =>
  Array.from({ length: Math.ceil(bytes.length / 16) }, (_, line) => {
    const part = Buffer.from(bytes.subarray(line * 16, line * 16 + 16));
    return {
      place: (line * 16).toString(16).padStart(8, '0'),
      pairs: part.toString('hex').match(/../g) ?? [],
      text: part.toString('latin1').replace(/[^\x20-\x7e]/g, '.'),
    };
  });

/** `00000000: 1b1b 1b1b 0101 …  ......` */
const xxd = (bytes: Uint8Array): string =>
  hexLines(bytes)
    .map(({ place, pairs, text }) => {
      const columns = pairs.join('').replace(/(.{4})(?=.)/g, '$1 ');
      return `${place}: ${columns.padEnd(39)}  ${text}\n`;
    })
    .join('');

/** `00000000  1b 1b 1b 1b 01 01 01 01  76 …  |......|`, with a star for lines like the one before. */
function hexdump(bytes: Uint8Array): string {
  const lines = hexLines(bytes).map(({ place, pairs, text }) => {
    const columns = `${pairs.slice(0, 8).join(' ')}  ${pairs.slice(8).join(' ')}`;
    return { place, rest: `${columns.padEnd(48)}  |${text}|` };
  });
  const shown = lines.map(({ place, rest }, index) => {
    if (index === 0 || rest !== lines[index - 1]?.rest) return `${place}  ${rest}\n`;
    return rest === lines[index - 2]?.rest ? '' : '*\n';
  });
  return `${shown.join('')}${bytes.length.toString(16).padStart(8, '0')}\n`;
}

const exitCode = ({ summary }: CaptureVector) => (summary.validFrames > 0 ? 0 : 1);

describe('`decode --json` prints of an SML capture what its vector says', () => {
  for (const { name, hex, ...rest } of synthetic) {
    it(`synthetic: ${name}`, async () => {
      const vector = rest as unknown as CaptureVector;
      const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
      for (const pieces of [[1_000_000], [1], [61, 7]]) {
        const { out, code } = await runCommand(['-', '--json'], bytes, pieces);
        expect(parsedLines(out)).toEqual(expectedLines(vector));
        expect(code).toBe(exitCode(vector));
      }
    });
  }

  it('synthetic ones in hexadecimal text, as people copy them', async () => {
    for (const { hex, ...rest } of synthetic) {
      const text = hex.replace(/(..)/g, '$1 ').replace(/(.{48})/g, '$1\n');
      for (const written of [hex, text, text.toUpperCase(), hex.replace(/(..)/g, '0x$1, ')]) {
        const { out } = await runCommand(['-', '--json'], Buffer.from(written), [1000, 3]);
        expect(parsedLines(out)).toEqual(expectedLines(rest as unknown as CaptureVector));
      }
    }
  });

  it('synthetic ones as xxd and hexdump print them', async () => {
    const { hex, ...vector } = synthetic.find(({ name }) => name === 'one-byte-lost-then-3-good') ?? {
      hex: '',
    };
    // Zeros in front make lines that hexdump shows as a star.
    const bytes = Buffer.concat([Buffer.alloc(96), Buffer.from(hex, 'hex')]);
    const plain = await runCommand(['-', '--json'], bytes);
    for (const dump of [xxd(bytes), hexdump(bytes), hexdump(bytes).replaceAll('\n', '\r\n')]) {
      for (const pieces of [[100_000], [7, 1]]) {
        const { out } = await runCommand(['-', '--json'], Buffer.from(dump), pieces);
        expect(out).toBe(plain.out);
      }
    }
    expect(plain.out).toContain(`"valid":${(vector as unknown as CaptureVector).summary.validFrames}`);
  });

  // Real captures are other people's and stay where they are.
  const folder = process.env.JOULEGATE_VECTORS;
  const files = folder === undefined || !existsSync(folder) ? [] : readdirSync(folder);
  const names = files.filter(name => name.endsWith('.bin') && files.includes(name.replace('.bin', '.json')));
  it.skipIf(folder === undefined)('captures: there are some in the folder of JOULEGATE_VECTORS', () => {
    expect(names.length).toBeGreaterThan(0);
  });
  for (const name of names) {
    it(`captured: ${name}`, async () => {
      const path = join(folder as string, name);
      const vector: CaptureVector = JSON.parse(readFileSync(path.replace('.bin', '.json'), 'utf8'));
      for (const run of [
        runCommand([path, '--json']),
        runCommand(['--json', '-'], readFileSync(path), [4096, 1]),
      ]) {
        const { out, code } = await run;
        expect(parsedLines(out)).toEqual(expectedLines(vector));
        expect(code).toBe(exitCode(vector));
      }
    });
  }
});
