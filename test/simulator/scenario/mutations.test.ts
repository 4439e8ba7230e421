import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { checkScenario } from '../../../simulator/scenario/check.ts';
import { seed } from '../../seed.ts';

/** The smaller ones: a check of the largest takes 25 ms. */
const texts = ['flat', 'cabin', 'family-house'].map(name =>
  readFileSync(new URL(`../../../simulator/scenarios/${name}.yaml`, import.meta.url), 'utf8'),
);

/** What a check comes to: either a scenario, or mistakes that each have a place in the text and words. */
function judge(text: string): 'right' | 'wrong' {
  const checked = checkScenario(text, 'mutated');
  if ('scenario' in checked) return 'right';
  expect(checked.mistakes.length).toBeGreaterThan(0);
  const lines = text.split('\n');
  for (const { line, column, message } of checked.mistakes) {
    expect(message).not.toContain('is no scenario');
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines.length);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1);
    expect(message.length).toBeGreaterThan(10);
  }
  return 'wrong';
}

function counted(runs: number, property: (count: (what: string) => void) => fc.IProperty<unknown>): void {
  const counts: Record<string, number> = {};
  const count = (what: string): void => {
    counts[what] = (counts[what] ?? 0) + 1;
  };
  fc.assert(property(count), { seed, numRuns: runs, includeErrorInReport: true, endOnFailure: true });
  console.log(`seed ${seed}: ${JSON.stringify(counts)}`);
  expect(counts.wrong).toBeGreaterThan(runs / 4);
}

const spoilt = fc.oneof(
  fc.constantFrom(
    '',
    '\t',
    ':',
    '- ',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '#',
    '&a ',
    '*a ',
    '!x ',
    '---\n',
    '\n',
    '\r',
    '|',
    '%',
    ',',
  ),
  fc.string({ unit: 'binary', maxLength: 4 }),
);

describe('a scenario that somebody spoilt has mistakes with their lines, or is one still; it never throws', () => {
  test('characters put in, taken out and overwritten', () => {
    const edit = fc.record({ at: fc.nat(20_000), length: fc.nat(12), put: spoilt });
    counted(80, count =>
      fc.property(
        fc.constantFrom(...texts),
        fc.array(edit, { minLength: 1, maxLength: 3 }),
        (text, edits) => {
          let mutated = text;
          for (const { at, length, put } of edits) {
            const from = at % (mutated.length + 1);
            mutated = mutated.slice(0, from) + put + mutated.slice(from + length);
          }
          count(judge(mutated));
        },
      ),
    );
  });

  test('values of other types, fields taken out, given twice and renamed', () => {
    const files: unknown[] = texts.map(text => parse(text));
    const change = fc.record({
      steps: fc.array(fc.nat(30), { minLength: 1, maxLength: 5 }),
      what: fc.constantFrom('value', 'remove', 'rename', 'repeat'),
      value: fc.oneof(
        fc.jsonValue({ maxDepth: 2 }),
        fc.constantFrom(Number.NaN, Infinity, -0, 1e308, '__proto__', null),
      ),
    });
    counted(80, count =>
      fc.property(fc.constantFrom(...files), change, fc.boolean(), (file, { steps, what, value }, isJson) => {
        const copy: unknown = structuredClone(file);
        spoil(copy, steps, what, value);
        count(judge(isJson ? JSON.stringify(copy, null, 2) : stringify(copy)));
      }),
    );
  });
});

/** Goes down by these steps and changes what is there. */
function spoil(root: unknown, steps: readonly number[], what: string, value: unknown): void {
  let at: unknown = root;
  for (const [depth, step] of steps.entries()) {
    if (typeof at !== 'object' || at === null) return;
    const fields: Record<string, unknown> | unknown[] = at as Record<string, unknown> | unknown[];
    const keys = Object.keys(fields);
    const key = keys[step % keys.length];
    if (key === undefined) return;
    const parts = fields as Record<string, unknown>;
    const isLast = depth === steps.length - 1 || typeof parts[key] !== 'object';
    if (!isLast) {
      at = parts[key];
      continue;
    }
    if (what === 'value') parts[key] = value;
    else if (Array.isArray(fields)) {
      if (what === 'repeat') fields.push(structuredClone(fields[Number(key)]));
      else fields.splice(Number(key), 1);
    } else {
      if (what === 'rename') parts[`${key}x`] = parts[key];
      delete parts[key];
    }
    return;
  }
}
