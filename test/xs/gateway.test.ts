import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoEngine } from './engine-build.ts';
import type { JobResult } from './jobs.ts';
import { asJson, Session } from './session.ts';
import { runGateway } from './whole-gateway.ts';

const why = whyNoEngine();
const run = { seconds: 600, outageS: 300 };

describe.skipIf(why !== undefined)(
  `a whole gateway on XS${why === undefined ? '' : ` (skipped: ${why})`}`,
  () => {
    let xs: Session;
    let onXs: JobResult<'gateway'>;
    beforeAll(async () => {
      xs = await Session.open();
      const { result, cost } = await xs.run('gateway', run);
      onXs = result;
      const simulatedS = run.seconds + run.outageS + 140;
      console.log(`XS: ${Math.round(cost.compute / simulatedS)} byte codes a second, simulator included`);
    });
    afterAll(() => xs?.close());

    test('brings every window of every meter to the host, once, through an outage', () => {
      expect(onXs.lost).toEqual([]);
      for (const meter of ['kitchen', 'pump', 'utility', 'battery']) {
        const starts = onXs.records.filter(record => record.meter === meter).map(({ startMs }) => startMs);
        expect(starts.length).toBeGreaterThanOrEqual((run.seconds + run.outageS) / 10);
        expect(starts).toEqual(starts.map((_start, index) => (starts[0] ?? 0) + index * 10_000));
        expect(onXs.records.filter(record => record.meter === meter && record.failures.length > 0)).toEqual(
          [],
        );
      }
    });

    test('says what it is, runs new settings, sends live values', () => {
      expect(onXs.about[0]?.meters.map(({ id }) => id)).toEqual(['kitchen', 'pump', 'utility', 'battery']);
      expect(onXs.about.at(-1)?.meters).toEqual([]);
      expect(onXs.reported.at(-1)?.running.version).toBe(2);
      expect(onXs.live).toBeGreaterThanOrEqual(4);
    });

    test('does to the last digit what it does on Node', () => {
      expect(onXs).toEqual(asJson(runGateway(run)));
    });
  },
);
