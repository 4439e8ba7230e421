import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readForm } from '#core/form.ts';
import { encodeUtf8 } from '#core/utf8.ts';

test('a form is read as a browser writes it', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ minLength: 1, unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), {
        maxKeys: 8,
      }),
      fields => {
        const text = new URLSearchParams(fields).toString();
        expect(Object.fromEntries(readForm(encodeUtf8(text)) ?? [['no', 'form']])).toEqual({ ...fields });
      },
    ),
  );
});

test('what is none gives nothing, and nothing makes it throw', () => {
  for (const text of ['a=%', 'a=%4', 'a=%4g', 'a=%ff', '&'.repeat(20), 'a=1&'.repeat(20)])
    expect(readForm(encodeUtf8(text)), text).toBeUndefined();
  expect([...(readForm(encodeUtf8('a&b=&a=2&c=d=e')) ?? [])]).toEqual([
    ['a', ''],
    ['b', ''],
    ['c', 'd=e'],
  ]);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), bytes => void readForm(bytes)));
});
