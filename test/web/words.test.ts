import { describe, expect, it } from 'vitest';
import { quantityIds } from '#core/quantities.ts';
import { reasons } from '#core/wire/reasons.ts';
import { healthCodes } from '../../host/watch/health.ts';
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
      'notReceived',
      'excluded',
      'notKept',
    ];
    expect(all.filter(reason => words.reasons[reason] === undefined)).toEqual([]);
    expect(Object.keys(healthCodes).filter(code => words.health[code] === undefined)).toEqual([]);
  });
});

describe('names of quantities', () => {
  it('carry their phase', () => {
    expect(nameQuantity('voltageL1L2V', en.quantities)).toBe('Voltage L1–L2');
    expect(nameQuantity('powerL3W', de.quantities)).toBe('Leistung L3');
    expect(nameQuantity('currentNeutralA', en.quantities)).toBe('Current in the neutral');
  });
});
