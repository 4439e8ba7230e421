import { Subscription } from 'node-opcua';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { SimulatedOpcUaServer } from '../../../../simulator/sources/opcua/opcua-server.ts';
import { until } from '../../../comes-true.ts';
import { OpcUaBench, valuesOf } from './run-opcua.ts';

const usualMs = Subscription.minimumPublishingInterval;
const power = 'ns=1;s=Meter.Power';
let bench: OpcUaBench;
let server: SimulatedOpcUaServer;
beforeAll(async () => {
  // The library prints what it thinks.
  vi.spyOn(console, 'log').mockImplementation(() => {});
  bench = await OpcUaBench.open();
  const variables = [{ object: 'Meter', name: 'Power', type: 'Double', read: () => 5 }] as const;
  server = await bench.server({ variables });
});
afterAll(async () => {
  Subscription.minimumPublishingInterval = usualMs;
  await bench.close();
  vi.restoreAllMocks();
});

test('a server that publishes more seldom than sessions live is subscribed to, and what it refuses is told before it publishes', async () => {
  Subscription.minimumPublishingInterval = 25_000;
  const told = bench.run({ url: server.url, values: valuesOf([['powerW', power]]) });
  const refused = bench.run({ url: server.url, values: valuesOf([['powerW', 'ns=1;s=Meter.Nobody']]) });
  await until(
    () => told.source.counters().connects === 1 && refused.source.counters().badStatus === 1,
    () => `${told.source.fault()?.message}, ${refused.source.fault()?.message}`,
  );
  expect(told.source.fault()?.message).toBe(
    'connected, and the server has told no value yet; it tells them every 25 s',
  );
  expect(refused.source.fault()?.message).toContain('ns=1;s=Meter.Nobody: there is no such node');
  told.source.stop();
  refused.source.stop();
});

test('a server that says nothing for longer than a request may take keeps its connection, and its value comes', async () => {
  Subscription.minimumPublishingInterval = 8500;
  const { sink, source } = bench.run({ url: server.url, values: valuesOf([['powerW', power]]) });
  await until(
    () => sink.values.powerW === 5,
    () => source.fault()?.message,
  );
  expect(source.counters()).toMatchObject({ connects: 1 });
  source.stop();
});
