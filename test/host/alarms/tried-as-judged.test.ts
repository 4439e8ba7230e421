import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { WindowRecord } from '#core/wire/records.ts';
import { dryRun } from '../../../host/alarms/dry-run.ts';
import { storedPlaces } from '../../../host/alarms/places.ts';
import type { RuleBody } from '../../../host/alarms/rule.ts';
import type { Schedule } from '../../../host/alarms/schedule.ts';
import { seed } from '../../seed.ts';
import { hostWithAlarms, over100, startMs } from './host-with-alarms.ts';

const windowMs = 60_000;
const minuteOf = (place: number) => startMs + place * windowMs;
const common = { quantity: 'powerW', operator: '>', limit: 100, hysteresis: 30, forS: 120 } as const;
const energy = { quantity: 'energyImportWh', forS: 0 } as const;
/** One of each kind that the stored past can tell. */
const conditions: readonly RuleBody['condition'][] = [
  { kind: 'threshold', of: 'mean', ...common },
  { kind: 'threshold', of: 'max', ...common, operator: '<=', limit: 60, forS: 0 },
  { kind: 'range', quantity: 'powerW', of: 'last', low: 60, high: 100, hysteresis: 5, forS: 0 },
  { kind: 'rate', overS: 180, ...common, limit: 20, forS: 0 },
  { kind: 'peak', withinS: 300, ...common, forS: 0 },
  { kind: 'energy', withinS: 600, budget: 40, ...energy },
  { kind: 'budget', period: 'day', budget: 300, ...energy },
  { kind: 'quality', withinS: 600, belowPercent: 60, forS: 0 },
  { kind: 'silence', forS: 240 },
  { kind: 'silence', forS: 30 },
];
const night: Schedule = { days: [1, 2], from: '23:30', to: '00:30' };
const tried: readonly (readonly [RuleBody['condition'], Schedule | null])[] = [
  ...conditions.map(condition => [condition, null] as const),
  ...conditions.flatMap(condition => (condition.forS > 0 ? [[condition, night] as const] : [])),
];

/** Two hours around midnight of Berlin, at 22:00 UTC; an order number says when each window comes. */
const arrivals = fc.array(
  fc.record({
    isThere: fc.constantFrom(true, true, true, false),
    powerW: fc.constantFrom(50, 65, 90, 110, 150),
    grewWh: fc.nat(10),
    order: fc.constantFrom(0, 0, 0, 0, 20, 60),
    next: fc.constantFrom(...Array(12).fill('go on'), 'restart', 'kill'),
  }),
  { minLength: 25, maxLength: 45 },
);

function recordOf(place: number, powerW: number, wh: number): WindowRecord {
  const gauge = {
    quantity: 'powerW',
    samples: 6,
    mean: powerW,
    min: powerW - 5,
    max: powerW + 5,
    last: powerW,
  } as const;
  const counter = { quantity: 'energyImportWh', samples: 6, last: wh } as const;
  const base = { meter: 'main', clock: 'synced', failures: [], windowS: windowMs / 1000 } as const;
  return { ...base, startMs: minuteOf(place), values: [gauge, counter] };
}

it('a rule that is tried on the past finds what live judging told of it, whatever is missing and whatever comes late', async () => {
  console.log(`tried as judged: seed ${seed}`);
  await fc.assert(
    fc.asyncProperty(arrivals, fc.nat(1380), async (rows, offset) => {
      const host = await hostWithAlarms();
      try {
        const first = offset;
        let wh = 1000;
        const windows = rows.map(({ powerW, grewWh }, index) => {
          wh += grewWh;
          return recordOf(first + index, powerW, wh);
        });
        host.clock.nowMs = minuteOf(first);
        // What was before the rules were made is looked back at.
        const before = [50, 50, 150, 50, 50].map((powerW, index) =>
          recordOf(first - 5 + index, powerW, 1000),
        );
        await host.putWindows(...before.map(record => ({ gateway: 'attic', record })));
        const rules = [];
        for (const [condition, schedule] of tried)
          rules.push(await host.alarms.set({ ...over100, condition, schedule }));
        const untilMs = minuteOf(first + rows.length);
        const coming = rows
          .map((row, index) => ({ ...row, index, at: index + row.order }))
          .filter(({ isThere }) => isThere)
          .sort((a, b) => a.at - b.at);
        for (const { index, at, next } of coming) {
          // When it comes the clock is at least where the window was sent.
          host.clock.nowMs = Math.max(host.clock.nowMs, Math.min(minuteOf(first + at + 1), untilMs));
          const record = windows[index] as WindowRecord;
          await host.putWindows({ gateway: 'attic', record });
          if (next !== 'kill') await host.alarms.settled();
          if (next !== 'go on') await host.restart({ isKilled: next === 'kill' });
        }
        const nowMs = Math.max(untilMs, host.clock.nowMs) + 10 * windowMs;
        for (let atMs = host.clock.nowMs; atMs <= nowMs; atMs += 30_000) await host.tick(atMs);
        const parts = { store: host.store, sites: { siteOf: () => 'home', state: () => undefined } };
        const events = await host.alarms.list(Number.MAX_SAFE_INTEGER, 500, () => true);
        for (const { id, condition, schedule, target } of rules) {
          const run = await dryRun(
            host.store,
            place => host.alarms.termsOf({ condition, schedule: schedule ?? null }, place),
            storedPlaces({ target, condition }, parts),
            { fromMs: minuteOf(first), toMs: nowMs },
            new AbortController().signal,
          );
          const plain = <E extends (typeof run)['events'][number]>({
            beganMs,
            firedMs,
            endedMs,
            value,
            worst,
            endValue,
          }: E) => ({
            ...{
              began: place(beganMs, first),
              fired: place(firedMs, first),
              ended: endedMs && place(endedMs, first),
              value,
            },
            ...(endedMs !== null && { worst, endValue }),
          });
          const told = events.filter(event => event.rule === id && event.withdrawnMs === null);
          expect(
            told.map(plain).sort((a, b) => a.began - b.began),
            `${condition.kind} ${schedule?.from ?? 'always'}`,
          ).toEqual(run.events.map(plain));
        }
        expect(host.faults).toEqual([]);
      } finally {
        await host.close();
      }
    }),
    { seed, numRuns: 1, endOnFailure: true },
  );
});

const place = (ms: number, first: number) => (ms - minuteOf(first)) / windowMs;
