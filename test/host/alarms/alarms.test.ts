import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { QuantityId } from '#core/quantities.ts';
import type { WindowRecord } from '#core/wire/records.ts';
import type { RuleBody } from '../../../host/alarms/rule.ts';
import { millionths, openEndS } from '../../../host/corrections/types.ts';
import { batchOf, gaugeWindow } from '../store/memory-store.ts';
import { hostWithAlarms, over100, startMs } from './host-with-alarms.ts';

let host: Awaited<ReturnType<typeof hostWithAlarms>>;
beforeEach(async () => {
  host = await hostWithAlarms();
});
afterEach(async () => {
  await host.close();
  expect(host.faults).toEqual([]);
});
type Threshold = Extract<RuleBody['condition'], { kind: 'threshold' }>;
const kinds = () => host.told.map(({ kind }) => kind);

it('an event is on disk and told as its windows are committed, with what fired it', async () => {
  await host.alarms.set(over100);
  await host.commit({ 0: 50, 1: 150, 2: 170, 3: 60 });
  expect(await host.events()).toEqual([[1, 3]]);
  expect(host.told).toMatchObject([
    {
      kind: 'began',
      atMs: startMs + 20_000,
      rule: 'too much',
      site: 'home',
      gateway: 'attic',
      meter: 'main',
    },
    { kind: 'ended', atMs: startMs + 30_000 },
  ]);
  expect(host.told[0]).toMatchObject({ subject: 'powerW', value: 150, unit: 'W', condition: '> 100 W' });
  expect(new Set(host.told.map(({ id }) => id)).size).toBe(2);
});

it('nobody is told a time that is still to come, where a value is there before its window is over', async () => {
  await host.alarms.set(over100);
  host.clock.nowMs = startMs + 5000;
  const windows = [{ gateway: 'attic', record: gaugeWindow(startMs, 150, 900) }];
  const watermarks = [{ gateway: 'attic', epoch: '00000000000000aa', sequence: 1 }];
  await host.store.commit(batchOf(host.store, { windows, watermarks }));
  await host.alarms.settled();
  expect(host.told).toMatchObject([{ kind: 'began', atMs: startMs + 5000 }]);
});

it('late windows move, divide and withdraw events, and nobody is told again', async () => {
  await host.alarms.set(over100);
  await host.commit({ 0: 50, 2: 150, 3: 150, 5: 150, 6: 50 });
  expect(await host.events()).toEqual([[2, 6]]);
  await host.commit({ 1: 150 });
  expect(await host.events()).toEqual([[1, 6]]);
  expect(kinds()).toEqual(['began', 'ended']);
  await host.commit({ 4: 50 });
  expect(await host.events()).toEqual([
    [1, 4],
    [5, 6],
  ]);
  // That there were two is new, and is told.
  expect(kinds()).toEqual(['began', 'ended', 'began', 'ended']);
});

it('silence that was none is withdrawn when the values come, and its end is told', async () => {
  await host.alarms.set({ ...over100, condition: { kind: 'silence', forS: 30 } });
  await host.commit({ 0: 1 });
  host.clock.nowMs = startMs + 45_000;
  host.alarms.tick();
  expect(await host.events()).toEqual([[4, null]]);
  await host.commit({ 1: 1, 2: 1, 3: 1 });
  expect(await host.events()).toEqual([[4, 4, 'withdrawn']]);
  expect(kinds()).toEqual(['began', 'ended']);
});

it('a restart goes on where it was: what came meanwhile is judged, what was told is not told again', async () => {
  await host.alarms.set(over100);
  await host.commit({ 0: 50, 1: 150 });
  await host.restart();
  await host.commit({ 2: 150 });
  expect(kinds()).toEqual(['began']);
  await host.restart({ meanwhile: () => host.commit({ 3: 50, 4: 150, 5: 50 }) });
  expect(await host.events()).toEqual([
    [1, 3],
    [4, 5],
  ]);
  expect(kinds()).toEqual(['began', 'ended', 'began', 'ended']);
});

it('what the channels could not take is told after a restart, the same notice', async () => {
  await host.alarms.set(over100);
  host.deafen(true);
  await host.commit({ 1: 150 });
  expect(host.faults.splice(0)[0]).toContain('the queue is full');
  host.faults.length = 0;
  host.deafen(false);
  await host.restart({ isKilled: true });
  host.faults.length = 0;
  await host.alarms.settled();
  expect(kinds()).toEqual(['began']);
});

it('while a rule is snoozed events are kept and nobody is told', async () => {
  const { id } = await host.alarms.set(over100);
  await host.alarms.snooze(id, startMs + 60_000);
  await host.commit({ 1: 150, 2: 50 });
  expect(await host.events()).toEqual([[1, 2]]);
  expect(host.told).toEqual([]);
  await host.commit({ 7: 150 });
  expect(kinds()).toEqual(['began']);
});

it('a snooze stays while the rule judges the same, and ends with another condition or target', async () => {
  const { id } = await host.alarms.set(over100);
  const untilMs = startMs + 60_000;
  const snoozedWith = async (body: typeof over100) => {
    await host.alarms.snooze(id, untilMs);
    return (await host.alarms.set(body, id)).snoozedUntilMs;
  };
  expect(await snoozedWith({ ...over100, name: 'other', severity: 'info', isOn: true })).toBe(untilMs);
  expect(await snoozedWith({ ...over100, condition: { ...over100.condition } })).toBe(untilMs);
  await host.commit({ 1: 150, 2: 50 });
  expect(host.told).toEqual([]);
  expect(await snoozedWith({ ...over100, condition: { kind: 'silence', forS: 900 } })).toBe(null);
  expect(await snoozedWith({ ...over100, target: { gateway: 'attic' } })).toBe(null);
});

it('a change of the rule ends what lasted by the old one; one that is off judges nothing', async () => {
  const { id } = await host.alarms.set(over100);
  await host.commit({ 1: 150 });
  await host.alarms.set({ ...over100, isOn: false }, id);
  await host.commit({ 2: 150 });
  expect(await host.events()).toEqual([[1, 2]]);
});

it('a meter that measures other quantities than before is not silent when its past is judged again', async () => {
  const of = (place: number, quantities: readonly QuantityId[]) => ({
    gateway: 'attic',
    record: {
      ...{ meter: 'main', clock: 'synced', failures: [], windowS: 10, startMs: startMs + place * 10_000 },
      values: quantities.map(quantity => ({ quantity, samples: 9, mean: 1, min: 1, max: 1, last: 1 })),
    } as WindowRecord,
  });
  for (const place of [-3, -2, -1])
    await host.commitWindows(of(place, ['voltageL1V', 'voltageL2V', 'voltageL3V']));
  await host.alarms.set({ ...over100, condition: { kind: 'silence', forS: 30 } });
  for (const place of [0, 1, 2, 4, 5, 6, 7, 8]) await host.commitWindows(of(place, ['powerW']));
  await host.commitWindows(of(3, ['powerW']));
  expect(await host.events()).toEqual([]);
});

it('a peak from just before its rule was made counts, as where the rule is tried', async () => {
  await host.commit({ [-3]: 150, [-2]: 50, [-1]: 50 });
  const { quantity, operator, limit, hysteresis, forS } = over100.condition as Threshold;
  const peak = { kind: 'peak', withinS: 60, quantity, operator, limit, hysteresis, forS } as const;
  await host.alarms.set({ ...over100, condition: peak });
  await host.commit({ 0: 50, 1: 50, 2: 50, 3: 50 });
  expect(await host.events()).toEqual([[0, 3]]);
});

it('what people corrected changes no event, also where late windows have its past judged again, and after a kill', async () => {
  await host.alarms.set(over100);
  await host.commit({ 0: 80, 1: 150, 2: 80, 3: 80, 5: 80 });
  const doubled = {
    kind: 'scale',
    factorMillionths: 2 * millionths,
    offset: 0,
    before: 0,
    after: 0,
  } as const;
  const range = { fromS: startMs / 1000, toS: openEndS };
  const signed = { who: 'ada', atMs: host.clock.nowMs, why: '200:5, set as 100:5' };
  await host.store.corrections.make({ meter: 'attic.main', series: null }, { ...doubled, ...range }, signed);
  await host.commit({ 4: 80, 6: 80 });
  await host.restart({ isKilled: true, meanwhile: () => host.put({ 7: 80, 8: 80 }) });
  expect(await host.events()).toEqual([[1, 2]]);
  expect(kinds()).toEqual(['began', 'ended']);
});

it('what is read but each minute is judged as it comes, and the past again by one look where it comes late', async () => {
  const gauge = (quantity: QuantityId, of: number) =>
    ({ quantity, samples: 1, mean: of, min: of, max: of, last: of }) as const;
  const windowAt = (place: number, celsius?: number) => {
    const values = [gauge('powerW', 50), ...(celsius === undefined ? [] : [gauge('temperatureC', celsius)])];
    const record: WindowRecord = {
      meter: 'main',
      startMs: startMs + place * 10_000,
      windowS: 10,
      clock: 'synced',
      failures: [],
      values,
    };
    return { gateway: 'attic', record };
  };
  const hot = { ...over100.condition, quantity: 'temperatureC', limit: 60, forS: 60 } as Threshold;
  await host.alarms.set({ ...over100, condition: hot });
  const celsiusAt = (place: number) => (place % 6 === 0 ? (place < 12 ? 50 : 70) : undefined);
  for (let place = 0; place < 24; place++)
    if (place !== 18) await host.commitWindows(windowAt(place, celsiusAt(place)));
  await host.commitWindows(...[24, 25, 26, 27].map(place => windowAt(place, celsiusAt(place))));
  expect(await host.events()).toEqual([]);
  const looks = vi.spyOn(host.store, 'readingsOfAll');
  await host.commitWindows(windowAt(18, 70));
  expect(looks).toHaveBeenCalledTimes(1);
  expect(await host.events()).toEqual([[12, null]]);
  for (let place = 28; place < 31; place++)
    await host.commitWindows(windowAt(place, place === 30 ? 50 : undefined));
  expect(await host.events()).toEqual([[12, 30]]);
  expect(kinds()).toEqual(['began', 'ended']);
});

it('a short spike among windows of a second stands when days around it are judged again', async () => {
  const [day, spike] = [86_400, 2 * 86_400 + 5];
  const second = (at: number, powerW: number) => ({
    gateway: 'attic',
    record: gaugeWindow(startMs + at * 1000, powerW, 1),
  });
  await host.alarms.set(over100);
  const calm = [...Array(20).keys()].map(at => second(2 * day + at, 2 * day + at === spike ? 150 : 50));
  await host.commitWindows(second(0, 50), ...calm);
  const told = [[spike / 10, (spike + 1) / 10]];
  expect(await host.events()).toEqual(told);
  await host.commitWindows(second(10, 50));
  expect(await host.events()).toEqual(told);
});

it('an event over the seam of pieces that are judged again is one', async () => {
  const at = (hour: number) => hour * 360;
  await host.alarms.set(over100);
  await host.commit({ 0: 50, [at(27) - 1]: 150, [at(27)]: 170, [at(60)]: 50 });
  const told = [[at(27) - 1, at(60)]];
  expect(await host.events()).toEqual(told);
  await host.commit({ 2: 50 });
  expect(await host.events()).toEqual(told);
});

it('what comes each time that all of the past is read is judged with it, and no event of it is withdrawn', async () => {
  await host.alarms.set(over100);
  await host.commit({ 0: 50, 2: 50, 3: 50 });
  const read = host.store.readingsOfAll.bind(host.store);
  let place = 4;
  vi.spyOn(host.store, 'readingsOfAll').mockImplementation(async (keys, range) => {
    const found = await read(keys, range);
    if (range.fromMs === startMs && place < 12) await host.put({ [place]: place++ < 8 ? 50 : 150 });
    return found;
  });
  await host.commit({ 1: 50 });
  while (place < 12) await host.commit({ [place]: place++ < 8 ? 50 : 150 });
  expect(await host.events()).toEqual([[8, null]]);
  expect(kinds()).toEqual(['began']);
});
