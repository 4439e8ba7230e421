import { afterEach, beforeEach, expect, test } from 'vitest';
import type { QuantityId } from '#core/quantities.ts';
import type { Message } from '#core/wire/messages.ts';
import { machineRandom, machineTime } from '../../../host/connectors/node-ports.ts';
import { Bridge } from '../../../host/home-assistant/bridge.ts';
import { homeAssistantLimits } from '../../../host/home-assistant/limits.ts';
import { othersTurn } from '../../../host/home-assistant/others-turn.ts';
import { wishesOf } from '../../../host/home-assistant/settings.ts';
import { type HostUnderTest, startHostUnderTest } from '../api/host-under-test.ts';
import { type Person, personOf } from '../api/signed-in.ts';
import { batchOf } from '../store/memory-store.ts';
import { brokerElsewhere } from './broker-elsewhere.ts';
import { type Ears, earsAt } from './ears.ts';

const brokerPassword = 'a password of that broker';
const configOf = (gateway: string, meter = 'house') =>
  `homeassistant/device/joulegate_${gateway}/${meter}/config`;
const stateOf = (gateway: string, meter = 'house') => `joulegate/${gateway}/meter/${meter}/state`;
const availableOf = (gateway: string, meter = 'house') => `joulegate/${gateway}/meter/${meter}/availability`;
const hostAt = 'joulegate/_host/hall/availability';
const filters = ['homeassistant/#', 'joulegate/#'];

let host: HostUnderTest;
let ada: Person;
let elsewhere: Awaited<ReturnType<typeof brokerElsewhere>>;
let ears: Ears[];
let sequence = 0;

beforeEach(async () => {
  host = await startHostUnderTest();
  ada = await personOf(host, 'ada', { '*': 'admin' });
  elsewhere = await brokerElsewhere(brokerPassword);
  ears = [];
  tellOf('cellar', ['powerW', 'energyImportWh']);
  await host.sites.create('barn', 'The barn');
  tellOf('stable', ['powerW']);
  await host.sites.move('stable', 'barn');
});
afterEach(async () => {
  for (const each of ears) await each.end();
  await host.close();
  await elsewhere.close();
});

function tellOf(gateway: string, series: QuantityId[], meters = ['house']): void {
  const about: Message<'about'> = {
    v: 1,
    firmware: '0.1.0',
    board: 'test',
    epoch: '0123456789abcdef',
    settingsVersion: 0,
    meters: meters.map(id => ({
      id,
      name: 'House',
      profile: 'eastron-sdm630',
      line: 'bus',
      windowS: 10,
      sampleMs: 1000,
      series,
    })),
  };
  host.fleet.connection(gateway, true);
  host.fleet.about(gateway, about);
}

/** A window that ends now. */
async function measure(gateway: string, values: Partial<Record<QuantityId, number>>, meter = 'house') {
  const { store, clock, events } = host;
  const toMs = Math.floor(clock.nowMs / 10_000) * 10_000;
  const record = {
    meter,
    startMs: toMs - 10_000,
    windowS: 10,
    clock: 'synced' as const,
    values: Object.entries(values).map(([quantity, last]) =>
      quantity === 'energyImportWh'
        ? { quantity: 'energyImportWh' as const, samples: 10, last }
        : { quantity: quantity as QuantityId, samples: 10, mean: last, min: last, max: last, last },
    ),
    failures: [],
  };
  const watermarks = [{ gateway, epoch: '00000000000000ab', sequence: ++sequence }];
  await store.commit(batchOf(store, { windows: [{ gateway, record }], watermarks }));
  events.emit({ type: 'committed', gateway, meters: [meter], toMs });
}

/** Time goes by, second by second. */
async function pass(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    host.clock.nowMs += 1000;
    await host.homeAssistants.tick();
  }
}

const made = async (body: object) => {
  const response = await ada.ask('POST', '/api/v1/home-assistant', { id: 'hall', name: 'Hall', ...body });
  expect(response.statusCode, response.body).toBe(201);
  return response.json();
};
const atElsewhere = { url: '', user: 'joulegate', password: brokerPassword };
const remote = () => ({ settings: { ...atElsewhere, url: elsewhere.url } });
async function listenElsewhere(): Promise<Ears> {
  const each = await earsAt(elsewhere.url, 'ha', brokerPassword, filters);
  ears.push(each);
  return each;
}
async function listenHere(id: string, sites: string[], topics: readonly string[] = filters): Promise<Ears> {
  const client = (await ada.ask('POST', '/api/v1/mqtt-clients', { id, sites, mayWrite: false })).json();
  const each = await earsAt(`mqtt://127.0.0.1:${host.broker.port}`, id, client.password, topics);
  ears.push(each);
  return each;
}

test('a broker elsewhere is told of every meter, what it shows, and that it shows something', async () => {
  const ha = await listenElsewhere();
  await measure('cellar', { powerW: 1234.5, energyImportWh: 5000.25 });
  await made(remote());
  expect((await ha.next(hostAt)).text).toBe('online');
  await pass(1);
  const config = JSON.parse((await ha.next(configOf('cellar'))).text);
  expect(config).toMatchObject({
    device: { identifiers: ['joulegate.cellar.house'], name: 'House', manufacturer: 'Eastron' },
    availability: [{ topic: hostAt }, { topic: availableOf('cellar') }],
    state_topic: stateOf('cellar'),
    components: {
      powerW: {
        unique_id: 'joulegate.cellar.house.powerW',
        unit_of_measurement: 'W',
        state_class: 'measurement',
      },
      energyImportWh: { device_class: 'energy', unit_of_measurement: 'Wh', state_class: 'total_increasing' },
    },
  });
  await pass(2);
  expect((await ha.next(availableOf('cellar'))).text).toBe('online');
  expect(JSON.parse((await ha.next(stateOf('cellar'))).text)).toEqual({
    time: '2026-11-21T12:00:00.000Z',
    energyImportWh: 5000.25,
    powerW: 1234.5,
  });
  // That of another site, too, as this one is of all; it has measured nothing.
  expect((await ha.next(availableOf('stable'))).text).toBe('offline');
  // Who comes later is told what lasts, and no value of before.
  const late = await listenElsewhere();
  expect((await late.next(configOf('cellar'))).isRetained).toBe(true);
  expect((await late.next(availableOf('cellar'))).isRetained).toBe(true);
  await late.settled();
  expect(late.heard.map(({ topic }) => topic)).not.toContain(stateOf('cellar'));
  const [entry] = (await ada.ask('GET', '/api/v1/home-assistant')).json();
  expect(entry).toMatchObject({ id: 'hall', meters: 2, fault: null, settings: { user: 'joulegate' } });
  expect(JSON.stringify(entry)).not.toContain(brokerPassword);
});

test('a meter of a source that announces none, as another Joulegate that forwards, is told once it is heard', async () => {
  const ha = await listenElsewhere();
  host.fleet.connection('farm', true);
  await made(remote());
  await measure('farm', { powerW: 20 }, 'attic-main');
  await pass(1);
  const config = JSON.parse((await ha.next(configOf('farm', 'attic-main'))).text);
  expect(config.device).toMatchObject({ identifiers: ['joulegate.farm.attic-main'], name: 'attic-main' });
  expect(Object.keys(config.components)).toEqual(['powerW']);
  await pass(3);
  expect((await ha.next(availableOf('farm', 'attic-main'))).text).toBe('online');
  expect(JSON.parse((await ha.next(stateOf('farm', 'attic-main'))).text)).toMatchObject({ powerW: 20 });
  host.clock.nowMs += 65_000;
  await pass(1);
  expect((await ha.next(availableOf('farm', 'attic-main'))).text).toBe('offline');
});

test('values are told every ten seconds at most, and a silent meter is unavailable, never stale', async () => {
  const ha = await listenElsewhere();
  await measure('cellar', { powerW: 1, energyImportWh: 10 });
  await made(remote());
  await ha.next(hostAt);
  await pass(3);
  await ha.next(stateOf('cellar'));
  host.events.emit({ type: 'live', gateway: 'cellar', meters: { house: { atMs: 0, values: {} } } });
  await pass(8);
  await measure('cellar', { powerW: 2 });
  await pass(4);
  expect(JSON.parse((await ha.next(stateOf('cellar'))).text).powerW).toBe(2);
  expect(ha.heard.filter(({ topic }) => topic === stateOf('cellar'))).toHaveLength(2);
  // Its counter was not read any more: what it showed is no value of now.
  for (let minute = 0; minute < 4; minute++) {
    await pass(50);
    await measure('cellar', { powerW: 3 });
    await pass(10);
  }
  await ha.settled();
  const states = ha.heard.filter(({ topic }) => topic === stateOf('cellar'));
  expect(JSON.parse(states.at(-1)?.text ?? '')).toMatchObject({ powerW: 3, energyImportWh: null });
  expect((await ha.next(availableOf('cellar'))).text).toBe('online');
  await pass(70);
  expect((await ha.next(availableOf('cellar'))).text).toBe('offline');
  expect(ha.heard.filter(({ topic }) => topic === stateOf('cellar'))).toHaveLength(states.length);
  await measure('cellar', { powerW: 4 });
  await pass(1);
  expect((await ha.next(availableOf('cellar'))).text).toBe('online');
  host.fleet.connection('cellar', false);
  await pass(1);
  expect((await ha.next(availableOf('cellar'))).text).toBe('offline');
});

test('a host’s clock that is set back by an hour holds up no value', async () => {
  host.clock.nowMs += 3_600_000;
  const ha = await listenElsewhere();
  await measure('cellar', { powerW: 1 });
  await made(remote());
  await ha.next(hostAt);
  await pass(3);
  expect(JSON.parse((await ha.next(stateOf('cellar'))).text).powerW).toBe(1);
  host.clock.nowMs -= 3_600_000;
  host.fleet.live('cellar', { house: { atMs: host.clock.nowMs, values: { powerW: 2 } } });
  await pass(1);
  expect(JSON.parse((await ha.next(stateOf('cellar'))).text).powerW).toBe(2);
});

test('the end waits for no more than a message or two where a broker answers nothing, and what it keeps for good is told', async () => {
  tellOf('cellar', ['powerW'], ['one', 'two', 'three']);
  for (const isForGood of [false, true]) {
    const said: string[] = [];
    const logged: string[] = [];
    let answer = () => {};
    const bridge = new Bridge({
      ...host,
      setUp: 'hall',
      site: null,
      wishes: wishesOf({}),
      version: '0',
      pageUrl: undefined,
      nowMs: () => host.clock.nowMs,
      time: machineTime,
      random: machineRandom,
      log: (_level, text) => void logged.push(text),
      openOutlet: (_broker, _places, _setUp, { onUp }) => {
        queueMicrotask(onUp);
        return {
          say: (_owner, topic) => {
            said.push(topic);
            return new Promise(resolve => {
              answer = () => resolve(false);
            });
          },
          fault: undefined,
          close: async () => {},
        };
      },
    });
    await Promise.resolve();
    let isOver = false;
    void bridge.tick();
    while (said.length < 2) await othersTurn();
    const over = bridge.close(isForGood).then(() => {
      isOver = true;
    });
    while (!isOver) {
      answer();
      await othersTurn();
    }
    await over;
    const first = configOf('cellar', 'one');
    expect(logged.filter(text => text.includes('keeps the devices'))).toHaveLength(isForGood ? 1 : 0);
    expect(said).toEqual([hostAt, first, ...(isForGood ? [first] : []), hostAt]);
  }
});

test('of what a broker claims to be left no more is taken back at once than there may be meters', async () => {
  const said: string[] = [];
  const left = Buffer.from(JSON.stringify({ origin: { name: 'Joulegate' } }));
  let hear = (_topic: string) => {};
  const bridge = new Bridge({
    ...host,
    setUp: 'hall',
    site: null,
    wishes: wishesOf({}),
    version: '0',
    pageUrl: undefined,
    nowMs: () => host.clock.nowMs,
    time: machineTime,
    random: machineRandom,
    log: () => {},
    openOutlet: (_broker, _places, _setUp, { onMessage }) => {
      hear = topic => onMessage(topic, left);
      return {
        say: async (_owner, topic) => said.push(topic) > 0,
        fault: undefined,
        close: async () => {},
      };
    },
  });
  for (let index = 0; index < 3000; index++) hear(configOf(`gone${index % 1000}`));
  await bridge.tick();
  expect(said).toHaveLength(2 * homeAssistantLimits.meters);
  hear(configOf('gone999'));
  await bridge.tick();
  expect(said).toContain(configOf('gone999'));
  await bridge.close(false);
});

test('a name is told anew, a quantity and a meter that go are taken back, and off takes back all', async () => {
  const ha = await listenElsewhere();
  await made({ ...remote(), site: 'home' });
  await ha.next(hostAt);
  await pass(1);
  await ha.next(configOf('cellar'));
  const body = { version: 0, name: null, meters: { 'cellar.house': { name: 'Main meter' } }, tariff: null };
  expect((await ada.ask('PUT', '/api/v1/sites/home', body)).statusCode).toBe(200);
  await pass(1);
  expect(JSON.parse((await ha.next(configOf('cellar'))).text).device.name).toBe('Main meter');
  tellOf('cellar', ['powerW']);
  await pass(1);
  const { components } = JSON.parse((await ha.next(configOf('cellar'))).text);
  expect(components.energyImportWh).toEqual({ platform: 'sensor' });
  expect(Object.keys(JSON.parse((await ha.next(configOf('cellar'))).text).components)).toEqual(['powerW']);
  tellOf('cellar', ['powerW'], ['annex']);
  await pass(1);
  expect((await ha.next(configOf('cellar'))).text).toBe('');
  expect(JSON.parse((await ha.next(configOf('cellar', 'annex'))).text).device.name).toBe('House');
  const off = {
    name: 'Hall',
    site: 'home',
    isOn: false,
    settings: { url: elsewhere.url, user: 'joulegate' },
  };
  expect((await ada.ask('PUT', '/api/v1/home-assistant/hall', off)).statusCode).toBe(200);
  expect((await ha.next(configOf('cellar', 'annex'))).text).toBe('');
  expect((await ha.next(hostAt)).text).toBe('');
  const late = await listenElsewhere();
  await late.settled();
  expect(late.heard).toEqual([]);
  expect(ha.heard.filter(({ topic }) => topic.includes('stable'))).toEqual([]);
  // The password that was left out is the one of before.
  expect((await ada.ask('PUT', '/api/v1/home-assistant/hall', { ...off, isOn: true })).statusCode).toBe(200);
  expect((await ha.next(hostAt)).text).toBe('online');
});

test('what a run before left at the broker is taken back, and nobody else’s', async () => {
  const ha = await listenElsewhere();
  const left = JSON.stringify({ origin: { name: 'Joulegate' } });
  const foreign = JSON.stringify({ origin: { name: 'Zigbee2MQTT' } });
  const keep = { qos: 1, retain: true } as const;
  await ha.client.publishAsync(configOf('gone'), left, keep);
  await ha.client.publishAsync(configOf('foreign'), foreign, keep);
  await ha.client.publishAsync('homeassistant/device/other_gone/house/config', left, keep);
  await ha.client.publishAsync(configOf('broken'), '{', keep);
  await made(remote());
  await ha.next(configOf('gone'));
  expect((await ha.next(configOf('gone'))).text).toBe('');
  await pass(1);
  const late = await listenElsewhere();
  await late.next(configOf('cellar'));
  await late.settled();
  const kept = late.heard.map(({ topic }) => topic);
  expect(kept).not.toContain(configOf('gone'));
  expect(kept).toEqual(
    expect.arrayContaining([
      configOf('foreign'),
      'homeassistant/device/other_gone/house/config',
      configOf('broken'),
    ]),
  );
});

test('when Home Assistant says that it is there, all is told again; when the host falls silent, its will is', async () => {
  const ha = await listenElsewhere();
  await made(remote());
  await ha.next(hostAt);
  await pass(1);
  await ha.next(configOf('cellar'));
  await ha.client.publishAsync('homeassistant/status', 'offline');
  await ha.client.publishAsync('homeassistant/status', 'online');
  expect((await ha.next(hostAt)).text).toBe('online');
  await pass(1);
  expect(JSON.parse((await ha.next(configOf('cellar'))).text).origin.name).toBe('Joulegate');
  const { url } = elsewhere;
  elsewhere.cut();
  const after = await earsAt(url, 'ha', brokerPassword, filters);
  ears.push(after);
  // The broker speaks the will, and the host comes back by itself.
  const states: string[] = [];
  while (!states.includes('offline') || states.at(-1) !== 'online')
    states.push((await after.next(hostAt)).text);
  await pass(1);
  await after.next(configOf('cellar'));
});

test('who is deleted just after Home Assistant came again takes its meters back all the same', async () => {
  const ha = await listenElsewhere();
  await made(remote());
  await ha.next(hostAt);
  await pass(1);
  await ha.next(configOf('cellar'));
  await ha.client.publishAsync('homeassistant/status', 'online');
  await ha.next(hostAt);
  expect((await ada.ask('DELETE', '/api/v1/home-assistant/hall')).statusCode).toBe(204);
  for (const topic of [configOf('cellar'), configOf('stable'), hostAt])
    while ((await ha.next(topic)).text !== '');
});

test('at the host’s own broker a program hears what is of its sites, and says nothing but that it is there', async () => {
  await made({});
  await measure('cellar', { powerW: 7 });
  await measure('stable', { powerW: 8 });
  await pass(1);
  const home = await listenHere(
    'ha-home',
    ['home'],
    ['homeassistant/#', 'joulegate/+/meter/+/state', 'joulegate/#'],
  );
  expect((await home.next(configOf('cellar'))).isRetained).toBe(true);
  const barn = await listenHere('ha-barn', ['barn']);
  await barn.next(configOf('stable'));
  await pass(3);
  expect(JSON.parse((await home.next(stateOf('cellar'))).text).powerW).toBe(7);
  expect(JSON.parse((await barn.next(stateOf('stable'))).text).powerW).toBe(8);
  await home.settled();
  await barn.settled();
  expect(home.heard.filter(({ topic }) => topic.includes('stable'))).toEqual([]);
  expect(barn.heard.filter(({ topic }) => topic.includes('cellar'))).toEqual([]);
  // Nothing of what it publishes reaches anybody, or the meters' names.
  await home.client.publishAsync(configOf('stable'), '', { qos: 1, retain: true });
  await home.client.publishAsync(stateOf('stable'), '{"powerW":666}', { qos: 1 });
  await home.client.publishAsync('homeassistant/other', 'x', { qos: 1 });
  expect(host.broker.counters().foreign).toBe(3);
  const again = await listenHere('ha-barn-2', ['barn']);
  expect(JSON.parse((await again.next(configOf('stable'))).text).device.name).toBe('House');
  await home.client.publishAsync('homeassistant/status', 'online', { qos: 1 });
  expect(host.broker.counters().foreign).toBe(3);
  await expect(home.client.subscribeAsync('$SYS/#')).rejects.toThrow();
  await expect(home.client.subscribeAsync('zigbee2mqtt/#')).rejects.toThrow();
  // Each message once, however many subscriptions cover it.
  await barn.settled();
  const told = home.heard.filter(({ topic }) => topic === stateOf('cellar'));
  expect(told).toHaveLength(1);
});

test('a gateway that moves to another site is forgotten at the one and found at the other', async () => {
  await made({});
  await pass(1);
  const home = await listenHere('ha-home', ['home']);
  const barn = await listenHere('ha-barn', ['barn']);
  await home.next(configOf('cellar'));
  expect((await ada.ask('PUT', '/api/v1/gateways/cellar/site', { site: 'barn' })).statusCode).toBe(204);
  await measure('cellar', { powerW: 9 });
  await pass(61);
  expect((await home.next(configOf('cellar'))).text).toBe('');
  expect(JSON.parse((await barn.next(configOf('cellar'))).text).device.name).toBe('House');
  await measure('cellar', { powerW: 9 });
  await pass(10);
  expect(JSON.parse((await barn.next(stateOf('cellar'))).text).powerW).toBe(9);
  await home.settled();
  expect(home.heard.map(({ topic }) => topic)).not.toContain(stateOf('cellar'));
});

test('what cannot be set up is said by field, and a site that goes takes its set-up along', async () => {
  const tried = async (body: object) => {
    const response = await ada.ask('POST', '/api/v1/home-assistant', { id: 'x', name: 'X', ...body });
    return { status: response.statusCode, ...response.json() };
  };
  expect(await tried({ settings: { url: 'http://10.0.0.1' } })).toMatchObject({ status: 400, field: 'url' });
  expect(await tried({ settings: { user: 'me' } })).toMatchObject({ status: 400, field: 'user' });
  expect(await tried({ settings: { base: 'a_b' } })).toMatchObject({ status: 400, field: 'base' });
  expect(await tried({ settings: { everyS: 0 } })).toMatchObject({ status: 400, field: 'everyS' });
  expect(await tried({ settings: { prefix: 'a/#' } })).toMatchObject({ status: 400, field: 'prefix' });
  expect(await tried({ site: 'attic' })).toMatchObject({ status: 404, code: 'site.unknown' });
  await made({ site: 'barn' });
  expect(await tried({})).toMatchObject({ status: 400, field: 'base' });
  expect(await tried({ id: 'hall' })).toMatchObject({ status: 409, code: 'homeAssistant.exists' });
  expect(await tried({ settings: { base: 'second' } })).toMatchObject({ status: 201 });
  await host.sites.move('stable', 'home');
  expect((await ada.ask('DELETE', '/api/v1/sites/barn')).statusCode).toBe(204);
  const ids = (await ada.ask('GET', '/api/v1/home-assistant')).json().map(({ id }: { id: string }) => id);
  expect(ids).toEqual(['x']);
  const bo = await personOf(host, 'bo', { home: 'admin' });
  expect((await bo.ask('GET', '/api/v1/home-assistant')).statusCode).toBe(403);
});
