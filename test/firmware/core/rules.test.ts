import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conforms, mistakesOf, type Rule } from '#core/rules.ts';

const rule = {
  is: 'object',
  fields: {
    name: { is: 'text', max: 5 },
    size: { is: 'integer', min: 1, max: 9 },
    kind: { is: 'choice', of: ['red', 'blue'] },
  },
  optional: {
    share: { is: 'number', min: 0, max: 1 },
    isOpen: { is: 'boolean' },
    list: { is: 'list', of: { is: 'nullable', of: { is: 'integer', min: 0, max: 3 } }, max: 3 },
    map: { is: 'map', of: { is: 'integer', min: 0, max: 3 }, max: 2 },
    rest: { is: 'anything' },
  },
} as const satisfies Rule;

const good = { name: 'house', size: 3, kind: 'red' };

describe('a rule', () => {
  it('lets through what it allows', () => {
    expect(mistakesOf(rule, good)).toEqual([]);
    const full = { ...good, share: 0.5, isOpen: false, list: [1, null], map: { a: 1 }, rest: { any: [1] } };
    expect(conforms(rule, full)).toBe(true);
  });

  it.each([
    [{ ...good, name: 'too long' }, 'name', 'text of at most 5 characters'],
    [{ ...good, name: 5 }, 'name', '5 given'],
    [{ ...good, size: 1.5 }, 'size', 'a whole number from 1 to 9'],
    [{ ...good, size: Number.NaN }, 'size', 'a whole number from 1 to 9'],
    [{ ...good, kind: 'green' }, 'kind', 'one of red, blue'],
    [{ ...good, share: '0.5' }, 'share', 'a number from 0 to 1'],
    [{ ...good, isOpen: 1 }, 'isOpen', 'true or false'],
    [{ ...good, list: [0, 1, 7] }, 'list[2]', '7 given'],
    [{ ...good, list: [0, 0, 0, 0] }, 'list', 'a list of at most 3'],
    [{ ...good, map: { a: 1, b: -1 } }, 'map.b', '-1 given'],
    [{ ...good, map: { a: 1, b: 1, c: 1 } }, 'map', 'at most 2 entries'],
    [{ ...good, map: [] }, 'map', 'an object'],
    [{ name: 'house', size: 3 }, 'kind', 'is missing'],
    [{ ...good, colour: 1 }, 'colour', 'is not known; allowed are name, size, kind, share'],
    [[good], '(all)', 'an object with name, size, kind'],
    [null, '(all)', 'null given'],
    [undefined, '(all)', 'nothing given'],
  ])('names the field and what is allowed: %j', (value, field, message) => {
    const [first] = mistakesOf(rule, value);
    expect(first?.field).toBe(field);
    expect(first?.message).toContain(message);
  });

  it('gathers no more mistakes than it tells, of thousands of unknown names either', () => {
    const names = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`x${index}`, 0]));
    expect(mistakesOf(rule, names).length).toBe(20);
    expect(mistakesOf({ is: 'list', of: rule, max: 99 }, Array(99).fill({}))).toHaveLength(20);
  });

  it('is not fooled by names that every object inherits', () => {
    const inherited = JSON.parse(
      '{"name":"house","size":3,"kind":"red","constructor":1,"__proto__":{"a":1}}',
    );
    expect(mistakesOf(rule, inherited).map(({ field }) => field)).toEqual(['constructor', '__proto__']);
  });

  it('names every mistake, up to twenty, and stays small whatever it is given', () => {
    const wrong = Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [`${index}${'x'.repeat(9000)}`, 1]),
    );
    const mistakes = mistakesOf(rule, wrong);
    expect(mistakes.length).toBe(20);
    for (const { field, message } of mistakes) {
      expect(field.length).toBeLessThan(256);
      expect(message.length).toBeLessThan(512);
    }
  });

  it('never throws on any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(mistakesOf(rule, value).length > 0).toBe(!conforms(rule, value));
      }),
    );
  });
});
