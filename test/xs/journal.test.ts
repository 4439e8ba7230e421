import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoEngine } from './engine-build.ts';
import { workFlash } from './flash-work.ts';
import { asJson, Session } from './session.ts';

const why = whyNoEngine();

/** As measured, and a tenth on top; see cost.test.ts. A record of the demo has 165 bytes. */
const bounds = { byteCodesPerAppend: 13_200, byteCodesPerStart: 364_000 };

describe.skipIf(why !== undefined)(
  `the journal in flash on XS${why === undefined ? '' : ` (skipped: ${why})`}`,
  () => {
    let xs: Session;
    beforeAll(async () => {
      xs = await Session.open();
    });
    afterAll(() => xs?.close());

    const costOf = async (count: number, starts: number) =>
      (await xs.run('flashJournal', { size: 165, count, starts, rounds: starts > 0 ? 1 : 0 })).cost.compute;

    test('does what it does on Node', async () => {
      const work = { size: 165, count: 345, starts: 1, rounds: 1 };
      const { result } = await xs.run('flashJournal', work);
      expect(result).toEqual(asJson(workFlash(work)));
      expect(result).toMatchObject({ oldest: 341, next: 346, dropped: 0 });
    });

    test('appends, and starts on 640 kB, within what was measured and a tenth', async () => {
      await costOf(400, 1);
      const append = ((await costOf(800, 0)) - (await costOf(400, 0))) / 400;
      const start = (await costOf(10, 2)) - (await costOf(10, 1));
      console.log(
        `XS: ${Math.round(append)} byte codes for a record of 165 bytes in flash, ${start} for a start`,
      );
      expect(append).toBeLessThan(bounds.byteCodesPerAppend);
      expect(append).toBeGreaterThan(bounds.byteCodesPerAppend / 2);
      expect(start).toBeLessThan(bounds.byteCodesPerStart);
      expect(start).toBeGreaterThan(bounds.byteCodesPerStart / 2);
    });
  },
);
