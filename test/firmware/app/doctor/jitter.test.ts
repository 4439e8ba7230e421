import { describe, expect, it } from 'vitest';
import { namedFault } from '../../../../simulator/line/named-faults.ts';
import { seed as runSeed } from '../../../seed.ts';
import { causesOn, three } from './causes-rig.ts';

const converter = { settings: { port: 'tcp://converter:502' }, slaves: three } as const;
const codesOf = (options: Parameters<typeof causesOn>[1], faults: Parameters<typeof causesOn>[0] = {}) => [
  ...new Set(
    causesOn(faults, options)
      .flat()
      .map(({ code }) => code),
  ),
];

const isLong = process.env.JOULEGATE_FAULTS === 'long';

describe('jitter is no fault of the wires', () => {
  // Seed 3 at 50 ms was once named noise: a question went out between the halves of an answer.
  const seeds = isLong ? Array.from({ length: 40 }, (_, index) => runSeed + index) : [3];

  it.each([
    ['a converter that holds bytes back for 50 ms', { jitterMs: 50 }],
    ['a converter that holds bytes back for 200 ms', { jitterMs: 200 }],
    ['a machine whose timers are 30 ms late', { lateMs: 30, jitterMs: 5 }],
    ['a machine whose timers are 200 ms late', { lateMs: 200, jitterMs: 20 }],
  ] as const)('%s: nothing is named, with echo and without', (_, late) => {
    for (const seed of seeds) {
      for (const echo of [false, true]) {
        expect(
          codesOf({ ...converter, ...late, seed, seconds: 30 }, { echo }),
          `seed ${seed}, echo ${echo}`,
        ).toEqual([]);
      }
    }
  });
});

describe('a fault is named within 30 s through jitter', () => {
  it.each(['noise', 'addressClash', 'swappedWires', 'noAnswer', 'wrongBaud', 'wrongParity'] as const)(
    '%s',
    name => {
      for (const seed of isLong ? [runSeed, runSeed + 1, runSeed + 2] : [runSeed]) {
        const causes = causesOn(namedFault(name), {
          ...converter,
          jitterMs: 60,
          lateMs: 20,
          seed,
          seconds: 60,
        });
        const first = causes.findIndex(named => named.some(({ code }) => code === name));
        expect(first, `seed ${seed}: ${JSON.stringify(causes.at(-1))}`).toBeGreaterThanOrEqual(0);
        expect(first, `seed ${seed}`).toBeLessThan(30);
      }
    },
  );
});
