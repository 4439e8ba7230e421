import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deepFreeze } from '#core/freeze.ts';
import { jsonText } from '#core/json.ts';

test('the text is that of JSON.stringify', () => {
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      expect(jsonText(value)).toBe(JSON.stringify(value));
    }),
  );
  expect(jsonText({ a: undefined, b: 1 })).toBe('{"b":1}');
  expect(jsonText(JSON.parse('{"__proto__":{"a":1}}'))).toBe('{"__proto__":{"a":1}}');
});

test('nothing frozen reaches JSON.stringify, which XS refuses where it lies in flash', () => {
  const original = JSON.stringify;
  const seen: unknown[] = [];
  JSON.stringify = ((value: unknown) =>
    original(value, (_name, inner: unknown) => {
      if (typeof inner === 'object' && inner !== null) seen.push(Object.isFrozen(inner));
      return inner;
    })) as typeof JSON.stringify;
  try {
    jsonText(deepFreeze({ list: [1, { inner: [] }], empty: {} }));
  } finally {
    JSON.stringify = original;
  }
  expect(seen).toEqual([false, false, false, false, false]);
});
