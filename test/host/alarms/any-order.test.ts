import fc from 'fast-check';
import { expect, it } from 'vitest';
import { civilClock } from '../../../host/alarms/civil-clock.ts';
import type { Point } from '../../../host/alarms/conditions.ts';
import { judgeAll } from '../../../host/alarms/episodes.ts';
import { quiet } from '../../../host/alarms/judge.ts';
import type { RuleBody } from '../../../host/alarms/rule.ts';
import { sumOf } from '../../../host/alarms/sum-windows.ts';
import { seed } from '../../seed.ts';
import { batchOf, gaugeWindow } from '../store/memory-store.ts';
import { hostWithAlarms, over100, startMs } from './host-with-alarms.ts';

const windowMs = 10_000;
const clock = civilClock('Europe/Berlin');
const gateways = ['attic', 'cellar'] as const;
const threshold = { ...over100.condition, forS: 20, hysteresis: 30 } as RuleBody['condition'];
const silence: RuleBody['condition'] = { kind: 'silence', forS: 40 };
const sum = { ...over100.condition, limit: 200 } as RuleBody['condition'];

const pointOf = (place: number, powerW: number): Point => {
  const value = { mean: powerW, min: powerW - 1, max: powerW + 1, last: powerW };
  return {
    startMs: startMs + place * windowMs,
    endMs: startMs + (place + 1) * windowMs,
    values: { powerW: value },
  };
};
const judged = (condition: RuleBody['condition'], points: readonly Point[], nowMs: number) =>
  judgeAll({ condition, clock }, quiet, undefined, points, nowMs).episodes.map(
    ({ beganMs, endedMs, value, worst, endValue }) => ({
      beganMs,
      endedMs,
      value,
      ...(endedMs && { worst, endValue }),
    }),
  );

interface Step {
  readonly gateway: 0 | 1;
  readonly place: number;
  readonly powerW: number;
  readonly next: 'go on' | 'restart' | 'kill';
}
const steps: fc.Arbitrary<Step[]> = fc.uniqueArray(
  fc.record({
    gateway: fc.constantFrom(0 as const, 1 as const),
    place: fc.nat(24),
    powerW: fc.constantFrom(50, 90, 110, 150),
    next: fc.constantFrom('go on', 'go on', 'go on', 'go on', 'restart', 'kill'),
  }),
  { selector: ({ gateway, place }) => `${gateway} ${place}`, minLength: 6, maxLength: 16 },
);

it('whatever comes when, over restarts and kills, in the end events are those of all windows in order, told once', async () => {
  const runs = 4;
  console.log(`alarms in any order: seed ${seed}, ${runs} runs`);
  await fc.assert(
    fc.asyncProperty(steps, async arrivals => {
      const host = await hostWithAlarms();
      try {
        // Each is there before its rules are made, so that all begins with the same window.
        const before = gateways.map(gateway => ({ gateway, record: gaugeWindow(startMs - windowMs, 0) }));
        await host.commitWindows(...before);
        const ids = {
          threshold: (await host.alarms.set({ ...over100, condition: threshold })).id,
          silence: (await host.alarms.set({ ...over100, condition: silence })).id,
          sum: (
            await host.alarms.set({
              ...over100,
              condition: sum,
              target: { sum: gateways.map(each => `${each}.main`) },
            })
          ).id,
        };
        // All of it is the past by then, so that nothing is ahead.
        host.clock.nowMs = startMs + 25 * windowMs;
        let sequence = 0;
        for (const { gateway, place, powerW, next } of arrivals) {
          sequence++;
          const id = gateways[gateway];
          const windows = [{ gateway: id, record: gaugeWindow(startMs + place * windowMs, powerW) }];
          const watermarks = [{ gateway: id, epoch: '00000000000000ad', sequence }];
          await host.store.commit(batchOf(host.store, { windows, watermarks }));
          if (next !== 'kill') await host.alarms.settled();
          if (next !== 'go on') await host.restart({ isKilled: next === 'kill' });
        }
        const nowMs = startMs + 40 * windowMs;
        // By then nobody is just coming back.
        for (let atMs = host.clock.nowMs; atMs <= nowMs; atMs += 3 * windowMs) await host.tick(atMs);
        await host.tick(nowMs);
        const rows = (gateway: 0 | 1) =>
          arrivals
            .filter(step => step.gateway === gateway)
            .sort((a, b) => a.place - b.place)
            .map(({ place, powerW }) => pointOf(place, powerW));
        const events = await host.alarms.list(Number.MAX_SAFE_INTEGER, 500, () => true);
        const found = (rule: string) =>
          events
            .filter(event => event.rule === rule && event.withdrawnMs === null)
            .sort((a, b) => a.beganMs - b.beganMs)
            .map(({ beganMs, endedMs, value, worst, endValue }) => ({
              beganMs,
              endedMs,
              value,
              ...(endedMs && { worst, endValue }),
            }));
        expect(found(ids.threshold)).toEqual(judged(threshold, rows(0), nowMs));
        const heard = [{ ...pointOf(-1, 0) }, ...rows(0)];
        expect(found(ids.silence)).toEqual(judged(silence, heard, nowMs));
        const both = new Map(gateways.map((id, index) => [id as string, rows(index as 0 | 1)]));
        const whole = both.size === 2 && [...both.values()].every(points => points.length > 0);
        expect(found(ids.sum)).toEqual(whole ? judged(sum, sumOf('powerW', both), nowMs) : []);
        const told = host.told.map(({ id }) => id);
        for (const kind of ['began', 'ended'])
          expect(told.filter(id => id.endsWith(`.${kind}`)).length).toBeLessThanOrEqual(
            events.length + sequence,
          );
        host.faults.length = 0;
      } finally {
        await host.close();
      }
    }),
    { seed, numRuns: runs, endOnFailure: true },
  );
});
