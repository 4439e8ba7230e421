import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromBase64, toBase64 } from '#core/base64.ts';

test('Base64 is as Node has it, and comes back with its padding and without', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), bytes => {
      const text = toBase64(bytes);
      expect(text).toBe(Buffer.from(bytes).toString('base64'));
      expect(fromBase64(text)).toEqual(bytes);
      expect(fromBase64(text.replaceAll('=', ''))).toEqual(bytes);
    }),
  );
});

test('what is none gives nothing', () => {
  for (const text of ['A', 'AAAAA', 'A===', '=AAA', 'AA=A', 'AA A', 'A-A=', 'A_==', '====', 'AAAé'])
    expect(fromBase64(text), text).toBeUndefined();
  expect(fromBase64('')).toEqual(new Uint8Array(0));
});
