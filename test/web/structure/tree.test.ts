import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { possibleParents, type TreeMeter, treeOf } from '../../../web/structure/tree.ts';
import { factsOf, sites, treeBy } from './site-meters.ts';

const shapeOf = (meters: readonly TreeMeter[]): unknown =>
  meters.map(({ key, children }) => (children.length === 0 ? key : { [key]: shapeOf(children) }));

describe('the tree of meters', () => {
  it('is guessed where nobody said anything: the grid on top, all others below it', () => {
    const names = ['Kitchen', 'Netz', 'PV roof', 'Battery'];
    const tree = treeOf(
      names.map((name, index) => factsOf(`a.m${index}`, name)),
      {},
    );
    expect(shapeOf(tree.tops)).toEqual([{ 'a.m1': ['a.m0', 'a.m2', 'a.m3'] }]);
    expect(tree.isGuess).toBe(true);
    expect(tree.all.map(({ isPlaceGuessed }) => isPlaceGuessed)).toEqual([false, true, true, true]);
    expect(tree.all.every(({ isRoleGuessed }) => isRoleGuessed)).toBe(true);
  });

  it('is as people said it, and no guess from the first place on', () => {
    const tree = treeBy({
      'a.main': { role: 'grid' },
      'a.garage': {},
      'a.car': { below: 'a.garage', name: 'The car' },
    });
    expect(shapeOf(tree.tops)).toEqual([{ 'a.main': [{ 'a.garage': ['a.car'] }] }]);
    expect(tree.isGuess).toBe(false);
    expect(tree.all.at(-1)).toMatchObject({ name: 'The car', ownName: null, isPlaceGuessed: false });
  });

  it('keeps direct current and second grids at the top, and shows meters that are gone', () => {
    const tree = treeBy(
      {
        'a.heat': { role: 'grid' },
        'a.main': { role: 'grid' },
        'a.dc': { role: 'aside' },
        'a.old': { name: 'Old', below: 'a.main' },
      },
      ['a.dc', 'a.heat', 'a.main'],
    );
    expect(shapeOf(tree.tops)).toEqual(['a.heat', { 'a.main': ['a.old'] }, 'a.dc']);
    expect(tree.all.find(({ key }) => key === 'a.old')).toMatchObject({ isGone: true, name: 'Old' });
  });

  it('has every meter once, parents before children, whatever was said', () => {
    fc.assert(
      fc.property(sites, ({ keys, said, present }) => {
        const tree = treeBy(said, present);
        expect(tree.all.map(({ key }) => key).sort()).toEqual([...keys].sort());
        const seen = new Set<string | null>([null]);
        for (const { key, below } of tree.all) {
          expect(seen.has(below)).toBe(true);
          seen.add(key);
        }
      }),
      { seed: 6, numRuns: 150 },
    );
  });

  it('offers as parents all but a meter itself and those below it', () => {
    fc.assert(
      fc.property(sites, fc.nat(9), ({ keys, said, present }, at) => {
        const tree = treeBy(said, present);
        const key = keys[at % keys.length] ?? '';
        for (const { key: parent } of possibleParents(tree, key)) {
          const moved = treeBy({ ...said, [key]: { ...said[key], below: parent } }, present);
          if (moved.all.find(each => each.key === key)?.role === 'grid') continue;
          const above: (string | null)[] = [];
          for (let up = moved.all.find(each => each.key === key)?.below ?? null; up !== null; ) {
            above.push(up);
            up = moved.all.find(each => each.key === up)?.below ?? null;
          }
          expect(above).not.toContain(key);
        }
      }),
      { seed: 6, numRuns: 40 },
    );
  });
});
