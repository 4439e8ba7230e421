import { afterAll, beforeAll, expect, it } from 'vitest';
import { civilClock } from '../../../host/alarms/civil-clock.ts';
import { dryRun } from '../../../host/alarms/dry-run.ts';
import { pastInPieces } from '../../../host/alarms/past.ts';
import { meterPlace, sumPlace } from '../../../host/alarms/places.ts';
import type { RuleBody } from '../../../host/alarms/rule.ts';
import { batchOf, counterWindow, gaugeWindow, memoryStore } from '../store/memory-store.ts';
import { over100 } from './host-with-alarms.ts';

const dayMs = 86_400_000;
const toMs = Date.UTC(2026, 5, 8);
const fromMs = toMs - 7 * dayMs;
const minuteMs = 60_000;
let store: Awaited<ReturnType<typeof memoryStore>>['store'];

beforeAll(async () => {
  const memory = await memoryStore();
  ({ store } = memory);
  // A week of windows of a minute: an hour too much each evening, over midnight of UTC.
  const records = Array.from({ length: 7 * 1440 }, (_, minute) => {
    const startMs = fromMs + minute * minuteMs;
    const isEvening = (minute + 30) % 1440 < 60;
    return gaugeWindow(startMs, isEvening ? 150 : 50, 60);
  });
  await memory.write(records);
  await memory.write(
    Array.from({ length: 7 * 24 }, (_, hour) =>
      counterWindow(fromMs + hour * 3_600_000, 1000 + hour * 100, 60),
    ),
  );
  const other = records.map(record => ({ gateway: 'cellar', record }));
  const watermarks = [{ gateway: 'cellar', epoch: '00000000000000aa', sequence: 1 }];
  await store.commit(batchOf(store, { windows: other, watermarks }));
});
afterAll(() => store.close());

const clock = civilClock('Europe/Berlin');
const tried = (condition: RuleBody['condition'], schedule: RuleBody['schedule'] = null) =>
  dryRun(
    store,
    () => ({ condition, schedule, clock }),
    [meterPlace('attic.main')],
    { fromMs, toMs },
    new AbortController().signal,
  );

it('a rule is tried on a whole week, and an event over the seam of two days is one', async () => {
  const run = await tried(over100.condition);
  expect(run).toMatchObject({ fired: 8, metersTried: 1, isWhole: true });
  const minutes = run.events.map(({ beganMs, endedMs }) => ((endedMs ?? toMs) - beganMs) / minuteMs);
  expect(minutes).toEqual([30, 60, 60, 60, 60, 60, 60, 30]);
});

it('schedules, budgets of civil days and sums are tried as they would be judged', async () => {
  const weekend = { days: [6, 7], from: '00:00', to: '00:00' };
  expect((await tried(over100.condition, weekend)).fired).toBe(2);
  // 100 Wh an hour are 2400 a day; what was used before the range is not there.
  const budget = {
    kind: 'budget',
    quantity: 'energyImportWh',
    period: 'day',
    budget: 2000,
    forS: 0,
  } as const;
  expect((await tried(budget)).fired).toBe(7);
  const sum = { ...over100.condition, limit: 250 } as RuleBody['condition'];
  const place = sumPlace(['attic.main', 'cellar.main']);
  const signal = new AbortController().signal;
  const run = await dryRun(store, () => ({ condition: sum, clock }), [place], { fromMs, toMs }, signal);
  expect(run).toMatchObject({ fired: 8, metersTried: 1 });
  expect(run.events[0]).toMatchObject({ value: 300 });
});

it('silence that began before the range fires when the range begins, and one of a meter that was never heard before does not', async () => {
  const silence: RuleBody['condition'] = { kind: 'silence', forS: 600 };
  const ranges = [
    { fromMs: toMs + dayMs, toMs: toMs + 3 * dayMs },
    { fromMs: fromMs - 2 * dayMs, toMs: fromMs + dayMs },
  ];
  const runs = ranges.map(range =>
    dryRun(
      store,
      () => ({ condition: silence, clock }),
      [meterPlace('attic.main')],
      range,
      new AbortController().signal,
    ),
  );
  const beganMs = toMs + dayMs + 600_000;
  expect(await Promise.all(runs)).toMatchObject([
    { fired: 1, events: [{ beganMs, endedMs: null }] },
    { fired: 0 },
  ]);
});

it('it ends where nobody waits for it', async () => {
  const gone = new AbortController();
  const run = dryRun(
    store,
    () => ({ condition: over100.condition, clock }),
    [meterPlace('attic.main')],
    { fromMs, toMs },
    gone.signal,
  );
  gone.abort(new Error('gone'));
  await expect(run).rejects.toThrow('gone');
});

it('windows of a second are given so few at a time that whatever else is due comes in between, each once', async () => {
  const memory = await memoryStore();
  const seconds = Array.from({ length: 5000 }, (_, second) => gaugeWindow(toMs + second * 1000, second, 1));
  await memory.write(seconds);
  const ask = { condition: over100.condition, place: meterPlace('attic.main') };
  const given: number[][] = [];
  let turns = 0;
  for await (const points of pastInPieces(memory.store, { ...ask, fromMs: toMs, toMs: toMs + 5_000_000 })) {
    given.push(points.map(({ startMs }) => startMs));
    setImmediate(() => turns++);
  }
  expect(given.flat()).toEqual(seconds.map(({ startMs }) => startMs));
  expect(Math.max(...given.map(({ length }) => length))).toBeLessThanOrEqual(2000);
  expect(turns).toBe(given.length);
  await memory.store.close();
});

it('a rule that cannot fire on what is read so seldom is told, whatever the past was', async () => {
  const never = async (condition: RuleBody['condition']) => (await tried(condition)).neverFires;
  const energy = { kind: 'energy', quantity: 'energyImportWh', withinS: 7200, budget: 50 } as const;
  const rate = {
    quantity: 'powerW',
    operator: '>',
    limit: 20,
    hysteresis: 0,
    forS: 0,
    kind: 'rate',
  } as const;
  expect(await never(over100.condition)).toBe(false);
  // Windows of a minute one after the other tell what changed from each to the next.
  expect(await never({ ...rate, overS: 10 })).toBe(false);
  // A counter that is read each hour holds for it.
  expect(await never({ ...energy, forS: 3600 })).toBe(false);
  const memory = await memoryStore();
  const places = [meterPlace('attic.main')];
  const neverOf = async (condition: RuleBody['condition'], lengthMs: number) => {
    const range = { fromMs, toMs: fromMs + lengthMs };
    const signal = new AbortController().signal;
    return (await dryRun(memory.store, () => ({ condition, clock }), places, range, signal)).neverFires;
  };
  // Windows of 10 s, read each minute for an hour and then each three hours.
  const atMinutes = [...Array(60).keys(), ...Array.from({ length: 8 }, (_, nth) => 60 + 180 * (nth + 1))];
  await memory.write(atMinutes.map(minute => gaugeWindow(fromMs + minute * minuteMs, 50)));
  expect(await neverOf({ ...rate, overS: 30 }, 3_600_000)).toBe(true);
  expect(await neverOf({ ...rate, overS: 31 }, 3_600_000)).toBe(false);
  expect(await neverOf({ ...over100.condition, forS: 60 } as RuleBody['condition'], 3_600_000)).toBe(false);
  const later = { fromMs: fromMs + 3_600_000, toMs: fromMs + dayMs };
  const signal = new AbortController().signal;
  const delayed = { ...over100.condition, forS: 60 } as RuleBody['condition'];
  const run = await dryRun(memory.store, () => ({ condition: delayed, clock }), places, later, signal);
  expect(run).toMatchObject({ fired: 0, neverFires: true });
  await memory.store.close();
});
