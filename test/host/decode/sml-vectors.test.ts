import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import synthetic from '../../vectors/sml/synthetic.json' with { type: 'json' };
import { type CaptureVector, expectedLines, parsedLines } from './capture-lines.ts';
import { runCommand } from './run-command.ts';

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
