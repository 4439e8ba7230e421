import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rounds } from '../faults/chance.ts';
import { whyNoEngine } from './engine-build.ts';
import { jobs } from './jobs.ts';
import { asJson, Session } from './session.ts';

const why = whyNoEngine();
const perSeed = 500;

describe.skipIf(why !== undefined)(
  `spoilt telegrams of optical heads on the XS engine${why === undefined ? '' : ` (skipped: ${why})`}`,
  () => {
    let xs: Session;
    beforeAll(async () => {
      xs = await Session.open();
    });
    afterAll(() => xs?.close());

    test.each([
      ['sml', rounds(4, 400)],
      ['text', rounds(1, 40)],
    ] as const)(
      '%s: never a throw, a hang, or a value of a bad check; the same outcome as on Node',
      async (format, seeds) => {
        let telegrams = 0;
        let given = 0;
        let slots = 0;
        for (let seed = 1; seed <= seeds; seed++) {
          const input = { seed, count: perSeed, format };
          const { result, cost } = await xs.run('fuzzHeads', input);
          expect(result.wrong).toEqual([]);
          if (seed === 1) expect(result).toEqual(asJson(jobs.fuzzHeads(input)));
          telegrams += result.telegrams;
          given += result.given;
          slots = Math.max(slots, cost.currentHeapCount);
        }
        console.log(
          `XS, ${format}: seeds 1 to ${seeds}, ${telegrams} telegrams, ${given} given, all judged right, at most ${slots} slots`,
        );
        expect(given).toBeGreaterThan(telegrams / 20);
      },
      60 * 60_000,
    );
  },
);
