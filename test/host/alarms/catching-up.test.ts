import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { RuleBody } from '../../../host/alarms/rule.ts';
import { Store } from '../../../host/store/store.ts';
import { counterWindow, gaugeWindow } from '../store/memory-store.ts';
import { hostWithAlarms, over100, startMs } from './host-with-alarms.ts';

let host: Awaited<ReturnType<typeof hostWithAlarms>>;
beforeEach(async () => {
  host = await hostWithAlarms();
});
afterEach(async () => {
  await host.close();
  expect(host.faults).toEqual([]);
});

const minuteMs = 60_000;
const kinds = () => host.told.map(({ kind }) => kind);
const silence: RuleBody = { ...over100, condition: { kind: 'silence', forS: 30 } };
/** Windows of 50 W from one place to before another. */
const steady = (from: number, to: number) =>
  Object.fromEntries(Array.from({ length: to - from }, (_, index) => [from + index, 50]));
const counted = (place: number, wh: number) => ({
  gateway: 'attic',
  record: counterWindow(startMs + place * 10_000, wh),
});

it('after a kill a window that comes at once waits for those that were committed and not judged: no silence is told', async () => {
  await host.alarms.set(silence);
  await host.alarms.set({
    ...over100,
    condition: { ...over100.condition, forS: 30 } as RuleBody['condition'],
  });
  await host.commit(steady(0, 6));
  await host.tick(startMs + minuteMs);
  await host.restart({
    isKilled: true,
    meanwhile: () => host.commit({ ...steady(6, 20), 20: 150, 21: 150 }),
    // Not even a look at the clock tells what is not judged yet.
    live: async () => {
      await host.put({ 22: 150 });
      host.alarms.tick();
    },
  });
  expect(await host.events()).toEqual([[20, null]]);
  expect(kinds()).toEqual(['began']);
});

it('a host that ends soon after it was killed does not wait for what it judges again: the next start does that', async () => {
  const rules = 5;
  for (let rule = 0; rule < rules; rule++) await host.alarms.set(over100);
  await host.commit({ ...steady(0, 3), ...steady(4, 6) });
  await host.tick(startMs + minuteMs);
  let closed = Promise.resolve();
  await host.restart({
    isKilled: true,
    meanwhile: () => host.commit({ 3: 150 }),
    live: async () => {
      closed = host.alarms.close();
    },
  });
  await closed;
  expect(host.alarms.counters()['alarms.corrected']).toBeLessThan(rules);
  await host.restart();
  await host.alarms.settled();
  expect(await host.events()).toEqual(Array(rules).fill([3, 4]));
  expect(kinds().toSorted()).toEqual([...Array(rules).fill('began'), ...Array(rules).fill('ended')]);
});

it('what a counter grew while nobody judged is of the windows it grew in', async () => {
  const energy = { kind: 'energy', quantity: 'energyImportWh', withinS: 60, budget: 65, forS: 0 } as const;
  await host.alarms.set({ ...over100, condition: energy });
  const readings = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => counted(from + index, 1000 + (from + index) * 10));
  await host.commitWindows(...readings(0, 10));
  await host.tick(startMs + 2 * minuteMs);
  await host.restart({
    isKilled: true,
    meanwhile: () => host.commitWindows(...readings(10, 30)),
    live: () => host.putWindows(...readings(30, 31)),
  });
  expect(await host.events()).toEqual([]);
});

it('after a kill and a while without a host nobody is called silent who may just be coming back', async () => {
  await host.alarms.set(silence);
  await host.commit(steady(0, 6));
  await host.tick(startMs + minuteMs);
  await host.restart({
    isKilled: true,
    meanwhile: () => host.commit(steady(6, 10)),
    untilMs: startMs + 10 * minuteMs,
  });
  for (let s = 601; s < 720; s += 20) await host.tick(startMs + s * 1000);
  expect(await host.events()).toEqual([]);
  await host.tick(startMs + 720_000);
  expect(await host.events()).toEqual([[13, null]]);
});

it('a meter that came after its rule was not silent before, also where its past is judged again', async () => {
  await host.alarms.set({ ...silence, target: { gateway: 'attic' } });
  await host.commit(steady(60, 63));
  await host.restart({ isKilled: true });
  await host.commit(steady(63, 65));
  expect(await host.events()).toEqual([]);
});

it('whoever sends windows of a minute is not called silent for half a minute before one is over, nor as the rule is made', async () => {
  const lookUntil = async (s: number) => {
    for (let at = host.clock.nowMs + 10_000; at <= startMs + s * 1000; at += 10_000) await host.tick(at);
  };
  const minute = async (nth: number) => {
    await lookUntil((nth + 1) * 60);
    await host.putWindows({ gateway: 'attic', record: gaugeWindow(startMs + nth * minuteMs, 50, 60) });
  };
  for (const nth of [0, 1, 2]) await minute(nth);
  await lookUntil(200);
  await host.alarms.set(silence);
  for (const nth of [3, 4, 5]) await minute(nth);
  await lookUntil(420);
  expect(kinds()).toEqual([]);
  // The next was over at 420 s.
  await lookUntil(430);
  expect(await host.events()).toEqual([[39, null]]);
});

it('whoever sends what was measured meanwhile is not called silent before that is here', async () => {
  await host.alarms.set(silence);
  await host.commit({ 0: 50 });
  await host.restart({ untilMs: startMs + 10 * minuteMs });
  // Fifty seconds of them come each fifteen, for longer than anybody is waited for after a start.
  for (let at = 0; at < 12; at++) {
    await host.commit(steady(1 + at * 5, 6 + at * 5));
    await host.tick(startMs + 10 * minuteMs + (at + 1) * 15_000);
  }
  const lastMs = startMs + 10 * minuteMs + 11 * 15_000;
  await host.tick(lastMs + 29_000);
  expect(kinds()).toEqual([]);
  await host.tick(lastMs + 30_000);
  expect(await host.events()).toEqual([[64, null]]);
});

it('rules that judge the same of a meter catch up by one look at what is stored, each from where it was', async () => {
  const limits = [40, 60, 100, 120];
  for (const limit of limits)
    await host.alarms.set({
      ...over100,
      condition: { ...over100.condition, limit } as RuleBody['condition'],
    });
  await host.commit(steady(0, 6));
  await host.tick(startMs + minuteMs);
  // One of them was written later than the others.
  await host.commit({ 6: 70 });
  let looks = 0;
  const readings = vi.spyOn(host.store, 'readingsOfAll').mockImplementation((...args) => {
    looks++;
    return Store.prototype.readingsOfAll.apply(host.store, args);
  });
  await host.restart({ isKilled: true, meanwhile: () => host.commit({ 7: 110, 8: 50 }) });
  readings.mockRestore();
  expect(looks).toBeLessThan(limits.length);
  expect((await host.events()).toSorted()).toEqual([
    [0, null],
    [6, 8],
    [7, 8],
  ]);
  expect(kinds().toSorted()).toEqual(['began', 'began', 'began', 'ended', 'ended']);
});

it('many windows are judged so few at a time that whatever else is due comes in between', async () => {
  await host.alarms.set(over100);
  const second = (at: number, powerW: number) => ({
    gateway: 'attic',
    record: gaugeWindow(startMs + at * 1000, powerW, 1),
  });
  await host.commitWindows(second(0, 50));
  const stored = Array.from({ length: 5000 }, (_, at) => second(at + 1, at < 4000 ? 150 : 50));
  let [lasting, isOver] = [0, false];
  const look = () => {
    lasting = Math.max(lasting, host.alarms.counters()['alarms.lasting'] ?? 0);
    if (lasting === 0 && !isOver) setImmediate(look);
  };
  await host.restart({ meanwhile: () => host.putWindows(...stored), live: async () => look() });
  isOver = true;
  expect(lasting).toBe(1);
  expect(await host.events()).toEqual([[0.1, 400.1]]);
});
