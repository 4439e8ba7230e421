import { createServer, type Server } from 'node:net';
import { Aedes } from 'aedes';
import mqtt, { type MqttClient } from 'mqtt';
import { afterEach, expect, test } from 'vitest';
import { type Broker, startBroker } from '../../host/broker/broker.ts';
import type { MqttVersion } from '../../host/settings.ts';
import { hostUser, Mosquitto, mosquittoPath } from './mosquitto.ts';

const soon = { interval: 10 };
const online = '{"v":1,"state":"online"}';
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A broker of MQTT 3.1.1 that lets everybody do everything and keeps nothing over its end. */
async function startOpenBroker(port = 0): Promise<{ port: number; close: () => Promise<void> }> {
  const aedes = await Aedes.createBroker({ drainTimeout: 0 });
  const server: Server = createServer(socket => aedes.handle(socket));
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  const close = () =>
    new Promise<void>(resolve => {
      server.close(() => resolve());
      aedes.close();
    });
  return { port: typeof address === 'object' && address !== null ? address.port : 0, close };
}

interface Told {
  readonly broker: Broker;
  readonly messages: string[];
  readonly connections: string[];
  readonly refused: string[];
  readonly logged: string[];
}

async function connectHost(port: number, version: MqttVersion = '5', password?: string): Promise<Told> {
  const told = { messages: [], connections: [], refused: [], logged: [] } as {
    messages: string[];
    connections: string[];
    refused: string[];
    logged: string[];
  };
  const username = password === undefined ? undefined : hostUser;
  const broker = await startBroker({
    host: '127.0.0.1',
    port: 0,
    external: { url: `mqtt://127.0.0.1:${port}`, username, password, version },
    authenticate: async () => false,
    onMessage: (gateway, channel) => told.messages.push(`${gateway} ${channel}`),
    onConnection: (gateway, isConnected) => told.connections.push(`${gateway} ${isConnected}`),
    onRefused: (gateway, code, detail) => told.refused.push(`${gateway ?? '-'} ${code} ${detail}`),
    log: (level, text) => told.logged.push(`${level} ${text}`),
  });
  closers.push(() => broker.close());
  return { broker, ...told };
}

async function connectClient(port: number): Promise<MqttClient> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
  closers.push(() => client.endAsync(true));
  return client;
}

const isUp = ({ broker }: Told) => broker.counters().connections === 1;

test('a broker that does not know MQTT 5 is spoken to in 3.1.1', async () => {
  const open = await startOpenBroker();
  closers.push(() => open.close());
  const host = await connectHost(open.port, '5');
  await expect.poll(() => isUp(host), soon).toBe(true);
  expect(host.logged.at(-1)).toMatch(/connected to the broker mqtt:.* MQTT 3\.1\.1/);
  expect(host.logged[0]).toMatch(/warn .*version/i);
});

test('the broker may come later than the host, and come back having forgotten all', async () => {
  const first = await startOpenBroker();
  await first.close();
  const host = await connectHost(first.port, '3.1.1');
  const settings = { version: 7, lines: [], meters: [] };
  host.broker.send<'settings/desired'>('attic', 'settings/desired', { v: 1, settings });
  host.broker.send('attic', 'ack', { v: 1, epoch: '00000000000000aa', sequence: 1 });
  await expect.poll(() => host.refused.join(), soon).toContain('ECONNREFUSED');
  expect(host.broker.counters().linkFailures).toBeGreaterThan(0);
  for (let round = 1; round <= 2; round++) {
    const open = await startOpenBroker(first.port);
    await expect.poll(() => isUp(host), soon).toBe(true);
    expect(host.broker.counters().linkConnects).toBe(round);
    const client = await connectClient(first.port);
    const heard = new Promise<string>(resolve =>
      client.on('message', (topic, payload) => resolve(`${topic} ${payload}`)),
    );
    await client.subscribeAsync('#');
    expect(await heard).toBe(`joulegate/attic/settings/desired ${JSON.stringify({ v: 1, settings })}`);
    await client.publishAsync('joulegate/attic/live', `{"round":${round}}`, { qos: 1 });
    await expect.poll(() => host.messages.length, soon).toBe(round);
    await client.endAsync(true);
    await open.close();
    await expect.poll(() => isUp(host), soon).toBe(false);
  }
});

test('what was retained long ago doubles nothing and brings nobody back', async () => {
  const open = await startOpenBroker();
  closers.push(() => open.close());
  const client = await connectClient(open.port);
  const retained = { qos: 1, retain: true } as const;
  for (const gateway of ['there', 'gone']) {
    for (const channel of ['records', 'live', 'health', 'result', 'about', 'settings/reported']) {
      await client.publishAsync(`joulegate/${gateway}/${channel}`, 'x', retained);
    }
    const state = gateway === 'there' ? 'online' : 'offline';
    await client.publishAsync(`joulegate/${gateway}/status`, `{"v":1,"state":"${state}"}`, retained);
  }
  const host = await connectHost(open.port, '3.1.1');
  await expect.poll(() => host.broker.counters().received, soon).toBe(14);
  expect(host.connections).toEqual(['there true']);
  expect(host.broker.connected('gone')).toBe(false);
  expect(host.messages.filter(message => !/^there (about|settings.reported)$/.test(message))).toEqual([]);
  expect(host.broker.counters().stale).toBeGreaterThanOrEqual(10);
  // Whoever speaks is there, even if its status was lost.
  await client.publishAsync('joulegate/gone/records', 'x', { qos: 1 });
  await expect.poll(() => host.messages.at(-1), soon).toBe('gone records');
  expect(host.connections).toEqual(['there true', 'gone true']);
});

test('what the broker lets pass and the host must not take is refused and counted as in the embedded one', async () => {
  const open = await startOpenBroker();
  closers.push(() => open.close());
  const host = await connectHost(open.port, '3.1.1');
  await expect.poll(() => isUp(host), soon).toBe(true);
  const client = await connectClient(open.port);
  await client.publishAsync('joulegate/attic/status', online, { qos: 1 });
  await client.publishAsync('joulegate/Not An Id/status', online, { qos: 1 });
  await client.publishAsync('joulegate/attic/records', Buffer.alloc(64 * 1024 + 1), { qos: 1 });
  await client.publishAsync('joulegate/cellar/records', 'x', { qos: 1 });
  await expect.poll(() => host.messages.at(-1), soon).toBe('cellar records');
  expect(host.broker.counters()).toMatchObject({ foreign: 1, packetsTooLarge: 1 });
  const codes = host.refused.map(text => text.split(' ').slice(0, 2).join(' '));
  expect(codes).toEqual(['- mqtt.foreign', 'attic mqtt.tooLarge']);
});

test.skipIf(mosquittoPath() === undefined)(
  'the host’s own login, where it is wrong or may not hear, is told with what to do (needs mosquitto)',
  async () => {
    const password = 'a password of the test';
    const mosquitto = await Mosquitto.start({ [hostUser]: password });
    closers.push(() => mosquitto.close());
    for (const version of ['5', '3.1.1'] as const) {
      const wrong = await connectHost(mosquitto.port, version, 'wrong');
      await expect.poll(() => wrong.refused[0], soon).toMatch(/- mqtt.link .*JOULEGATE_MQTT_USER/);
      const right = await connectHost(mosquitto.port, version, password);
      await expect.poll(() => isUp(right), soon).toBe(true);
      expect(right.logged).toEqual([
        `info connected to the broker mqtt://127.0.0.1:${mosquitto.port}, MQTT ${version}`,
      ]);
      await right.broker.close();
    }
  },
);
