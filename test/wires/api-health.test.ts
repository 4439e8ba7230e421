import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hostLimits } from '../../host/limits.ts';
import { until } from '../comes-true.ts';
import { signInFirst, startHostUnderTest } from '../host/api/host-under-test.ts';
import { Publisher } from './publisher.ts';
import { startTestEngine, type TestEngine } from './test-engine.ts';
import { windowAt } from './windows.ts';

const disk = { sizeBytes: 100e9, freeBytes: 50e9 };
let engine: TestEngine;
let publisher: Publisher;

beforeEach(async () => {
  disk.freeBytes = 50e9;
  engine = await startTestEngine({ readDisk: async () => ({ ...disk }) });
  publisher = new Publisher({
    gateway: 'attic',
    password: engine.password,
    port: engine.parts.broker.port,
    epoch: '00000000000000aa',
    perMessage: 10,
    inFlight: 4,
    resendMs: 200,
  });
});
afterEach(async () => {
  await publisher.close();
  await engine.close();
});

const add = (from: number, count: number) =>
  publisher.add(...Array.from({ length: count }, (_, index) => windowAt('main', from + index)));
const counters = () => engine.parts.counters();
test('a full disk pauses the intake, nothing of it is acknowledged, and with room all of it is stored', async () => {
  add(0, 50);
  await publisher.settled();
  disk.freeBytes = 1e9;
  await engine.parts.watch.disk.check();
  add(50, 50);
  await until(() => Number(counters()['ingest.deferred']) > 4);
  expect(publisher.acked).toBe(50);
  expect(engine.parts.watch.health()).toMatchObject({
    status: 'failing',
    reasons: [{ code: 'intake.paused' }],
  });
  // A gateway that waits is not away.
  expect(engine.parts.fleet.gateway('attic')?.online).toBe(true);
  disk.freeBytes = 50e9;
  await engine.parts.watch.disk.check();
  await publisher.settled();
  expect(engine.parts.watch.health().status).toBe('ok');
  expect(counters()).toMatchObject({ 'ingest.records': 100, 'disk.pauses': 1 });
  expect(engine.errors.filter(text => !text.includes('is full'))).toEqual([]);
});

test('commits that fail make the host failing until one succeeds, and each is timed', async () => {
  add(0, 10);
  await publisher.settled();
  const { store, watch } = engine.parts;
  const { commit } = store;
  store.commit = async () => {
    throw new Error('no room');
  };
  add(10, 10);
  await until(() => watch.health().status === 'failing');
  expect(watch.health().reasons).toMatchObject([{ code: 'commit.failing', detail: 'no room' }]);
  store.commit = commit;
  await publisher.settled();
  expect(watch.health().status).toBe('ok');
  expect(watch.histograms().commitS.count).toBeGreaterThanOrEqual(2);
});

test('a host whose external broker is not there says so', async () => {
  const away = await startTestEngine({ settings: { mqttUrl: 'mqtt://127.0.0.1:1' } });
  expect(away.parts.watch.health()).toMatchObject({
    status: 'failing',
    reasons: [{ code: 'broker.away', detail: 'no connection to mqtt://127.0.0.1:1; it is tried again' }],
  });
  await away.close();
});

test('sockets beyond the limit are shut and counted, and those that stand are served on', async () => {
  const host = await startHostUnderTest();
  const limit = 20;
  host.api.server.maxConnections = limit;
  expect(hostLimits.httpConnections.most).toBeGreaterThan(hostLimits.eventClients.most);
  const { port } = new URL(await host.api.listen({ host: '127.0.0.1', port: 0 }));
  const sockets = Array.from({ length: limit + 5 }, () => connect({ port: Number(port), host: '127.0.0.1' }));
  for (const socket of sockets) socket.on('error', () => {});
  const counted = async () => (await host.ask({ url: '/metrics', headers: { cookie } })).body;
  const cookie = await signInFirst(host);
  await until(() => sockets.filter(({ destroyed }) => destroyed).length === 5);
  expect(await counted()).toMatch(/^joulegate_http_connections_refused_total 5$/m);
  expect(await counted()).toMatch(/^joulegate_http_connections 20$/m);
  for (const socket of sockets) socket.destroy();
  await host.close();
});
