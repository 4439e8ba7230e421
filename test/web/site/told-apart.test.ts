import { expect, it } from 'vitest';
import { toldApart } from '../../../web/site/told-apart.ts';

it('meters of one name are told apart by their gateway, and by their key where that is the same', () => {
  const named = (meters: Readonly<Record<string, string>>) =>
    toldApart(Object.entries(meters).map(([key, name]) => ({ key, name }))).map(({ name }) => name);
  expect(named({ 'cellar.house': 'House', 'cellar.car': 'Car' })).toEqual(['House', 'Car']);
  expect(named({ 'a.m1': 'SDM630', 'b.m1': 'SDM630', 'b.m2': 'Car' })).toEqual([
    'SDM630 (a)',
    'SDM630 (b)',
    'Car',
  ]);
  expect(named({ 'a.m1': 'SDM630', 'a.m2': 'SDM630', 'b.m1': 'SDM630' })).toEqual([
    'SDM630 (a.m1)',
    'SDM630 (a.m2)',
    'SDM630 (b)',
  ]);
});
