import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Decoding, pieceBytes } from '../../../host/decode/decoding.ts';
import d0 from '../../vectors/d0/telegrams.json' with { type: 'json' };
import p1 from '../../vectors/p1/telegrams.json' with { type: 'json' };
import synthetic from '../../vectors/sml/synthetic.json' with { type: 'json' };
import { voltageExchange } from './bus-frames.ts';

/** Captures by what they are of: one line speaks one language. */
const families: readonly (readonly Buffer[])[] = [
  synthetic.map(({ hex }) => Buffer.from(hex, 'hex')),
  d0.map(({ text }) => Buffer.from(text, 'latin1')),
  p1.map(({ text }) => Buffer.from(text, 'latin1')),
  [voltageExchange(1), voltageExchange(2)],
  [Buffer.from(synthetic[0]?.hex ?? '')],
];

/** Some captures behind each other, with bytes changed, lost and put in. */
const damaged = fc
  .tuple(
    fc
      .constantFrom(...families)
      .chain(family => fc.array(fc.constantFrom(...family), { minLength: 1, maxLength: 4 })),
    fc.array(fc.tuple(fc.nat(), fc.constantFrom('change', 'lose', 'insert', 'cut'), fc.nat(255)), {
      maxLength: 12,
    }),
  )
  .map(([parts, mutations]) => {
    let bytes = Buffer.concat(parts);
    for (const [place, how, value] of mutations) {
      const at = bytes.length === 0 ? 0 : place % bytes.length;
      const before = bytes.subarray(0, at);
      if (how === 'cut') bytes = Buffer.concat([before]);
      else {
        const middle = how === 'lose' ? [] : [value];
        bytes = Buffer.concat([before, Buffer.from(middle), bytes.subarray(how === 'insert' ? at : at + 1)]);
      }
    }
    return bytes;
  });

function decode(bytes: Uint8Array, isJson: boolean, size: number): string {
  const decoding = new Decoding({ isJson, format: undefined, profile: undefined });
  let text = '';
  const take = () => {
    text += Buffer.from(decoding.out.written).toString();
    decoding.out.clear();
  };
  for (let from = 0; from < bytes.length; from += size) {
    decoding.push(bytes.subarray(from, from + size));
    take();
  }
  decoding.finish();
  take();
  return text;
}

it('whatever is done to captures, each line is JSON, the counts are right, and pieces change nothing', () => {
  fc.assert(
    fc.property(damaged, fc.integer({ min: 1, max: 300 }), (bytes, size) => {
      const text = decode(bytes, true, pieceBytes);
      const lines = text.trimEnd().split('\n');
      const { summary } = JSON.parse(lines.at(-1) ?? '');
      expect(summary.valid).toBe(lines.length - 1);
      expect(summary.starts).toBeGreaterThanOrEqual(summary.valid);
      let behind = 0;
      for (const line of lines.slice(0, -1)) {
        const { offset, length } = JSON.parse(line);
        expect(offset).toBeGreaterThanOrEqual(behind);
        behind = offset + length;
      }
      expect(behind).toBeLessThanOrEqual(bytes.length);
      if (summary.format === 'sml')
        expect(JSON.parse(decode(bytes, true, size).trimEnd().split('\n').at(-1) ?? '')).toEqual({ summary });
      expect(decode(bytes, false, size).length).toBeGreaterThan(10);
    }),
    { seed: 20_261_121, numRuns: 120 },
  );
});
