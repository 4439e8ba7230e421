import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import synthetic from '../../../vectors/sml/synthetic.json' with { type: 'json' };
import { decodeStream } from './stream.ts';
import { expectVector, type SmlVector } from './vector.ts';

/** Sizes of pieces that cut telegrams at every kind of place. */
const cuts = [[1_000_000], [1], [3, 5, 7], [16], [255, 1]];

describe('an SML stream is decoded as its vector says', () => {
  for (const { name, hex, ...vector } of synthetic) {
    it(`synthetic: ${name}`, () => {
      const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
      for (const pieces of cuts) expectVector(decodeStream(bytes, pieces), vector as SmlVector);
    });
  }

  it('without any package: none that knows SML is among the dependencies', () => {
    const file = new URL('../../../../package.json', import.meta.url);
    const { dependencies, devDependencies } = JSON.parse(readFileSync(file, 'utf8'));
    const names = Object.keys({ ...dependencies, ...devDependencies });
    expect(names).toContain('vitest');
    expect(names.filter(name => /sml|obis|smartmeter/i.test(name))).toEqual([]);
  });

  // Real captures are other people's and stay where they are.
  const folder = process.env.JOULEGATE_VECTORS;
  const names = folder === undefined ? [] : capturesIn(folder);
  it.skipIf(folder === undefined)(
    'captures: pairs of .bin and .json in the folder that JOULEGATE_VECTORS names',
    () => {
      expect(names.length).toBeGreaterThan(0);
    },
  );
  for (const name of names) {
    it(`captured: ${name}`, () => {
      const bytes = new Uint8Array(readFileSync(join(folder as string, name)));
      const vector: SmlVector = JSON.parse(readFileSync(join(folder as string, jsonOf(name)), 'utf8'));
      for (const pieces of [[1_000_000], [61, 7]]) expectVector(decodeStream(bytes, pieces), vector);
    });
  }
});

function capturesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter(name => name.endsWith('.bin') && existsSync(join(folder, jsonOf(name))));
}

function jsonOf(name: string): string {
  return name.replace(/\.bin$/, '.json');
}
