import { expect, test, vi } from 'vitest';
import { limits } from '#core/limits.ts';
import { Events, type HostEvent } from '../../host/events.ts';
import { Fleet } from '../../host/fleet.ts';
import { memoryStore } from './store/memory-store.ts';

const about = {
  v: 1,
  firmware: '1.0.0',
  board: 'esp32',
  epoch: '00000000000000aa',
  settingsVersion: 3,
  meters: [],
} as const;
const running = { version: 3, lines: [], meters: [] } as const;

test('what a gateway said of itself, and what is wanted of it, outlives the host', async () => {
  const { store } = await memoryStore();
  const events = new Events();
  const seen: HostEvent[] = [];
  events.on(event => seen.push(event));
  const fleet = await Fleet.open(store, events, () => 5000);
  await fleet.register('attic');
  fleet.about('attic', about);
  fleet.reported('attic', {
    v: 1,
    running,
    refused: { version: 4, mistakes: [{ field: 'meters', message: 'wrong' }] },
  });
  fleet.connection('attic', true);
  expect(seen.every(event => event.type === 'gateway' && event.gateway === 'attic')).toBe(true);
  // The version is the host's own counting, past whatever the gateway runs.
  expect(await fleet.desire('attic', { lines: [], meters: [] })).toMatchObject({ settings: { version: 4 } });

  const later = await Fleet.open(store, new Events());
  expect(later.gateway('attic')).toMatchObject({
    online: false,
    lastSeenMs: 5000,
    about,
    running,
    desired: { version: 4, lines: [], meters: [] },
    refused: [],
  });
  const sent: unknown[] = [];
  later.onDesired((gateway, settings) => sent.push([gateway, settings]));
  expect(sent).toEqual([['attic', { version: 4, lines: [], meters: [] }]]);
  await store.close();
});

test('the same problem again counts up, and only the last are kept', async () => {
  const { store } = await memoryStore();
  const fleet = await Fleet.open(store, new Events(), () => 7);
  for (let index = 0; index < 3; index++) fleet.problem('attic', 'wire.crc', 'same');
  expect(fleet.gateway('attic')?.problems).toEqual([{ atMs: 7, code: 'wire.crc', detail: 'same', count: 3 }]);
  for (let index = 0; index < 100; index++)
    fleet.problem('attic', 'wire.crc', `detail ${index} `.repeat(100));
  const problems = fleet.gateway('attic')?.problems ?? [];
  expect(problems).toHaveLength(20);
  expect(problems[0]?.detail.length).toBeLessThan(310);
  await store.close();
});

test('live values of meters that come and go do not fill the memory', async () => {
  const { store } = await memoryStore();
  const fleet = await Fleet.open(store, new Events());
  for (let index = 0; index < 100; index++) {
    fleet.live('attic', { [`meter-${index}`]: { atMs: index, values: { powerW: index } } });
  }
  const live = fleet.gateway('attic')?.live ?? {};
  expect(Object.keys(live).length).toBeLessThanOrEqual(limits.metersPerGateway);
  expect(live['meter-99']).toEqual({ atMs: 99, values: { powerW: 99 } });
  await store.close();
});

test('a gateway that tells of itself without end keeps the database no busier than two saves, and its last word', async () => {
  const { store } = await memoryStore();
  const fleet = await Fleet.open(store, new Events());
  const runs = vi.spyOn(store, 'run');
  const speak = (from: number) => {
    for (let index = from; index <= from + 250; index++)
      fleet.about('attic', { ...about, firmware: `1.0.${index}` });
  };
  speak(0);
  // The first save is under way.
  await Promise.resolve();
  speak(250);
  const kept = async () => (await Fleet.open(store, new Events())).gateway('attic')?.about?.firmware;
  await expect.poll(kept).toBe('1.0.500');
  expect(runs).toHaveBeenCalledTimes(2);
  await store.close();
});

test('a gateway that comes back with what it told before is written again after ten minutes, not sooner', async () => {
  const { store } = await memoryStore();
  let nowMs = Date.UTC(2026, 5, 1);
  const fleet = await Fleet.open(store, new Events(), () => nowMs);
  const settled = () => expect.poll(async () => (await Fleet.open(store, new Events())).has('attic'));
  fleet.about('attic', about);
  await settled().toBe(true);
  const runs = vi.spyOn(store, 'run');
  for (let minute = 0; minute < 9; minute++) {
    nowMs += 60_000;
    fleet.about('attic', structuredClone(about));
  }
  expect(runs).not.toHaveBeenCalled();
  nowMs += 60_000;
  fleet.about('attic', structuredClone(about));
  await expect
    .poll(async () => (await Fleet.open(store, new Events())).gateway('attic')?.lastSeenMs)
    .toBe(nowMs);
  await store.close();
});

test('a fleet that comes at once is saved with some statements, not with one for each gateway', async () => {
  const { store } = await memoryStore();
  const fleet = await Fleet.open(store, new Events());
  const runs = vi.spyOn(store, 'run');
  for (let gateway = 0; gateway < 250; gateway++) {
    fleet.about(`gateway-${gateway}`, { ...about, settingsVersion: gateway });
    fleet.reported(`gateway-${gateway}`, { v: 1, running });
  }
  await fleet.register('the-last');
  expect(runs).toHaveBeenCalledTimes(3);
  const later = await Fleet.open(store, new Events());
  const strange = later.gateways().filter(({ id, about, running }) => {
    const number = Number(id.replace('gateway-', ''));
    return id !== 'the-last' && (about?.settingsVersion !== number || running?.version !== 3);
  });
  expect([later.gateways().length, strange]).toEqual([251, []]);
  await store.close();
});
