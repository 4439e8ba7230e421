import { expect, test } from 'vitest';
import { catalogue, happeningKinds } from '../../../simulator/happenings/catalogue.ts';
import { readHappening, readValues } from '../../../simulator/happenings/values.ts';
import { labWordsDe } from '../../../web/lab/lab-words-de.ts';
import { labWordsEn } from '../../../web/lab/lab-words-en.ts';
import { labWordsPt } from '../../../web/lab/lab-words-pt.ts';

/** Options of the command `happen` itself, and of a line of a schedule. */
const taken = ['for', 'part', 'at', 'json', 'list', 'end', 'what', 'every'];

test('every happening has a name like its place, words, and options that hide none of the command’s', () => {
  expect(happeningKinds.length).toBe(Object.keys(catalogue).length);
  for (const { id, what, options } of happeningKinds) {
    expect(id).toMatch(/^(line|head|counter|meter|chip|gateway|clock|network|broker|host|disk)\.[a-z0-9-]+$/);
    expect(what.length, id).toBeGreaterThan(8);
    for (const [name, option] of Object.entries(options)) {
      expect(taken, `${id} ${name}`).not.toContain(name);
      expect(name).toMatch(/^[a-z][a-z-]*$/);
      expect(option.help.length).toBeGreaterThan(8);
    }
    expect(() => readValues(id, options, {})).not.toThrow();
  }
});

/** A disk may be full to the last byte, and a seed may be 0. */
const mayBeNothing = ['disk.full', 'network.flap'];

test('what lasts is refused where all that says how much of it there is is 0', () => {
  for (const kind of happeningKinds.filter(({ id, lasts }) => lasts && !mayBeNothing.includes(id))) {
    const zeros = Object.entries(kind.options).flatMap(([name, option]) =>
      (option.takes === 'integer' || option.takes === 'number') && option.min <= 0 ? [[name, 0]] : [],
    );
    if (zeros.length === 0) continue;
    expect(() => readHappening(kind.id, kind, Object.fromEntries(zeros)), kind.id).toThrow(
      'nothing would be wrong',
    );
  }
});

test.each([
  ['English', labWordsEn],
  ['German', labWordsDe],
  ['Portuguese', labWordsPt],
])('the page names every happening and option in %s', (_name, words) => {
  expect(Object.keys(words.happenings).sort()).toEqual(Object.keys(catalogue).sort());
  for (const [id, [name = '', text = '']] of Object.entries(words.happenings)) {
    expect(name.length, id).toBeGreaterThan(2);
    expect(text, id).toMatch(/[.)]$/);
  }
  const options = new Set(happeningKinds.flatMap(kind => Object.keys(kind.options)));
  expect(Object.keys(words.options).sort()).toEqual([...options].sort());
});
