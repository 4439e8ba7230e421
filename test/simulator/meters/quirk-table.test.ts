import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { d0QuirkNames } from '../../../simulator/meters/d0-head.ts';
import { smlMistakes } from '../../../simulator/meters/sml-mistakes.ts';
import { smlQuirks } from '../../../simulator/meters/sml-quirks.ts';
import { streamQuirks } from '../../../simulator/meters/stream-quirks.ts';
import { headKinds } from '../../../simulator/meters/telegram-head.ts';

const page = readFileSync(new URL('../../../docs/hardware.md', import.meta.url), 'utf8');
const [section = ''] = /(?<=\n### Quirks of heads\n).*?(?=\n## )/s.exec(page) ?? [];
const namesIn = (text = ''): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

test.each([
  ['`sml`, as meters are', smlQuirks],
  ['`sml`, mistakes', smlMistakes],
  ['`d0`', d0QuirkNames],
  ['any', streamQuirks],
])('the page has the quirks of heads that there are: %s', (of, quirks) => {
  const row = section.split('\n').find(line => line.startsWith(`| ${of} |`));
  expect(namesIn(row?.slice(of.length + 4))).toEqual(Object.keys(quirks));
});

test('the page has all kinds of heads', () => {
  const [kinds] =
    /(?<=Kinds: ).*?\./s.exec(section.replaceAll('-2.2', '-2_2').replaceAll('-4.2', '-4_2')) ?? [];
  expect(namesIn(kinds).map(kind => kind.replace('_', '.'))).toEqual(Object.keys(headKinds));
});
