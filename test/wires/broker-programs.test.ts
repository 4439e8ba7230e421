import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { topicOf } from '#core/wire/topics.ts';
import { brokerLimits } from '../../host/broker/limits.ts';
import { freeLabPort } from '../../simulator/lab/lab-port.ts';
import { mosquittoPath } from './mosquitto.ts';
import { heardBy, type ProgramHost, startProgramHost } from './program-host.ts';

const soon = { interval: 10 };
const live = (powerW: number) =>
  JSON.stringify({ v: 1, meters: { main: { atMs: 1000, values: { powerW } } } });
let host: ProgramHost;

beforeAll(async () => {
  host = await startProgramHost();
  await host.sites.create('barn', null);
  await host.sites.move('stable', 'barn');
});
afterEach(() => host.hangUp());
afterAll(() => host.close());

test('a program hears what the gateways of its sites say, in the quality it asked for, and of no other', async () => {
  const grafana = await host.program('grafana', { sites: ['home'] });
  const all = await host.program('all', { sites: ['*'] });
  const heard = heardBy(grafana);
  const heardOfAll = heardBy(all);
  expect(await grafana.subscribeAsync('joulegate/+/live', { qos: 0 })).toMatchObject([{ qos: 0 }]);
  await grafana.subscribeAsync('joulegate/+/health', { qos: 1 });
  await all.subscribeAsync('#', { qos: 1 });
  const [cellar, stable] = [await host.gateway('cellar'), await host.gateway('stable')];
  for (const [id, gateway] of [
    ['cellar', cellar],
    ['stable', stable],
  ] as const) {
    await gateway.publishAsync(topicOf(id, 'live'), live(5), { qos: 1 });
    await gateway.publishAsync(topicOf(id, 'health'), '{}', { qos: 1, retain: true });
  }
  await expect.poll(() => heardOfAll.filter(({ topic }) => /live|health/.test(topic)), soon).toHaveLength(4);
  expect(heard).toEqual([
    { topic: 'joulegate/cellar/live', text: live(5), retain: false, qos: 0 },
    { topic: 'joulegate/cellar/health', text: '{}', retain: false, qos: 1 },
  ]);
});

test('who begins to listen is told at once what lasts, as retained, and hears when a gateway goes', async () => {
  const cellar = await host.gateway('cellar', {
    will: { topic: 'joulegate/cellar/status', payload: Buffer.from('{"v":1,"state":"offline"}'), qos: 1 },
  });
  const program = await host.program('homeassistant', { sites: ['home'] });
  const heard = heardBy(program);
  await program.subscribeAsync(['joulegate/cellar/status', 'joulegate/stable/status'], { qos: 1 });
  const topic = 'joulegate/cellar/status';
  await expect
    .poll(() => heard, soon)
    .toEqual([{ topic, text: '{"v":1,"state":"online"}', retain: true, qos: 1 }]);
  cellar.stream.destroy();
  await expect.poll(() => heard.at(-1), soon).toMatchObject({ topic, text: '{"v":1,"state":"offline"}' });
  const again = await host.gateway('cellar');
  await expect.poll(() => heard.at(-1), soon).toMatchObject({ topic, text: '{"v":1,"state":"online"}' });
  // Without a word of its own: the host says it.
  await again.endAsync();
  await expect.poll(() => heard.at(-1), soon).toMatchObject({ topic, text: '{"v":1,"state":"offline"}' });
});

test('a gateway that moves to another site, a new password and the end of a program take effect at once', async () => {
  const cellar = await host.gateway('cellar');
  const program = await host.program('moving', { sites: ['home'], mayWrite: true });
  const heard = heardBy(program);
  await program.subscribeAsync('joulegate/+/live');
  const say = (powerW: number) => cellar.publishAsync('joulegate/cellar/live', live(powerW), { qos: 1 });
  await say(1);
  await expect.poll(() => heard, soon).toHaveLength(1);
  await host.sites.move('cellar', 'barn');
  await say(2);
  await host.sites.move('cellar', 'home');
  await say(3);
  await expect.poll(() => heard.map(({ text }) => text), soon).toEqual([live(1), live(3)]);
  const closed = new Promise<void>(resolve => program.once('close', () => resolve()));
  await host.auth.mqttClients.remove('moving');
  await say(4);
  host.engine.broker.disconnectProgram('moving');
  await closed;
  expect(heard).toHaveLength(2);
  await expect.poll(() => host.engine.broker.programConnected('moving'), soon).toBe(false);
});

test('with mayWrite it sends commands to gateways of its sites, by the rules of the API, and each is taken down', async () => {
  const cellar = await host.gateway('cellar');
  await cellar.subscribeAsync('joulegate/cellar/command', { qos: 1 });
  const commands = heardBy(cellar);
  const program = await host.program('nodered', { sites: ['home'], mayWrite: true });
  const heard = heardBy(program);
  await program.subscribeAsync('joulegate/+/result', { qos: 1 });
  const send = (gateway: string, command: object) =>
    program.publishAsync(`joulegate/${gateway}/command`, JSON.stringify({ v: 1, ...command }), { qos: 1 });
  await send('cellar', { id: 'a', name: 'identify', seconds: 5 });
  await expect
    .poll(() => commands.map(({ text }) => text), soon)
    .toEqual(['{"v":1,"id":"a","name":"identify","seconds":5}']);
  await cellar.publishAsync('joulegate/cellar/result', '{"v":1,"id":"a","ok":true}', { qos: 1 });
  await send('cellar', { id: 'b', name: 'identify' });
  await send('cellar', { id: 'c', name: 'explode' });
  await send('attic', { id: 'd', name: 'restart' });
  await send('cellar', { id: 'e', name: 'network', network: { broker: 'elsewhere.example' } });
  await send('cellar', { id: 'f', name: 'factoryReset' });
  await expect
    .poll(() => heard.map(({ text }) => JSON.parse(text)), soon)
    .toMatchObject([
      { id: 'a', ok: true },
      { id: 'b', ok: false, message: 'seconds: is missing; identify needs seconds.' },
      { id: 'c', ok: false, message: expect.stringContaining('name') },
      { id: 'd', ok: false, message: 'There is no gateway attic.' },
      { id: 'e', ok: false, message: 'network is for an admin, by the API or the page.' },
      { id: 'f', ok: false, message: 'factoryReset is for an admin, by the API or the page.' },
    ]);
  expect(commands).toHaveLength(1);
  expect(await host.audit.list({ sites: ['home'], limit: 5 })).toMatchObject([
    {
      user: 'mqtt:nodered',
      via: 'nodered',
      address: '127.0.0.1',
      action: 'gateway.command.identify',
      subject: 'cellar',
      after: { seconds: 5, outcome: 'sent' },
    },
  ]);
});

test('a program has one connection: of two the newer stays, and its client id ends no other’s', async () => {
  const cellar = await host.gateway('cellar');
  const grafana = await host.program('grafana', { sites: ['home'] });
  const password = await host.auth.mqttClients.renew('nodered');
  const first = await host.connect({ username: 'nodered', password, clientId: 'cellar' });
  const closed = new Promise<void>(resolve => first.once('close', () => resolve()));
  const second = await host.connect({ username: 'nodered', password, clientId: 'program/grafana' });
  await closed;
  await second.subscribeAsync('joulegate/+/status');
  expect([cellar.connected, grafana.connected, second.connected]).toEqual([true, true, true]);
  const { broker } = host.engine;
  expect([broker.connected('cellar'), broker.connected('nodered')]).toEqual([true, false]);
  expect([broker.programConnected('nodered'), broker.programConnected('cellar')]).toEqual([true, false]);
  expect(broker.counters()).toMatchObject({ programsConnected: 2, gatewaysConnected: 1 });
});

test('live values are asked of gateways while a program listens for them, and no longer', async () => {
  const { live: watched } = host.engine;
  const program = await host.program('grafana', { sites: ['home'] });
  await program.subscribeAsync('joulegate/+/health');
  expect(watched.watchers).toBe(0);
  await program.subscribeAsync('joulegate/cellar/live');
  await expect.poll(() => watched.watchers, soon).toBe(1);
  await program.unsubscribeAsync('joulegate/cellar/live');
  await expect.poll(() => watched.watchers, soon).toBe(0);
  await program.subscribeAsync('#');
  await expect.poll(() => watched.watchers, soon).toBe(1);
  program.stream.destroy();
  await expect.poll(() => watched.watchers, soon).toBe(0);
});

test('a program that does not read is sent away, and neither its gateway nor another program waits for it', async () => {
  const cellar = await host.gateway('cellar');
  const slow = await host.program('slow', { sites: ['home'] });
  const quick = await host.program('quick', { sites: ['home'] });
  for (const program of [slow, quick]) await program.subscribeAsync('joulegate/cellar/probe');
  slow.stream.unpipe();
  slow.stream.pause();
  let heard = 0;
  quick.on('message', () => heard++);
  const payload = Buffer.alloc(60_000, 'x');
  const before = host.engine.broker.counters();
  let sent = 0;
  let longestMs = 0;
  // What the kernel takes for a socket is some megabytes.
  for (; sent < 1000 && host.engine.broker.programConnected('slow'); sent++) {
    const fromMs = performance.now();
    await cellar.publishAsync('joulegate/cellar/probe', payload, { qos: 1 });
    longestMs = Math.max(longestMs, performance.now() - fromMs);
  }
  await expect.poll(() => heard, soon).toBe(sent);
  expect(host.engine.broker.programConnected('slow')).toBe(false);
  expect(host.engine.broker.counters().tooSlow).toBe((before.tooSlow ?? 0) + 1);
  console.log(
    `  slow program: ${sent} messages of 60 kB, then sent away with ${brokerLimits.programWaitingBytes} bytes unread; 0 held up (longest ${longestMs.toFixed(0)} ms)`,
  );
});

test.skipIf(mosquittoPath() === undefined)(
  'the bridge of the manual brings what gateways say to a Mosquitto of one’s own',
  async () => {
    const manual = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
    const bridge = /```\n(connection joulegate\n[\s\S]*?)```/.exec(manual)?.[1] ?? '';
    const password = await host.auth.mqttClients.make({
      id: 'homeassistant2',
      sites: ['home'],
      mayWrite: false,
    });
    const dir = await mkdtemp(join(tmpdir(), 'joulegate-bridge-'));
    const port = await freeLabPort();
    const lines = bridge
      .replace(/^address .*$/m, `address 127.0.0.1:${host.port}`)
      .replace(/^bridge_cafile .*\n/m, '')
      .replace(/^remote_username .*$/m, 'remote_username homeassistant2')
      .replace('THE-PASSWORD', password);
    await writeFile(
      join(dir, 'mosquitto.conf'),
      `listener ${port} 127.0.0.1\nallow_anonymous true\n${lines}`,
    );
    const running = spawn(mosquittoPath() ?? 'mosquitto', ['-c', join(dir, 'mosquitto.conf')], {
      stdio: 'ignore',
    });
    try {
      const home = mqtt.connect(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 100 });
      home.on('error', () => {});
      await expect.poll(() => home.connected, soon).toBe(true);
      const heard = heardBy(home);
      await home.subscribeAsync('joulegate/#');
      await expect.poll(() => host.engine.broker.programConnected('homeassistant2'), soon).toBe(true);
      const cellar = await host.gateway('cellar');
      await expect
        .poll(async () => {
          await cellar.publishAsync('joulegate/cellar/live', live(7), { qos: 0 });
          return heard.map(({ topic, text }) => `${topic} ${text}`);
        }, soon)
        .toContain(`joulegate/cellar/live ${live(7)}`);
      expect(heard.map(({ topic }) => topic)).toContain('joulegate/cellar/status');
      await home.endAsync(true);
    } finally {
      const ended = new Promise(resolve => running.once('exit', resolve));
      running.kill('SIGKILL');
      await ended;
      await rm(dir, { recursive: true, force: true });
    }
  },
);
