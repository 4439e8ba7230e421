import { connect as connectTcp } from 'node:net';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeRecord, encodeRecordsMessage } from '#core/wire/records.ts';
import { startTestEngine, type TestEngine } from './test-engine.ts';
import { windowAt } from './windows.ts';

const epoch = '00000000000000aa';

let engine: TestEngine;
let clients: MqttClient[] = [];

beforeEach(async () => {
  engine = await startTestEngine();
});

afterEach(async () => {
  for (const client of clients) await client.endAsync(true);
  clients = [];
  await engine.close();
});

/** A client of that gateway, connected. */
async function connect(gateway: string, options: IClientOptions = {}): Promise<MqttClient> {
  const client = mqtt.connect(`mqtt://127.0.0.1:${engine.parts.broker.port}`, {
    username: gateway,
    password: engine.password,
    reconnectPeriod: 0,
    ...options,
  });
  clients.push(client);
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', reject);
    client.once('close', () => reject(new Error('closed before it was connected')));
  });
  return client;
}

const records = (first = 1) =>
  Buffer.from(
    encodeRecordsMessage({ epoch, oldest: 1, first, records: [encodeRecord(windowAt('main', first))] }),
  );

const counterRows = async () =>
  Number((await engine.parts.store.all('SELECT count(*) AS rows FROM counter'))[0]?.rows);

test('a wrong password is refused, counted and told', async () => {
  await expect(connect('attic', { password: 'wrong' })).rejects.toThrow(/bad user ?name or password/i);
  await expect(connect('Not An Id')).rejects.toThrow();
  await expect(connect('attic', { username: '' })).rejects.toThrow();
  expect(engine.parts.counters()).toMatchObject({ loginsFailed: 3, connects: 0 });
  expect(engine.parts.problems().map(({ code }) => code)).toContain('mqtt.login');
  expect(engine.parts.fleet.gateways()).toEqual([]);
});

test('a publish to another gateway’s topic stores nothing, is told, and does not end the connection', async () => {
  const attic = await connect('attic');
  await attic.publishAsync('joulegate/cellar/records', records(), { qos: 1 });
  await attic.publishAsync('joulegate/attic/ack', 'x', { qos: 1 });
  await attic.publishAsync('anything/else', 'x', { qos: 1 });
  const { fleet } = engine.parts;
  expect(fleet.gateway('attic')?.ingest.foreign).toBe(3);
  expect(fleet.gateway('attic')?.problems[0]).toMatchObject({ code: 'mqtt.foreign' });
  expect(
    fleet
      .gateway('attic')
      ?.problems.map(({ detail }) => detail)
      .join(),
  ).toContain('joulegate/cellar/records');
  expect(fleet.gateway('cellar')).toBeUndefined();
  await attic.publishAsync('joulegate/attic/records', records(), { qos: 1 });
  await expect.poll(counterRows).toBe(1);
  expect(attic.connected).toBe(true);
  expect(engine.parts.counters()).toMatchObject({ foreign: 3 });
});

test('a gateway hears its own down-channels alone', async () => {
  const attic = await connect('attic');
  expect(await attic.subscribeAsync('joulegate/attic/ack', { qos: 1 })).toMatchObject([{ qos: 1 }]);
  for (const topic of ['joulegate/attic/records', 'joulegate/cellar/ack', 'joulegate/+/ack', '#']) {
    await expect(attic.subscribeAsync(topic)).rejects.toThrow();
  }
  expect(engine.parts.counters()).toMatchObject({ subscriptionsRefused: 4 });
});

test('a client id that is another gateway’s does not end that one’s session', async () => {
  const attic = await connect('attic', { clientId: 'attic' });
  await connect('cellar', { clientId: 'attic' });
  await new Promise(resolve => setTimeout(resolve, 50));
  expect(attic.connected).toBe(true);
  expect(engine.parts.broker.connected('attic') && engine.parts.broker.connected('cellar')).toBe(true);
});

test('a packet above the limit ends its connection before its bytes are gathered, the others go on', async () => {
  const attic = await connect('attic');
  const cellar = await connect('cellar');
  const closed = new Promise<void>(resolve => attic.once('close', () => resolve()));
  attic.on('error', () => {});
  attic.publish('joulegate/attic/records', Buffer.alloc(70_000), { qos: 0 });
  await closed;
  expect(engine.parts.counters()).toMatchObject({ packetsTooLarge: 1 });
  expect(engine.parts.fleet.gateway('attic')?.problems.map(({ code }) => code)).toContain('mqtt.tooLarge');
  await cellar.publishAsync('joulegate/cellar/records', records(), { qos: 1 });
  await expect.poll(counterRows).toBe(1);
});

test('bytes that are no MQTT, and a first packet that is too large, end the connection', async () => {
  const closes = (bytes: Buffer) =>
    new Promise<void>(resolve => {
      const socket = connectTcp(engine.parts.broker.port, '127.0.0.1', () => socket.write(bytes));
      socket.on('error', () => {});
      socket.on('close', () => resolve());
      socket.resume();
    });
  await closes(Buffer.from('GET / HTTP/1.1\r\nHost: broker\r\n\r\n'));
  await closes(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f, 1, 2, 3]));
  await expect.poll(() => engine.parts.counters().connections).toBe(0);
  expect(engine.parts.problems().map(({ code }) => code)).toContain('mqtt.tooLarge');
});

test('malformed payloads are counted and told by their channel, and nothing of them is stored', async () => {
  const attic = await connect('attic');
  await attic.publishAsync('joulegate/attic/records', 'not records', { qos: 1 });
  await attic.publishAsync('joulegate/attic/health', '{"v":1}', { qos: 1 });
  await attic.publishAsync('joulegate/attic/about', '{', { qos: 1 });
  const state = engine.parts.fleet.gateway('attic');
  expect(state?.ingest.malformed).toBe(3);
  expect(state?.problems.map(({ code }) => code).sort()).toEqual([
    'message.notJson',
    'message.shape',
    'wire.version',
  ]);
  expect(state?.health).toBeNull();
  expect(await counterRows()).toBe(0);
});

test('a gateway is online while its connection stands, and offline when it breaks without a word', async () => {
  const will = { topic: 'joulegate/attic/status', payload: Buffer.from('{"v":1,"state":"offline"}') };
  const attic = await connect('attic', { will });
  await attic.publishAsync('joulegate/attic/status', '{"v":1,"state":"online"}', { qos: 1 });
  const { fleet } = engine.parts;
  expect(fleet.gateway('attic')).toMatchObject({ online: true });
  attic.stream.destroy();
  await expect.poll(() => fleet.gateway('attic')?.online).toBe(false);
  expect(engine.parts.broker.connected('attic')).toBe(false);
});

test('desired settings reach a gateway that comes later, also after a restart of the host', async () => {
  const wanted = { lines: [{ id: 'bus', kind: 'rs485', port: 'uart1' }], meters: [] };
  const { dataDir } = engine.parts.settings;
  const outcome = await engine.parts.fleet.desire('attic', wanted);
  expect(outcome).toMatchObject({ ok: true, settings: { version: 1 } });
  const received = async (port: number) => {
    const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, {
      username: 'attic',
      password: engine.password,
    });
    clients.push(client);
    client.subscribe('joulegate/attic/settings/desired');
    return new Promise<unknown>(resolve =>
      client.on('message', (_topic, payload) => resolve(JSON.parse(payload.toString('utf8')))),
    );
  };
  const expected = { v: 1, settings: { ...wanted, version: 1 } };
  expect(await received(engine.parts.broker.port)).toEqual(expected);
  await engine.parts.close();
  await engine.parts.store.close();
  const second = await startTestEngine({ dataDir });
  expect(await received(second.parts.broker.port)).toEqual(expected);
  expect(await second.parts.fleet.desire('attic', { lines: [], meters: [{ id: 'No' }] })).toMatchObject({
    ok: false,
    mistakes: expect.arrayContaining([expect.objectContaining({ field: 'meters[0].id' })]),
  });
  await second.close();
  engine = await startTestEngine();
});

test('while somebody watches, gateways are asked for live values, those that come later too', async () => {
  const { live, events } = engine.parts;
  const attic = await connect('attic');
  await attic.subscribeAsync('joulegate/attic/command', { qos: 1 });
  const commands: unknown[] = [];
  attic.on('message', (_topic, payload) => commands.push(JSON.parse(payload.toString('utf8'))));
  const stopFirst = live.watch();
  const stopSecond = live.watch();
  await expect.poll(() => commands).toMatchObject([{ v: 1, name: 'live', seconds: 30 }]);
  stopFirst();
  stopFirst();
  expect(live.watchers).toBe(1);
  const seen: unknown[] = [];
  const stopListening = events.on(event => {
    if (event.type === 'live') seen.push(event);
  });
  const message = JSON.stringify({ v: 1, meters: { main: { atMs: 1000, values: { powerW: 5 } } } });
  await attic.publishAsync('joulegate/attic/live', message, { qos: 0 });
  await expect
    .poll(() => seen)
    .toEqual([{ type: 'live', gateway: 'attic', meters: { main: { atMs: 1000, values: { powerW: 5 } } } }]);
  stopSecond();
  stopListening();
  expect(live.watchers).toBe(0);
});

test('a gateway whose credential is withdrawn is disconnected', async () => {
  const attic = await connect('attic');
  const closed = new Promise<void>(resolve => attic.once('close', () => resolve()));
  engine.parts.broker.disconnect('attic');
  await closed;
  await expect.poll(() => engine.parts.fleet.gateway('attic')?.online).toBe(false);
});

test('a gateway that does not read what it is sent is disconnected, and the others are not held up', async () => {
  const { broker, fleet } = engine.parts;
  const [attic, cellar] = [await connect('attic'), await connect('cellar')];
  await attic.subscribeAsync('joulegate/attic/settings/desired', { qos: 1 });
  await cellar.subscribeAsync('joulegate/cellar/ack', { qos: 1 });
  attic.stream.unpipe();
  attic.stream.pause();
  const settings = 'x'.repeat(8000);
  // What the kernel takes for a socket is some megabytes.
  for (let sent = 0; sent < 5000 && broker.connected('attic'); sent++) {
    broker.send<'settings/desired'>('attic', 'settings/desired', { v: 1, settings });
    if (sent % 100 === 99) await new Promise(resolve => setImmediate(resolve));
  }
  const acks: string[] = [];
  cellar.on('message', topic => acks.push(topic));
  await cellar.publishAsync('joulegate/cellar/records', records(), { qos: 1 });
  await expect.poll(() => acks).toEqual(['joulegate/cellar/ack']);
  expect(engine.parts.counters()).toMatchObject({ tooSlow: 1 });
  expect(fleet.gateway('attic')).toMatchObject({ online: false });
  expect(fleet.gateway('attic')?.problems.map(({ code }) => code)).toContain('mqtt.tooSlow');
});
