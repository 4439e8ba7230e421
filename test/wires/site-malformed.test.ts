import fc from 'fast-check';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeRecord, encodeRecordsMessage } from '#core/wire/records.ts';
import { topicOf, type UpChannel, upChannels } from '#core/wire/topics.ts';
import type { Counters, Gateway, Meter, Missing, Problem, Readings } from '../../host/api/contract.ts';
import { SiteHost } from '../faults/site-host.ts';
import { SiteRig } from '../faults/site-rig.ts';
import { expectContiguous, expectTables } from '../faults/tables.ts';
import { seed } from '../seed.ts';
import { siteMeters } from '../site.ts';
import { windowAt } from './windows.ts';

const startMs = Date.UTC(2026, 2, 10, 7);
const epoch = '00000000000000aa';
const jsonChannels = upChannels.filter(channel => channel !== 'records');

let host: SiteHost;
/** A real gateway that does all right, and whose windows must not notice what the other one does. */
let site: SiteRig;
let password: string;
let rogue: MqttClient;

beforeAll(async () => {
  console.log(`the site with seed ${seed}`);
  host = await SiteHost.start();
  site = new SiteRig({
    seed,
    startMs,
    broker: { port: host.mqttPort, password: await host.addGateway('site') },
  });
  password = await host.addGateway('rogue');
  rogue = await connect();
});
afterAll(async () => {
  await rogue.endAsync(true);
  site.gateway.stop();
  await host.remove();
});

async function connect(options: IClientOptions = {}): Promise<MqttClient> {
  const client = mqtt.connect(`mqtt://127.0.0.1:${host.mqttPort}`, {
    username: 'rogue',
    password,
    reconnectPeriod: 0,
    ...options,
  });
  client.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('close', () => reject(new Error('refused')));
  });
  return client;
}

const stateOf = (id = 'rogue') => host.get<Gateway>(`/api/v1/gateways/${id}`);
const say = (channel: UpChannel, payload: string | Uint8Array) =>
  rogue.publishAsync(topicOf('rogue', channel), Buffer.from(payload), { qos: 1 });
const recordsMessage = (...windows: Parameters<typeof encodeRecord>[0][]) =>
  encodeRecordsMessage({ epoch, oldest: 1, first: 1, records: windows.map(encodeRecord) });
const rogueRows = async (): Promise<number> => {
  const [row] = await host.parts.store.all(
    `SELECT count(*) AS rows FROM (SELECT series FROM gauge UNION ALL SELECT series FROM counter)
     JOIN series ON series.number = series JOIN meter ON meter.number = meter WHERE gateway = 'rogue'`,
  );
  return Number(row?.rows);
};

/** Does this while the real gateway goes on, which must not lose a window or hear of it. */
async function whileTheOtherGoesOn(act: () => Promise<void>): Promise<void> {
  const before = (await stateOf('site')).ingest;
  await Promise.all([act(), site.run(60_000)]);
  await site.drained();
  const { ingest, online, problems } = await stateOf('site');
  expect({ online, problems }).toEqual({ online: true, problems: [] });
  expect(ingest).toMatchObject({ malformed: 0, implausible: 0, foreign: 0, lost: 0 });
  expect(ingest.records).toBeGreaterThanOrEqual((before.records ?? 0) + 5 * siteMeters.length);
}

/** Says something wrong and gives the problem that the API tells for it; it has counted one message malformed. */
async function refused(channel: UpChannel, payload: string | Uint8Array): Promise<Problem | undefined> {
  const before = (await stateOf()).ingest.malformed ?? 0;
  await say(channel, payload);
  await expect.poll(async () => (await stateOf()).ingest.malformed, { interval: 5 }).toBe(before + 1);
  return (await stateOf()).problems[0];
}

test('JSON that is none, too deep, of another version or another shape is told by its channel and field', async () => {
  await whileTheOtherGoesOn(async () => {
    for (const channel of jsonChannels) {
      expect(await refused(channel, '{"v":1,')).toMatchObject({ code: 'message.notJson' });
      expect(await refused(channel, '[1,2,3]')).toMatchObject({ code: 'message.shape' });
      expect(await refused(channel, Uint8Array.of(0xff, 0xfe, 0x00))).toMatchObject({
        code: 'message.notJson',
      });
      const future = await refused(channel, '{"v":2}');
      expect(future?.code).toBe('message.shape');
      expect(future?.detail).toContain(channel);
      expect(future?.detail).toContain('v:');
      expect(await refused(channel, `${'['.repeat(5000)}${']'.repeat(5000)}`)).toMatchObject({
        code: 'message.tooDeep',
      });
    }
    const long = await refused('about', JSON.stringify({ v: 1, firmware: 'x'.repeat(60_000) }));
    expect(long?.code).toBe('message.shape');
    expect(long?.detail.length).toBeLessThan(310);
    expect(await refused('status', '{"v":1,"state":"drunk"}')).toMatchObject({
      detail: expect.stringContaining('state'),
    });
    expect(await refused('live', '{"v":1,"meters":{"a":{"atMs":-1,"values":{}}}}')).toMatchObject({
      detail: expect.stringContaining('atMs'),
    });
  });
});

test('records that are cut, longer than they say, or of another version are told and store nothing', async () => {
  const whole = recordsMessage(windowAt('main', 0), windowAt('main', 1));
  await whileTheOtherGoesOn(async () => {
    for (let length = 0; length < whole.length; length += 7) {
      const problem = await refused('records', whole.subarray(0, length));
      expect(problem?.code).toMatch(/^wire\./);
    }
    expect(await refused('records', Uint8Array.of(...whole, 0))).toMatchObject({ code: 'wire.trailing' });
    expect(await refused('records', Uint8Array.of(9, ...whole.subarray(1)))).toMatchObject({
      code: 'wire.version',
      detail: expect.stringContaining('9'),
    });
  });
  expect(await rogueRows()).toBe(0);
});

test('whatever bytes come on any channel, the host goes on and stores nothing of them', async () => {
  const payloads = fc.sample(
    fc.tuple(
      fc.constantFrom(...upChannels),
      fc.oneof(
        fc.uint8Array({ maxLength: 400 }),
        fc.json().map(text => Buffer.from(text)),
      ),
    ),
    { numRuns: 300, seed },
  );
  const { messages = 0, malformed = 0 } = (await stateOf()).ingest;
  await whileTheOtherGoesOn(async () => {
    for (const [channel, payload] of payloads) await say(channel, payload);
  });
  await expect.poll(async () => (await stateOf()).ingest.messages).toBe(messages + payloads.length);
  expect((await stateOf()).ingest.malformed).toBe(malformed + payloads.length);
  expect(await rogueRows()).toBe(0);
  expect(rogue.connected).toBe(true);
});

test('values that cannot be true are counted and not stored, and their window says why it is empty', async () => {
  const { startMs: atMs } = windowAt('main', 0);
  const impossible = { quantity: 'powerW', samples: 10, mean: 3e8, min: 2e8, max: 4e8, last: 3e8 } as const;
  const possible = { quantity: 'voltageV', samples: 10, mean: 230, min: 229, max: 231, last: 230 } as const;
  const { implausible = 0 } = (await stateOf()).ingest;
  await whileTheOtherGoesOn(async () => {
    await say(
      'records',
      recordsMessage(
        { ...windowAt('main', 0), values: [impossible, possible] },
        { ...windowAt('main', 1), values: [impossible] },
        { ...windowAt('main', 2), startMs: Date.UTC(1999, 0, 1), values: [possible] },
      ),
    );
    await say(
      'live',
      '{"v":1,"meters":{"main":{"atMs":1,"values":{"powerW":1e12,"charm":7,"voltageV":230}}}}',
    );
  });
  await expect.poll(async () => (await stateOf()).ingest.implausible).toBe(implausible + 4);
  const state = await stateOf();
  expect(state.problems.map(({ code }) => code)).toContain('ingest.time');
  await expect.poll(rogueRows).toBe(1);
  const range = { from: atMs, to: atMs + 60_000 };
  const voltage = await host.get<Readings>('/api/v1/readings', { series: 'rogue.main.voltageV', ...range });
  expect(voltage).toMatchObject({ startMs: [atMs], mean: [230] });
  expect(await host.get<Missing>('/api/v1/missing', { meter: 'rogue.main', ...range })).toEqual([
    { startMs: atMs + 10_000, endMs: atMs + 20_000, reason: 'implausible' },
  ]);
  const { latest } = await host.get<Meter>('/api/v1/meters/rogue.main');
  expect(latest?.values).toEqual({ voltageV: 230 });
});

test('what is said or asked in another’s name is counted, told, and reaches nobody', async () => {
  const heard: string[] = [];
  rogue.on('message', topic => heard.push(topic));
  const { foreign = 0 } = (await stateOf()).ingest;
  const stolen = recordsMessage(windowAt('grid', 0));
  await whileTheOtherGoesOn(async () => {
    for (const channel of upChannels) {
      await rogue.publishAsync(topicOf('site', channel), Buffer.from(stolen), { qos: 1 });
    }
    await rogue.publishAsync(topicOf('site', 'ack'), '{"v":1,"epoch":"00000000000000aa","sequence":9}', {
      qos: 1,
    });
    for (const topic of ['joulegate/site/ack', 'joulegate/+/ack', 'joulegate/#', '#', '$SYS/#']) {
      await expect(rogue.subscribeAsync(topic, { qos: 1 })).rejects.toThrow();
    }
  });
  const state = await stateOf();
  expect(state.ingest.foreign).toBe(foreign + upChannels.length + 1);
  expect(state.problems.map(({ code }) => code)).toEqual(
    expect.arrayContaining(['mqtt.foreign', 'mqtt.subscription']),
  );
  expect(state.problems.map(({ detail }) => detail).join()).toContain('joulegate/site/records');
  expect(heard).toEqual([]);
});

test('a wrong password, an unknown gateway and a packet too large are told, and end nothing but themselves', async () => {
  const before = (await host.get<Counters>('/api/v1/counters')).counters;
  await whileTheOtherGoesOn(async () => {
    await expect(connect({ password: 'wrong' })).rejects.toThrow();
    await expect(connect({ username: 'nobody' })).rejects.toThrow();
    await expect(connect({ username: 'site' })).rejects.toThrow();
    const closed = new Promise<void>(resolve => rogue.once('close', () => resolve()));
    rogue.publish(topicOf('rogue', 'about'), JSON.stringify({ v: 1, board: 'x'.repeat(70_000) }));
    await closed;
  });
  const { counters, problems } = await host.get<Counters>('/api/v1/counters');
  expect(counters.loginsFailed).toBe((before.loginsFailed ?? 0) + 3);
  expect(counters.packetsTooLarge).toBe((before.packetsTooLarge ?? 0) + 1);
  const logins = problems.filter(({ code }) => code === 'mqtt.login').map(({ detail }) => detail);
  for (const id of ['rogue', 'nobody', 'site']) expect(logins.join()).toContain(id);
  expect((await stateOf()).problems.map(({ code }) => code)).toContain('mqtt.tooLarge');
  expect((await stateOf()).online).toBe(false);
  rogue = await connect();
  await say('status', '{"v":1,"state":"online"}');
  await expect.poll(async () => (await stateOf()).online).toBe(true);
});

test('after all that, the other gateway’s windows are there, once, and as it measured them', async () => {
  site.gateway.stop();
  const meters = siteMeters.map(({ id }) => id);
  expectContiguous(site.appended, meters, startMs, Math.floor(site.nowMs / 10_000) * 10_000);
  await expectTables(host.parts.store, 'site', site.appended);
  expect(await rogueRows()).toBe(1);
});
