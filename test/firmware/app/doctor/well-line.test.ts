import { describe, expect, it } from 'vitest';
import { namedFault } from '../../../../simulator/line/named-faults.ts';
import { causesOn, one, three } from './causes-rig.ts';

describe('a doctor never names a cause', () => {
  it.each([
    ['well', {}],
    ['well, with echo', { echo: true }],
    ['slow', { delayMs: 60 }],
  ] as const)('on a line that is %s, nor does it take the line from its meters', (_, faults) => {
    const causes = causesOn(faults, { seconds: 60 });
    expect(causes.length).toBe(60);
    expect(causes.flat()).toEqual([]);
  });

  it('other than no answer on a line whose meters answer too late', () => {
    for (const slaves of [three, one]) {
      const named = new Set(
        causesOn(namedFault('late'), { slaves, seconds: 60 })
          .flat()
          .map(({ code }) => code),
      );
      named.delete('noAnswer');
      expect([...named], `${slaves.length} slaves`).toEqual([]);
    }
  });

  it('other than noise on a noisy line, and other than no answer on one with a dead slave', () => {
    for (const bitErrorRate of [0.0005, 0.002, 0.01]) {
      for (const echo of [false, true]) {
        const named = new Set(
          causesOn({ bitErrorRate, echo }, { seconds: 60 })
            .flat()
            .map(({ code }) => code),
        );
        named.delete('noise');
        // Before anything was heard of a line nobody knows.
        if (bitErrorRate === 0.01) named.delete('noAnswer');
        expect([...named], `${bitErrorRate}, echo ${echo}`).toEqual([]);
      }
    }
    const named = new Set(
      causesOn({ deadAddresses: [2] }, { seconds: 60 })
        .flat()
        .map(({ code }) => code),
    );
    expect([...named]).toEqual(['noAnswer']);
  });
});
