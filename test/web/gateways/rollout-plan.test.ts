import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { windowLengthsS as ofTheRule } from '#core/wire/settings.ts';
import type { Gateway, Meter } from '../../../host/api/contract.ts';
import { stagesOf } from '../../../host/rollouts/stages.ts';
import {
  paces,
  settingsTargets,
  stageSizes,
  usedProfiles,
  windowLengthsS,
} from '../../../web/gateways/rollout-plan.ts';

describe('a roll-out that is planned on the page', () => {
  test('has the stages that the host makes of it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.constantFrom(...Object.values(paces)),
        (count, shares) => {
          const ids = Array.from({ length: count }, (_, index) => `g${index}`);
          expect(stageSizes(count, shares)).toEqual(stagesOf(ids, shares).map(stage => stage.length));
        },
      ),
    );
    expect(stageSizes(0, paces.usual)).toEqual([]);
  });

  test('offers the windows that gateways run', () => {
    expect(windowLengthsS).toEqual(ofTheRule);
  });

  test('tells which gateways and how many meters it is about', () => {
    const gateways = ['a', 'b', 'c'].map(id => ({ id })) as Gateway[];
    const meter = (gateway: string, profile: string, windowS: number) =>
      ({ gateway, profile, windowS }) as Meter;
    const meters = [meter('a', 'x', 10), meter('a', 'x', 60), meter('a', 'y', 10), meter('b', 'y', 60)];
    const told = (change: Parameters<typeof settingsTargets>[2]) =>
      settingsTargets(gateways, meters, change).map(
        ({ gateway: { id }, meters, changing }) => `${id} ${changing}/${meters}`,
      );
    expect(told({ windowS: 60 })).toEqual(['a 2/3', 'b 0/1']);
    expect(told({ profile: 'x', windowS: 60 })).toEqual(['a 1/2']);
    expect(told({ profile: 'y' })).toEqual(['a 1/1', 'b 1/1']);
    expect(usedProfiles([...meters, meter('c', 'y', 1)])).toEqual([
      { profile: 'y', count: 3 },
      { profile: 'x', count: 2 },
    ]);
  });
});
