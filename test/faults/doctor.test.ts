import { describe, expect, it } from 'vitest';
import { namedFault } from '../../simulator/line/named-faults.ts';
import { causesOn, one, three } from '../firmware/app/doctor/causes-rig.ts';
import { seed as base } from '../seed.ts';
import { rounds } from './chance.ts';

/** What a person may be sent to change for nothing. */
const grave = ['wrongBaud', 'wrongParity', 'swappedWires', 'addressClash', 'portClosed'];
const lines = [three, one].slice(0, rounds(1, 2));
const seeds = Array.from({ length: rounds(1, 20) }, (_, index) => base + index);

describe(`the doctor, seeds ${seeds[0]} to ${seeds.at(-1)}`, () => {
  it.each(['wrongBaud', 'wrongParity', 'swappedWires', 'addressClash', 'noise', 'noAnswer'])(
    'names %s within 30 s, and nothing graver that it is not',
    name => {
      for (const seed of seeds) {
        for (const slaves of lines) {
          const beforeMs = seed % 2 === 0 ? 0 : 40_000;
          const causes = causesOn(namedFault(name), { slaves, seed, beforeMs });
          const where = `seed ${seed}, ${slaves.length} slaves`;
          expect(
            causes.at(-1)?.map(({ code }) => code),
            where,
          ).toEqual([name]);
          const ever = new Set(causes.flat().map(({ code }) => code));
          expect(
            [...ever].filter(code => code !== name && grave.includes(code)),
            where,
          ).toEqual([]);
        }
      }
    },
    600_000,
  );

  it.each([
    { bitErrorRate: 0.01 },
    { bitErrorRate: 0.01, echo: true },
    { cutShare: 0.3 },
    { doubledShare: 0.3 },
    { joinedShare: 0.3 },
    { delayMs: 250 },
    { deadAddresses: [2] },
  ])(
    'names nothing grave for %j',
    faults => {
      for (const seed of seeds) {
        for (const slaves of lines) {
          const causes = causesOn(faults, { slaves, seed });
          const ever = new Set(causes.flat().map(({ code }) => code));
          expect(
            [...ever].filter(code => grave.includes(code)),
            `seed ${seed}, ${slaves.length} slaves`,
          ).toEqual([]);
        }
      }
    },
    600_000,
  );
});
