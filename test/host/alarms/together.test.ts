import { afterEach, beforeEach, expect, it } from 'vitest';
import { AlarmTable } from '../../../host/alarms/alarm-table.ts';
import type { RuleBody } from '../../../host/alarms/rule.ts';
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

/** A window of a gateway's meter `main`, by its place. */
const window = (gateway: string, place: number, powerW: number, windowS = 10) => ({
  gateway,
  record: gaugeWindow(startMs + place * 10_000, powerW, windowS),
});
const kinds = () => host.told.map(({ kind }) => kind);
const sumRule: RuleBody = { ...over100, target: { sum: ['attic.main', 'cellar.main'] } };

it('what meters come to together is judged when the last of them is there, and named by all', async () => {
  await host.commitWindows(window('attic', -2, 10), window('cellar', -2, 10));
  await host.alarms.set(sumRule);
  await host.commitWindows(window('attic', 0, 60), window('cellar', 0, 30));
  await host.commitWindows(window('attic', 1, 60));
  expect(await host.events()).toEqual([]);
  await host.commitWindows(window('cellar', 1, 70));
  await host.commitWindows(window('cellar', 2, 20), window('attic', 2, 20));
  expect(await host.events()).toEqual([[1, 2]]);
  const [event] = await host.alarms.list(Number.MAX_SAFE_INTEGER, 1, () => true);
  expect(event).toMatchObject({ value: 130, meter: 'attic.main', meters: ['attic.main', 'cellar.main'] });
});

it('a sum that lacks a meter is unknown, never too low; what comes late is judged then', async () => {
  await host.commitWindows(window('attic', -2, 10), window('cellar', -2, 10));
  await host.alarms.set({ ...sumRule, condition: { ...over100.condition, operator: '<' } as never });
  // All together they are above the limit all the time, and the cellar is away for a while.
  for (const place of [0, 1, 2])
    await host.commitWindows(window('attic', place, 60), window('cellar', place, 60));
  for (const place of [3, 4, 5]) await host.commitWindows(window('attic', place, 60));
  await host.commitWindows(window('attic', 6, 60), window('cellar', 6, 60));
  expect(await host.events()).toEqual([]);
  await host.commitWindows(window('cellar', 4, 10));
  expect(await host.events()).toEqual([[4, 6]]);
});

it('windows of different lengths are weighed by their time, over a restart, too', async () => {
  await host.commitWindows(window('attic', -3, 10), window('cellar', -3, 10, 30));
  await host.alarms.set(sumRule);
  await host.commitWindows(window('attic', 0, 0), window('attic', 1, 90));
  await host.commitWindows(window('cellar', 0, 60, 30), window('attic', 2, 60));
  // 60 W and (0 + 90 + 60) / 3 W.
  expect((await host.alarms.list(Number.MAX_SAFE_INTEGER, 1, () => true))[0]?.value).toBe(110);
  await host.commitWindows(window('attic', 3, 90));
  await host.restart({ isKilled: true });
  await host.commitWindows(window('attic', 4, 90), window('attic', 5, 90), window('cellar', 3, 60, 30));
  await host.commitWindows(
    window('attic', 6, 1),
    window('attic', 7, 1),
    window('attic', 8, 1),
    window('cellar', 6, 1, 30),
  );
  await host.tick(startMs + 200_000);
  expect(await host.events()).toEqual([[0, 6]]);
  expect(kinds()).toEqual(['began', 'ended']);
});

it('a sum that was never judged before a kill is judged of what came before and after it', async () => {
  await host.commitWindows(window('attic', -1, 0), window('cellar', -1, 0));
  await host.alarms.set(sumRule);
  await host.commitWindows(window('attic', 3, 90));
  await host.restart({ isKilled: true });
  await host.commitWindows(window('cellar', 3, 150), window('cellar', 4, 150));
  for (let s = 60; s <= 240; s += 30) await host.tick(startMs + s * 1000);
  expect(await host.events()).toEqual([[3, null]]);
});

it('a sum is judged of all windows of a meter that was away for hours, also over a start of the host', async () => {
  const many = (gateway: string, from: number, to: number, powerW: (place: number) => number) =>
    Array.from({ length: to - from }, (_, index) => window(gateway, from + index, powerW(from + index)));
  await host.commitWindows(window('attic', -1, 0), window('cellar', -1, 0));
  await host.alarms.set(sumRule);
  await host.commitWindows(window('attic', 0, 60), window('cellar', 0, 20));
  await host.commitWindows(...many('attic', 1, 1000, () => 60));
  // It sends all of it when it is back; the sum is above the limit for a while at the begin.
  await host.commitWindows(...many('cellar', 1, 1000, place => (place >= 5 && place < 9 ? 70 : 20)));
  expect(await host.events()).toEqual([[5, 9]]);
  await host.commitWindows(...many('attic', 1000, 1010, () => 60));
  await host.restart();
  for (let s = 10_110; s <= 10_260; s += 30) await host.tick(startMs + s * 1000);
  await host.commitWindows(...many('cellar', 1000, 1010, place => (place === 1004 ? 70 : 20)));
  expect(await host.events()).toEqual([
    [5, 9],
    [1004, 1005],
  ]);
});

it('a rule of a site leaves a gateway that goes to another: what lasted ends, and silence is not told there', async () => {
  await host.alarms.set({ ...over100, target: { site: 'home' } });
  await host.alarms.set({ ...over100, target: { site: 'home' }, condition: { kind: 'silence', forS: 60 } });
  await host.commitWindows(window('attic', 0, 150));
  expect(await host.events()).toEqual([[0, null]]);
  host.siteOf.set('attic', 'office');
  await host.commitWindows(window('attic', 1, 150));
  await host.tick(startMs + 61_000);
  await host.tick(startMs + 110_000);
  await host.tick(startMs + 600_000);
  expect(await host.events()).toEqual([[0, 6.1]]);
});

it('a figure of health is judged each ten seconds, with delay and hysteresis; what grows by what it grew', async () => {
  await host.alarms.set({
    ...over100,
    target: { host: true },
    condition: {
      kind: 'health',
      figure: 'host.diskUsedPercent',
      operator: '>',
      limit: 90,
      hysteresis: 5,
      forS: 20,
    },
  });
  await host.alarms.set({
    ...over100,
    target: { gateway: 'attic' },
    condition: {
      kind: 'health',
      figure: 'gateway.recordsDropped',
      operator: '>',
      limit: 5,
      hysteresis: 0,
      forS: 0,
    },
  });
  const journal = { records: 0, bytes: 0, capacityBytes: 1, dropped: 1000 };
  const look = async (place: number, usedPercent: number, dropped: number) => {
    host.health.counters = { 'disk.sizeBytes': 100, 'disk.freeBytes': 100 - usedPercent };
    const health = { journal: { ...journal, dropped } } as never;
    host.health.gateways = [{ id: 'attic', online: true, health }];
    await host.tick(startMs + place * 10_000);
  };
  const looks = [80, 95, 95, 95, 88, 84, 80];
  for (const [index, used] of looks.entries()) await look(index + 1, used, index < 4 ? 1000 : 1010);
  const events = await host.alarms.list(Number.MAX_SAFE_INTEGER, 9, () => true);
  expect(
    events.map(({ meter, subject, unit, value, endedMs }) => [meter, subject, unit, value, endedMs]),
  ).toEqual(
    expect.arrayContaining([
      ['', 'host.diskUsedPercent', '%', 95, startMs + 50_000],
      ['attic', 'gateway.recordsDropped', '', 10, null],
    ]),
  );
  expect(host.told.map(({ gateway, meter, site }) => [gateway, meter, site])).toContainEqual([
    null,
    null,
    null,
  ]);
  expect(host.told.map(({ gateway, meter, site }) => [gateway, meter, site])).toContainEqual([
    'attic',
    null,
    'home',
  ]);
});

it('people are reminded while it lasts, until somebody acknowledges it, over restarts, and not while it is snoozed', async () => {
  const { id } = await host.alarms.set({ ...over100, reminderHours: 2 });
  await host.commit({ 0: 150 });
  const hours = (count: number) => startMs + 10_000 + count * 3_600_000;
  await host.tick(hours(1.9));
  expect(kinds()).toEqual(['began']);
  await host.tick(hours(2));
  await host.tick(hours(2.1));
  await host.restart();
  await host.tick(hours(3.9));
  expect(kinds()).toEqual(['began', 'reminder']);
  await host.alarms.snooze(id, hours(5));
  await host.tick(hours(4.5));
  expect(kinds()).toEqual(['began', 'reminder']);
  await host.tick(hours(5));
  expect(kinds()).toEqual(['began', 'reminder', 'reminder']);
  const [event] = await host.alarms.list(Number.MAX_SAFE_INTEGER, 1, () => true);
  await host.alarms.note(event?.id ?? '', ({ comments }) => ({
    acknowledged: { by: 'ada', atMs: 0 },
    comments,
  }));
  await host.tick(hours(12));
  expect(kinds()).toEqual(['began', 'reminder', 'reminder']);
  expect(new Set(host.told.map(({ id }) => id)).size).toBe(3);
});

it('what began while its rule was snoozed, and lasts, is told when the snooze is over: once, and its end', async () => {
  const { id } = await host.alarms.set({ ...over100, reminderHours: 2 });
  const hours = (count: number) => startMs + 10_000 + count * 3_600_000;
  await host.alarms.snooze(id, hours(5));
  await host.commit({ 0: 150 });
  await host.tick(hours(4.9));
  expect(kinds()).toEqual([]);
  await host.tick(hours(5));
  await host.tick(hours(5.1));
  await host.restart();
  await host.tick(hours(5.2));
  expect(kinds()).toEqual(['began']);
  await host.tick(hours(6));
  expect(kinds()).toEqual(['began', 'reminder']);
  await host.commit({ 2170: 50 });
  expect(kinds()).toEqual(['began', 'reminder', 'ended']);
});

it('a snooze that is ended by hand is over: what lasts is told, at once and once', async () => {
  const { id } = await host.alarms.set(over100);
  await host.alarms.snooze(id, startMs + 3_600_000);
  await host.commit({ 0: 150 });
  await host.tick(startMs + 60_000);
  expect(kinds()).toEqual([]);
  // Twice, as by two who look at it.
  await host.alarms.snooze(id, null);
  await host.alarms.snooze(id, null);
  await host.tick(startMs + 61_000);
  await host.tick(startMs + 4_000_000);
  expect(kinds()).toEqual(['began']);
  await host.commit({ 410: 50 });
  expect(kinds()).toEqual(['began', 'ended']);
});

it('what lasted by a rule that was changed or removed as the host was killed does not last for ever', async () => {
  const { id } = await host.alarms.set(over100);
  const other = await host.alarms.set({ ...over100, name: 'other' });
  await host.commit({ 0: 150 });
  // As far as each came: the rule alone is on disk.
  const table = await AlarmTable.open(host.store);
  await table.removeRule(id);
  await table.saveRule({ ...other, version: other.version + 1, isOn: false });
  await host.restart({ isKilled: true });
  expect(await host.events()).toEqual([
    [0, 1],
    [0, 1],
  ]);
  expect(kinds().toSorted()).toEqual(['began', 'began', 'ended', 'ended']);
});

it('what lasted by a rule before it was changed is over when the past is judged again', async () => {
  const { id } = await host.alarms.set(over100);
  await host.commit({ 0: 50, 1: 150, 2: 150 });
  const condition = { ...over100.condition, limit: 140, hysteresis: 100 } as RuleBody['condition'];
  host.clock.nowMs = startMs + 35_000;
  const changed = host.alarms.set({ ...over100, condition }, id);
  // It takes a moment.
  host.clock.nowMs += 50;
  await changed;
  await host.commit({ 4: 120, 5: 120 });
  await host.restart({ isKilled: true });
  expect(await host.events()).toEqual([[1, 3.505]]);
});

it('what lasts when its rule looks no more is told to be over, once, also where it is not read any more and comes late', async () => {
  // Clocks in Berlin show 2:00.
  const schedule = { days: [1], from: '00:00', to: '02:01' };
  await host.alarms.set({ ...over100, schedule, reminderHours: 1 });
  await host.commit({ 0: 50, 1: 150, 2: 150 });
  for (const s of [60, 120, 180]) await host.tick(startMs + s * 1000);
  expect(await host.events()).toEqual([[1, null]]);
  await host.tick(startMs + 181_000);
  expect(await host.events()).toEqual([[1, 6]]);
  await host.commit({ 4: 150, 5: 50 });
  expect(await host.events()).toEqual([[1, 5]]);
  await host.restart({ isKilled: true });
  for (const s of [7200, 14_400]) await host.tick(startMs + s * 1000);
  expect(await host.events()).toEqual([[1, 5]]);
  expect(host.told.map(({ kind }) => kind)).toEqual(['began', 'ended']);
});

it('of silence nobody is reminded outside of the hours of its rule', async () => {
  // Clocks in Berlin show 2:00.
  const schedule = { days: [1, 2], from: '01:00', to: '05:00' };
  await host.alarms.set({
    ...over100,
    condition: { kind: 'silence', forS: 30 },
    schedule,
    reminderHours: 2,
  });
  await host.commit({ 0: 50 });
  const toldAt = async (hours: number) => {
    await host.tick(startMs + hours * 3_600_000);
    return host.told.map(({ kind }) => kind);
  };
  for (const s of [60, 120, 180, 240]) await host.tick(startMs + s * 1000);
  expect(await toldAt(0.08)).toEqual(['began']);
  expect(await toldAt(2.5)).toEqual(['began', 'reminder']);
  for (const hours of [4.5, 12, 22]) expect(await toldAt(hours)).toEqual(['began', 'reminder']);
  expect(await toldAt(23.1)).toEqual(['began', 'reminder', 'reminder']);
});

it('people change rules and acknowledge while the past is judged after a start', async () => {
  const { id } = await host.alarms.set(over100);
  const other = await host.alarms.set({ ...over100, name: 'other' });
  await host.commit({ 0: 150 });
  const [event] = await host.alarms.list(Number.MAX_SAFE_INTEGER, 1, () => true);
  const by = { by: 'ada', atMs: 0 };
  await host.restart({
    isKilled: true,
    meanwhile: () => host.put({ 1: 160 }),
    // Nothing can be read of the past as yet.
    live: async () => {
      await host.alarms.note(event?.id ?? '', ({ comments }) => ({ acknowledged: by, comments }));
      await host.alarms.remove(event?.rule === id ? other.id : id);
      await host.alarms.set(over100);
    },
  });
  await host.commit({ 2: 50 });
  const events = await host.alarms.list(Number.MAX_SAFE_INTEGER, 9, () => true);
  const noted = events.find(each => each.id === event?.id);
  expect(noted).toMatchObject({ acknowledged: by, worst: 160, endedMs: startMs + 20_000 });
  expect(events).toHaveLength(2);
});

it('after a start nobody is called silent who may just be coming back', async () => {
  await host.alarms.set({ ...over100, condition: { kind: 'silence', forS: 30 } });
  await host.commit({ 0: 1 });
  await host.restart({ untilMs: startMs + 600_000 });
  await host.tick(startMs + 601_000);
  expect(kinds()).toEqual([]);
  await host.commit({ 1: 1, 62: 1 });
  // It was not measured from 2 to 62, which is told when it is known.
  expect(await host.events()).toEqual([[5, 62]]);
  await host.restart({ untilMs: startMs + 900_000 });
  for (let s = 901; s <= 1021; s += 30) await host.tick(startMs + s * 1000);
  expect(await host.events()).toEqual([
    [5, 62],
    [66, null],
  ]);
});

it('what is acknowledged while it ends is both', async () => {
  await host.alarms.set(over100);
  await host.commit({ 0: 150 });
  const [event] = await host.alarms.list(Number.MAX_SAFE_INTEGER, 1, () => true);
  const noted = host.alarms.note(event?.id ?? '', ({ comments }) => ({
    acknowledged: { by: 'ada', atMs: 0 },
    comments,
  }));
  await Promise.all([noted, host.commit({ 1: 50 })]);
  const [after] = await host.alarms.list(Number.MAX_SAFE_INTEGER, 1, () => true);
  expect(after).toMatchObject({ acknowledged: { by: 'ada' }, endedMs: startMs + 10_000 });
});

it('a rule that is changed while windows come judges by its new words alone', async () => {
  const { id } = await host.alarms.set(over100);
  await host.commit({ 0: 50 });
  const raised = { ...over100.condition, limit: 1000 } as RuleBody['condition'];
  await Promise.all([host.alarms.set({ ...over100, condition: raised }, id), host.commit({ 1: 60, 2: 70 })]);
  await host.commit({ 3: 500, 4: 1500 });
  expect(await host.events()).toEqual([[4, null]]);
});

it('a kill in the first minute of a rule forgets neither what it had judged nor silence', async () => {
  await host.commit({ 0: 50 });
  await host.alarms.set({ ...over100, condition: { ...over100.condition, forS: 30 } as never });
  await host.alarms.set({ ...over100, condition: { kind: 'silence', forS: 300 } });
  await host.commit({ 1: 150, 2: 150 });
  await host.restart({ isKilled: true, meanwhile: () => host.commit({ 3: 150 }) });
  expect(await host.events()).toEqual([[1, null]]);
  for (let s = 45; s <= 345; s += 30) await host.tick(startMs + s * 1000);
  expect(await host.events()).toContainEqual([34, null]);
});

it('a clock that was ahead stops no rule: windows of that time are left out, late ones too', async () => {
  host.clock.nowMs = startMs + 40 * 86_400_000;
  await host.tick(host.clock.nowMs);
  await host.alarms.set(over100);
  host.clock.nowMs = startMs;
  await host.tick(startMs);
  await host.alarms.settled();
  await host.commit({ 0: 50, 1: 150 });
  // A gateway whose clock is a week ahead.
  const watermarks = [{ gateway: 'attic', epoch: '00000000000000ac', sequence: 1 }];
  await host.store.commit(batchOf(host.store, { windows: [window('attic', 60_000, 50)], watermarks }));
  await host.commit({ 3: 150 });
  await host.commit({ 2: 50 });
  expect(await host.events()).toEqual([
    [1, 2],
    [3, null],
  ]);
  expect(host.alarms.counters()).toMatchObject({ 'alarms.ahead': 1, 'alarms.lasting': 1 });
});

it.each([
  { name: 'aaa', isKilled: false, anew: 6 },
  { name: 'zzz', isKilled: true, anew: 5 },
])(
  'where $name comes to a sum just before the host ends, what was before stays as it was judged; killed: $isKilled',
  async ({ name, isKilled, anew }) => {
    await host.commit({ 0: 50 });
    await host.alarms.set({ ...over100, target: { sumOfSite: 'home' } });
    await host.commit({ 1: 150, 2: 50, 3: 150, 4: 150 });
    await host.commitWindows(window('attic', 5, 150), window(name, 5, 10));
    await host.restart({ isKilled });
    await host.commitWindows(window('attic', 6, 150), window(name, 6, 10));
    await host.tick(startMs + 480_000);
    expect(await host.events()).toEqual([
      [1, 2],
      [3, 6],
      [anew, null],
    ]);
    expect(kinds()).toEqual(['began', 'ended', 'began', 'ended', 'began']);
  },
);
