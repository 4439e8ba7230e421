import { describe, expect, it } from 'vitest';
import type { Meter } from '../../../host/api/contract.ts';
import { pictureOf } from '../../../web/overview/flow-picture.ts';
import type { Balance, Flow } from '../../../web/site/balance.ts';
import type { MeterColour } from '../../../web/site/meter-colours.ts';

const drawn = [40, 900, 12, 300, 7];

/** The picture of a house with so many of the loads above, none of them below zero. */
function picture(loads: number, most: number) {
  const names = drawn.slice(0, loads).map((_, index) => `load${index}`);
  const meters = names.map(
    name => ({ key: `home.${name}`, name, quantities: ['powerW'] }) as unknown as Meter,
  );
  const uses = names.map(
    (name, index): Flow => ({ key: `home.${name}`, kind: 'load', powerW: drawn[index] ?? 0 }),
  );
  const balance: Balance = {
    gridKey: null,
    gridW: null,
    solarW: null,
    batteryW: null,
    usedW: null,
    sources: [],
    uses,
    absent: [],
  };
  const colours = new Map<string, MeterColour>();
  return pictureOf(balance, meters, new Map(), colours, most).loads;
}

describe('the loads of the picture of what flows', () => {
  it('the largest have places of their own, in the order of the site; all others are one', () => {
    expect(picture(5, 2).map(({ kind, name, count, powerW }) => [kind, name, count, powerW])).toEqual([
      ['load', 'load1', 1, -900],
      ['load', 'load3', 1, -300],
      ['more', null, 3, -59],
    ]);
  });

  it('a single one that is left has its name in the place of the others', () => {
    expect(picture(3, 2).map(({ name }) => name)).toEqual(['load0', 'load1', 'load2']);
    expect(picture(4, 2).map(({ name }) => name)).toEqual(['load1', 'load3', null]);
  });
});
