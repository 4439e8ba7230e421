import fc from 'fast-check';
import type { MeterRole } from '../../../host/api/contract.ts';
import type { MeterTotals } from '../../../web/structure/meter-totals.ts';
import { type MeterTree, type Said, treeOf } from '../../../web/structure/tree.ts';

export const factsOf = (key: string, name = key, quantities = ['powerW', 'energyImportWh']) => ({
  key,
  id: key.slice(key.indexOf('.') + 1),
  name,
  profile: 'eastron-sdm630',
  quantities,
});

/** A tree of meters with keys `a.x`, by what was said of each. */
export function treeBy(said: Said, present: readonly string[] = Object.keys(said)): MeterTree {
  return treeOf(
    present.map(key => factsOf(key)),
    said,
  );
}

export const totals = (imported: number | null, exported: number | null = null): MeterTotals => ({
  imported: imported === null ? null : imported * 1000,
  exported: exported === null ? null : exported * 1000,
  estimated: 0,
  coverage: 1,
});

const roles: readonly (MeterRole | undefined)[] = [
  'grid',
  'whole',
  'solar',
  'battery',
  'load',
  'load',
  'load',
  'aside',
  undefined,
];

/** Any site: meters of any role below any other, some gone, some without a value. */
export const sites = fc
  .array(
    fc.record({
      role: fc.constantFrom(...roles),
      above: fc.option(fc.nat(9), { freq: 3 }),
      isGone: fc.nat(9).map(chance => chance === 0),
      imported: fc.option(fc.nat(5_000_000), { freq: 6 }),
      exported: fc.option(fc.nat(5_000_000), { freq: 2 }),
    }),
    { minLength: 1, maxLength: 10 },
  )
  .map(meters => {
    const key = (index: number) => `a.m${index % meters.length}`;
    const said: Said = Object.fromEntries(
      meters.map(({ role, above }, index) => [
        key(index),
        { ...(role && { role }), ...(above !== null && { below: key(above) }) },
      ]),
    );
    const keys = meters.map((_, index) => key(index));
    const present = keys.filter((_, index) => !meters[index]?.isGone);
    const readings = new Map(
      meters.flatMap(({ isGone, imported, exported }, index): [string, MeterTotals][] =>
        isGone && imported === null ? [] : [[key(index), { imported, exported, estimated: 0, coverage: 1 }]],
      ),
    );
    return { keys, said, present, readings };
  });
