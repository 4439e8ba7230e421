import type { MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { brokerLimits } from '../../host/broker/limits.ts';
import { hostTopics } from '../../host/connectors/host-topics.ts';
import type { TopicMessage } from '../../host/connectors/topics.ts';
import { heardBy, type ProgramHost, startProgramHost } from './program-host.ts';

const soon = { interval: 10 };
let login = { username: 'plugs', password: 'a password made for the plugs' };
let tests = 0;
let host: ProgramHost;
const cancels: (() => void)[] = [];

beforeAll(async () => {
  host = await startProgramHost();
});
// What devices left for later stays with their login for a moment.
beforeEach(() => {
  login = { username: 'plugs', password: `the password number ${++tests} for plugs` };
});
afterEach(async () => {
  for (const cancel of cancels.splice(0)) cancel();
  await host.hangUp();
  await expect.poll(() => host.engine.broker.counters().devicesConnected, soon).toBe(0);
});
afterAll(() => host.close());

const topics = () => hostTopics(host.engine.broker, undefined, () => {});

function listen(filters: readonly string[], broker = login) {
  const messages: string[] = [];
  const states: (string | undefined)[] = [];
  const onMessage = ({ topic, payload, isRetained }: TopicMessage) =>
    messages.push(`${topic} ${Buffer.from(payload).toString()}${isRetained ? ' (retained)' : ''}`);
  const cancel = topics().listen(broker, filters, {
    onMessage,
    onState: fault => states.push(fault?.message),
  });
  cancels.push(cancel);
  return { messages, states, cancel };
}

const device = (clientId: string, more: object = {}): Promise<MqttClient> =>
  host.connect({ ...login, clientId, ...more });

test('a device logs in with what a connector made for it, and is heard by its filters alone', async () => {
  const { messages, states } = listen(['tele/+/SENSOR']);
  expect(states).toEqual(["no device is logged in at this host's broker as plugs"]);
  const [first, second] = [await device('one'), await device('two')];
  expect(states.at(-1)).toBeUndefined();
  await first.publishAsync('tele/one/SENSOR', '{"a":1}', { qos: 1 });
  await first.publishAsync('tele/one/STATE', '{}', { qos: 1 });
  await second.publishAsync('tele/two/SENSOR', '2', { qos: 2 });
  await expect.poll(() => messages, soon).toEqual(['tele/one/SENSOR {"a":1}', 'tele/two/SENSOR 2']);
  expect(host.engine.broker.counters()).toMatchObject({ devicesConnected: 2, deviceIgnored: 1 });
  expect(topics().recentTopics(login)).toEqual(['tele/one/SENSOR', 'tele/one/STATE', 'tele/two/SENSOR']);
});

test('without a connector, with another password and with a name that is no id nobody gets in', async () => {
  await expect(device('one')).rejects.toThrow('Bad username or password');
  const { cancel } = listen(['#']);
  await expect(device('one', { password: 'another password for the plugs' })).rejects.toThrow();
  await expect(device('one', { username: 'PLUGS' })).rejects.toThrow();
  const client = await device('one');
  const closed = new Promise<void>(resolve => client.once('close', () => resolve()));
  cancel();
  await closed;
  await expect(device('one')).rejects.toThrow();
});

test('settings that are saved anew keep devices connected, and what they left is told as retained', async () => {
  const before = listen(['tele/#']);
  const client = await device('one');
  await client.publishAsync('tele/one/LWT', 'Online', { qos: 1, retain: true });
  await client.publishAsync('tele/two/LWT', 'Online', { qos: 1, retain: true });
  await client.publishAsync('tele/two/LWT', '', { qos: 1, retain: true });
  before.cancel();
  const after = listen(['tele/+/LWT']);
  await expect.poll(() => after.messages, soon).toEqual(['tele/one/LWT Online (retained)']);
  expect(before.messages[0]).toBe('tele/one/LWT Online');
  await new Promise(resolve => setTimeout(resolve, brokerLimits.deviceAccountGraceMs + 50));
  expect(client.connected).toBe(true);
});

test('nothing of joulegate is a device’s to say or to hear, and none hears another', async () => {
  const { messages } = listen(['#']);
  const gateway = await host.gateway('cellar');
  const [first, second] = [await device('one'), await device('two')];
  const heard = heardBy(second);
  await expect(second.subscribeAsync('joulegate/#')).rejects.toThrow();
  await second.subscribeAsync('#');
  await gateway.publishAsync('joulegate/cellar/live', '{}', { qos: 1 });
  await first.publishAsync('joulegate/cellar/records', 'x', { qos: 1 });
  await first.publishAsync('tele/one/SENSOR', '1', { qos: 1, retain: true });
  await expect.poll(() => messages, soon).toEqual(['tele/one/SENSOR 1']);
  topics().publish(login, 'cmnd/two/STATUS', '10');
  await expect
    .poll(() => heard.map(({ topic, text }) => `${topic} ${text}`), soon)
    .toEqual(['cmnd/two/STATUS 10']);
  expect(host.engine.fleet.gateway('cellar')?.ingest.records ?? 0).toBe(0);
});

test('a last will is heard, but not that of a connection which the device has replaced', async () => {
  const { messages } = listen(['tele/+/LWT']);
  const will = { topic: 'tele/one/LWT', payload: Buffer.from('Offline'), qos: 1 as const, retain: true };
  await device('one', { will });
  const again = await device('one', { will });
  await again.publishAsync('tele/one/LWT', 'Online', { qos: 1, retain: true });
  again.stream.destroy();
  await expect.poll(() => messages, soon).toEqual(['tele/one/LWT Online', 'tele/one/LWT Offline']);
});

test('a device that floods is cut to its share', async () => {
  const { messages } = listen(['#']);
  const client = await device('one');
  const flood = brokerLimits.deviceFlood.burst + 300;
  for (let sent = 0; sent < flood; sent++) client.publish('t', String(sent), { qos: 0 });
  await client.publishAsync('t', 'end', { qos: 1 });
  expect(messages.length).toBeGreaterThanOrEqual(brokerLimits.deviceFlood.burst);
  expect(messages.length).toBeLessThan(flood);
});

test('what is retained beyond its room is counted, and so is one filter more than is allowed in a single packet', async () => {
  const first = listen(['#']);
  const client = await device('one');
  const { deviceUnkept, subscriptionsRefused } = host.engine.broker.counters();
  const large = 'x'.repeat(60_000);
  const most = Math.floor(brokerLimits.deviceKeptBytes / large.length);
  for (let sent = 0; sent < most + 2; sent++)
    await client.publishAsync(`kept/${sent}`, large, { qos: 1, retain: true });
  expect(host.engine.broker.counters().deviceUnkept).toBe(Number(deviceUnkept) + 2);
  first.cancel();
  const later = listen(['#']);
  await expect.poll(() => later.messages.length, soon).toBe(most);
  const filters = Array.from({ length: 1000 }, (_, at) => `many/${at}`);
  await client.subscribeAsync(filters).catch(() => {});
  const refused = Number(host.engine.broker.counters().subscriptionsRefused) - Number(subscriptionsRefused);
  expect(refused).toBe(filters.length - brokerLimits.deviceFilters);
  await expect(client.subscribeAsync('y'.repeat(300))).rejects.toThrow();
});
