import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { quantityIds } from '#core/quantities.ts';
import { reasons } from '#core/wire/reasons.ts';
import { healthCodes } from '../../host/watch/health.ts';
import { formatAgo, formatDuration } from '../../web/format.ts';
import { de } from '../../web/i18n/de.ts';
import { en } from '../../web/i18n/en.ts';
import { pt } from '../../web/i18n/pt.ts';
import { nameQuantity, stemOf } from '../../web/i18n/quantity-names.ts';

const languages = { en, de, pt };

/** Every text of a table by its path; a text with a gap is filled with a mark. */
function textsOf(value: unknown, path = ''): [path: string, text: string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function') return [[path, String(value('⟨a⟩', '⟨b⟩', '⟨c⟩', '⟨d⟩'))]];
  return Object.entries(value as object).flatMap(([key, part]) => textsOf(part, `${path}.${key}`));
}

const web = join(import.meta.dirname, '..', '..', 'web');
const isOfWords = /^i18n[/\\](?!quantity-names|language)/;
/** All of the page but its words. */
const code = readdirSync(web, { recursive: true, encoding: 'utf8' })
  .filter(path => path.endsWith('.ts') && !isOfWords.test(path))
  .map(path => readFileSync(join(web, path), 'utf8'))
  .join('\n');
const named = new Set(code.match(/[\w$]+/g));
/** Tables out of which the code takes a text by a name that it has from elsewhere. */
const taken = new Set(
  [...code.matchAll(/([\w$]+)\[|Object\.entries\([\w$.]*?([\w$]+)\)/g)].flatMap(([, ...of]) => of),
);

/** Paths of words whose name stands nowhere in the code of the page. */
function unnamed(value: unknown, path: readonly string[] = []): string[] {
  if (typeof value !== 'object' || value === null || taken.has(path.at(-1) ?? '')) return [];
  return Object.entries(value).flatMap(([key, part]) =>
    named.has(key) ? unnamed(part, [...path, key]) : [[...path, key].join('.')],
  );
}

describe.each(Object.entries(languages))('the words of %s', (_id, words) => {
  it('name every quantity, each by a name of its own', () => {
    const names = quantityIds.map(id => nameQuantity(id, words.quantities));
    expect(quantityIds.filter(id => !Object.hasOwn(words.quantities, stemOf(id)))).toEqual([]);
    expect(new Set(names).size).toBe(quantityIds.length);
  });

  it('have every text, none empty', () => {
    const texts = textsOf(words);
    expect(texts.map(([path]) => path).sort()).toEqual(
      textsOf(en)
        .map(([path]) => path)
        .sort(),
    );
    expect(texts.filter(([, text]) => text.trim() === '' || text.includes('undefined'))).toEqual([]);
  });

  it('say every reason for a loss, and why a host is not well', () => {
    const all = [
      ...reasons,
      'unknown',
      'journalOverflow',
      'recordDamaged',
      'lostAtHost',
      'notReceived',
      'excluded',
      'notKept',
    ];
    expect(all.filter(reason => words.reasons[reason] === undefined)).toEqual([]);
    expect(Object.keys(healthCodes).filter(code => words.health.codes[code] === undefined)).toEqual([]);
  });
});

it.each([
  ['de', de],
  ['pt-PT', pt],
  ['pt-BR', pt],
] as const)(
  'in %s a time that is short for its unit, as "4 Sek.", ends no sentence with two full stops',
  (locale, words) => {
    const { newest, wait } = words.frame.connection;
    const times = [4000, 240_000, 14_400_000];
    const texts = times.flatMap(ms => [
      newest(formatAgo(ms, locale)),
      words.meterPage.values.old(formatAgo(ms, locale)),
      wait(formatDuration(ms, locale)),
    ]);
    expect(texts.filter(text => text.includes('..'))).toEqual([]);
  },
);

it('no word is kept that nothing says', () => {
  expect(unnamed({ ...en, nobodySaysThis: '' })).toEqual(['nobodySaysThis']);
});

describe('names of quantities', () => {
  it('carry their phase', () => {
    expect(nameQuantity('voltageL1L2V', en.quantities)).toBe('Voltage L1–L2');
    expect(nameQuantity('powerL3W', de.quantities)).toBe('Leistung L3');
    expect(nameQuantity('currentNeutralA', en.quantities)).toBe('Current in the neutral');
  });
});
