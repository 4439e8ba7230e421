import { connect, type Socket } from 'node:net';
import mqtt from 'mqtt';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Broker, startBroker } from '../../host/broker/broker.ts';
import { brokerLimits } from '../../host/broker/limits.ts';
import { startTestEngine } from './test-engine.ts';

let broker: Broker;
let refused: string[];
const sockets: Socket[] = [];

beforeEach(async () => {
  refused = [];
  broker = await startBroker({
    host: '127.0.0.1',
    port: 0,
    authenticate: async (_gateway, password) => password === 'right',
    onMessage: () => {},
    onConnection: () => {},
    onRefused: (_gateway, code) => refused.push(code),
  });
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await broker.close();
});

/** A connection on which nothing is ever said, from one of the addresses of this machine. */
const hold = (localAddress = '127.0.0.1') =>
  new Promise<Socket>((resolve, reject) => {
    const socket = connect({ port: broker.port, host: '127.0.0.1', localAddress }, () => resolve(socket));
    socket.on('error', reject);
    sockets.push(socket);
  });
const holdMany = (count: number, address: (number: number) => string) =>
  Promise.all(Array.from({ length: count }, (_, number) => hold(address(number))));
const soon = { interval: 20 };

const login = (gateway: string, options: mqtt.IClientOptions = {}) =>
  mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`, {
    username: gateway,
    password: 'right',
    protocolVersion: 4,
    reconnectPeriod: 0,
    ...options,
  });

test('whoever holds connections open keeps as many as an address may, and no gateway out', async () => {
  const early = await login('early');
  await holdMany(300, () => '127.0.0.1');
  await expect.poll(() => broker.counters().strangers, soon).toBe(brokerLimits.strangersOfAddress);
  const late = await login('late');
  expect(early.connected && late.connected).toBe(true);
  expect(broker.counters()).toMatchObject({
    gatewaysConnected: 2,
    strangersRefused: 300 - brokerLimits.strangersOfAddress,
    strangers: brokerLimits.strangersOfAddress,
  });
  await Promise.all([early.endAsync(true), late.endAsync(true)]);
});

test('who comes from many addresses keeps as many connections as there may be, and no gateway out', async () => {
  await holdMany(400, number => `127.0.${1 + (number % 100)}.1`);
  await expect.poll(() => broker.counters().strangers, soon).toBe(brokerLimits.strangers);
  const gateway = await login('attic');
  expect(broker.counters()).toMatchObject({
    gatewaysConnected: 1,
    strangersRefused: 400 - brokerLimits.strangers,
    strangers: brokerLimits.strangers,
  });
  await gateway.endAsync(true);
});

test('from a proxy that the settings name there may be as many strangers as in all', async () => {
  const engine = await startTestEngine({ settings: { mqttProxies: '127.0.0.64/26' } });
  await broker.close();
  broker = engine.parts.broker;
  await holdMany(60, () => '127.0.0.70');
  await holdMany(60, () => '127.0.0.20');
  await expect.poll(() => broker.counters().strangers, soon).toBe(60 + brokerLimits.strangersOfAddress);
  for (const socket of sockets.splice(0)) socket.destroy();
  await engine.close();
});

test('a gateway that does not promise to speak is refused and counted', async () => {
  for (const keepalive of [0, brokerLimits.keepAliveS + 1]) {
    await expect(login('attic', { keepalive })).rejects.toThrow();
  }
  expect(broker.counters()).toMatchObject({ keepAlivesRefused: 2, gatewaysConnected: 0 });
  expect(refused).toContain('mqtt.refused');
});

test('more logins at once than may wait are put off, and get in when they try again', async () => {
  await broker.close();
  const waiting: (() => void)[] = [];
  broker = await startBroker({
    host: '127.0.0.1',
    port: 0,
    authenticate: () => new Promise(resolve => waiting.push(() => resolve(true))),
    onMessage: () => {},
    onConnection: () => {},
    onRefused: (_gateway, code) => refused.push(code),
  });
  const all = brokerLimits.authentications + brokerLimits.waitingAuthentications;
  const logins = Array.from({ length: all + 5 }, (_, number) =>
    login(`g${number}`, { reconnectPeriod: 100 }),
  );
  await expect.poll(() => broker.counters().loginsPutOff).toBeGreaterThanOrEqual(5);
  expect(refused).toContain('mqtt.logins');
  // All others wait for their turn: between two tries of those five there are as many as may wait.
  await expect.poll(() => broker.counters().connections, { interval: 5 }).toBe(all);
  const draining = setInterval(() => {
    for (const answer of waiting.splice(0)) answer();
  }, 1);
  const clients = await Promise.all(logins);
  clearInterval(draining);
  await Promise.all(clients.map(client => client.endAsync(true)));
});

test('whoever is not known while the host still starts is hung up on, so that all try again, and refused from then on', async () => {
  await broker.close();
  let isStarting = true;
  broker = await startBroker({
    host: '127.0.0.1',
    port: 0,
    authenticate: async (_gateway, password) => password === 'right',
    isStarting: () => isStarting,
    onMessage: () => {},
    onConnection: () => {},
    onRefused: (_gateway, code) => refused.push(code),
  });
  // As Zigbee2MQTT does it: tries again where the connection is lost, and never once it was refused.
  const asProgram = login('grafana', { password: 'of a program', reconnectPeriod: 50 });
  const outcome = expect(asProgram).rejects.toMatchObject({ code: 4 });
  await expect.poll(() => broker.counters().loginsPutOff).toBeGreaterThanOrEqual(2);
  const gateway = await login('attic');
  isStarting = false;
  // MQTT 3.1.1, 3.2.2.3: bad user name or password.
  await outcome;
  expect(new Set(refused.filter(code => code !== 'mqtt.closed'))).toEqual(
    new Set(['mqtt.logins', 'mqtt.login']),
  );
  expect(broker.counters().loginsFailed).toBe(1);
  await gateway.endAsync(true);
});

test('of two connections of one gateway the newer stays, and its last will is the one that counts', async () => {
  await broker.close();
  const told: string[] = [];
  broker = await startBroker({
    host: '127.0.0.1',
    port: 0,
    authenticate: async () => true,
    onMessage: (gateway, channel, payload) => told.push(`${gateway} ${channel} ${Buffer.from(payload)}`),
    onConnection: (gateway, isConnected) => told.push(`${gateway} ${isConnected}`),
    onRefused: (_gateway, code) => refused.push(code),
  });
  const will = (text: string) => ({
    will: { topic: 'joulegate/attic/status', payload: Buffer.from(text), qos: 1 as const, retain: true },
  });
  const first = await login('attic', will('first'));
  const closed = new Promise<void>(resolve => first.once('close', () => resolve()));
  const second = await login('attic', will('second'));
  await closed;
  expect(told).toEqual(['attic true', 'attic true']);
  expect(broker.counters()).toMatchObject({ takenOver: 1, connects: 2, gatewaysConnected: 1 });
  second.stream.destroy();
  await expect.poll(() => told.slice(2)).toEqual(['attic status second', 'attic false']);
  expect(broker.connected('attic')).toBe(false);
});
