import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Costs, costsOf } from './costs.ts';
import { whyNoEngine } from './engine-build.ts';
import { Session } from './session.ts';

const why = whyNoEngine();

/**
 * Measured costs and a tenth on top. They are the same on every machine and in every run, so what goes past one is
 * a change of the code: make it cheaper, or raise the bound and say in the commit what the firmware got for it.
 * `slots` are of all modules, most of them the tables of profiles and quantities: a device keeps those in flash.
 */
const bounds: Costs = { slots: 32_500, byteCodesPerPoll: 56_600, byteCodesPerTelegramByte: 80 };

describe.skipIf(why !== undefined)(
  `costs on the XS engine${why === undefined ? '' : ` (skipped: ${why})`}`,
  () => {
    let xs: Session;
    let costs: Costs;
    beforeAll(async () => {
      xs = await Session.open();
      costs = await costsOf(xs);
      console.log(`XS: ${JSON.stringify(costs)}`);
    });
    afterAll(() => xs?.close());

    test.each(Object.keys(bounds) as (keyof Costs)[])(
      '%s stays within what was measured and a tenth',
      name => {
        expect(costs[name]).toBeGreaterThan(bounds[name] / 2);
        expect(costs[name]).toBeLessThanOrEqual(bounds[name]);
      },
    );

    test('the work that is measured is done: every poll gives its values, every telegram is good', async () => {
      const { result } = await xs.run('polls', { count: 100 });
      expect(result.samples).toBe(100);
      expect(result.values).toBeGreaterThan(2500);
      expect(result.record.length).toBeGreaterThan(100);
    });

    test('costs are the same when measured again', async () => {
      expect(await costsOf(xs)).toEqual(costs);
    });
  },
);
