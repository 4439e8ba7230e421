import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AlarmEvent, AlarmTable } from '../../../host/alarms/alarm-table.ts';
import { AlarmWriter } from '../../../host/alarms/alarm-writer.ts';
import { Events } from '../../../host/events.ts';
import { Store } from '../../../host/store/store.ts';
import { hostWithAlarms, over100, startMs } from './host-with-alarms.ts';

let host: Awaited<ReturnType<typeof hostWithAlarms>>;
beforeAll(async () => {
  host = await hostWithAlarms();
});
afterAll(() => host.close());

const common = {
  kind: 'threshold',
  quantity: 'powerW',
  of: 'mean',
  operator: '>',
  hysteresis: 0,
  forS: 0,
} as const;
const minuteMs = 60_000;
/** How far each rule is judged, as the disk has it. */
const judged = async () => {
  const states = await (await AlarmTable.open(host.store)).states();
  return new Map(states.map(({ rule, state }) => [rule, state.judgedMs]));
};

it('of quiet rules a tenth is written each minute, all of them in ten; a kill in between loses and repeats nothing', async () => {
  const size = 30;
  for (let index = 0; index < size; index++)
    await host.alarms.set({
      ...over100,
      name: `rule ${index}`,
      condition: { ...common, limit: 100 + index },
    });
  await host.commit({ 0: 50 });
  await host.tick(startMs + minuteMs);
  let before = await judged();
  expect(before.size, 'what was never written is').toBe(size);
  const moved: number[] = [];
  for (let minute = 1; minute <= 10; minute++) {
    await host.commit({ [minute * 6]: 50 });
    await host.tick(startMs + (minute + 1) * minuteMs);
    const now = await judged();
    moved.push([...now].filter(([rule, atMs]) => before.get(rule) !== atMs).length);
    before = now;
  }
  expect(moved).toEqual(Array.from({ length: 10 }, () => size / 10));
  // Ten rules begin to be on; the others stay quiet, and are not written.
  await host.commit({ 66: 109.5 });
  expect(host.told).toHaveLength(10);
  await host.restart({ isKilled: true, meanwhile: () => host.commit({ 67: 109.5, 68: 119.5 }) });
  expect(host.told.map(({ rule }) => rule).toSorted()).toEqual(
    Array.from({ length: 20 }, (_, index) => `rule ${index}`).toSorted(),
  );
  await host.commit({ 69: 50 });
  expect(host.told).toHaveLength(40);
  const events = await host.events();
  expect(events.filter(([began, ended]) => began === 66 && ended === 69)).toHaveLength(10);
  expect(events.filter(([began, ended]) => began === 68 && ended === 69)).toHaveLength(10);
});

it('an event waits for a few states at most, however many are to be written', async () => {
  const store = await Store.open({ zone: 'Europe/Berlin', upkeepMs: 0 });
  const table = await AlarmTable.open(store);
  const order: string[] = [];
  const writer: AlarmWriter = new AlarmWriter({
    table: Object.assign(Object.create(table), {
      async write(changes: Parameters<AlarmTable['write']>[0]) {
        order.push(`${changes.states?.length ?? 0} states, ${changes.events?.length ?? 0} events`);
        await table.write(changes);
        if (order.length === 1) writer.put(event);
      },
    }),
    siteOf: () => 'home',
    events: new Events(),
    log: (_level, text) => void order.push(text),
    nowMs: () => 1,
  });
  const event: AlarmEvent = {
    ...{ id: 'e', rule: 'r', ruleName: 'r', severity: 'critical', meter: 'attic.main' },
    ...{ beganMs: 1, firedMs: 1, endedMs: null, value: 1, worst: 1, endValue: null, withdrawnMs: null },
    ...{ subject: 'powerW', unit: 'W', condition: '> 1 W', channels: [], isTold: false, toTell: [] },
    ...{ acknowledged: null, comments: [] },
  };
  for (let index = 0; index < 1200; index++)
    writer.putLater({
      rule: `r${index}`,
      version: 1,
      meter: 'attic.main',
      state: { name: 'quiet', judgedMs: 1, recent: [] },
    });
  await writer.flush();
  expect(order).toEqual(['500 states, 0 events', '500 states, 1 events', '200 states, 0 events']);
  expect(await table.states()).toHaveLength(1200);
  expect(writer.isWritten).toBe(true);
  await store.close();
});
