import { getEventListeners, once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Said } from '../../../../host/connectors/opcua/messages.ts';
import { ownCertificate } from '../../../../host/connectors/opcua/own-certificate.ts';
import { watch } from '../../../../host/connectors/opcua/watch.ts';
import type { SimulatedOpcUaServer } from '../../../../simulator/sources/opcua/opcua-server.ts';
import { until } from '../../../comes-true.ts';
import { OpcUaBench, valuesOf } from './run-opcua.ts';

const names = ['Power', 'Voltage', 'Current', 'Frequency', 'Energy'] as const;
let bench: OpcUaBench;
let server: SimulatedOpcUaServer;
beforeAll(async () => {
  // The library prints what it thinks.
  vi.spyOn(console, 'log').mockImplementation(() => {});
  bench = await OpcUaBench.open();
  const variables = names.map((name, at) => ({
    object: 'Meter',
    name,
    type: 'Double' as const,
    read: () => 50 + at,
  }));
  server = await bench.server({ variables, isSmall: true, mostAtOnce: 2 });
});
afterAll(async () => {
  await bench.close();
  vi.restoreAllMocks();
});

test('a server that takes few nodes in one request is asked for so many', async () => {
  const { sink, source } = bench.run({
    url: server.url,
    values: valuesOf([
      ['powerW', 'ns=1;s=Meter.Power'],
      ['voltageV', 'ns=1;s=Meter.Voltage'],
      ['currentA', 'ns=1;s=Meter.Current'],
      ['frequencyHz', 'ns=1;s=Meter.Frequency'],
      ['energyImportWh', 'ns=1;s=Meter.Energy'],
    ]),
  });
  await until(
    () => Object.keys(sink.values).length === 5,
    () => source.fault()?.message,
  );
  expect(sink.values).toEqual({
    powerW: 50,
    voltageV: 51,
    currentA: 52,
    frequencyHz: 53,
    energyImportWh: 54,
  });
  expect(source.counters()).toMatchObject({ connects: 1, badStatus: 0 });
  source.stop();
});

test('and looked around at all the same', async () => {
  const [proposal] = await bench.discover({ url: server.url });
  expect(proposal?.detail).toMatch(/Power: 50 → powerW.*Frequency: 53/);
});

test('a server that is away for months leaves nothing behind of each try', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise(resolve => server.close(resolve));
  const stop = new AbortController();
  const left: number[] = [];
  const say = ({ says }: Said) => {
    expect(says).toBe('down');
    if (left.push(getEventListeners(stop.signal, 'abort').length) === 2) stop.abort();
  };
  await watch(
    {
      ask: 'watch',
      id: 1,
      access: {
        url: `opc.tcp://127.0.0.1:${port}`,
        security: 'none',
        login: { kind: 'anonymous' },
        fingerprint: undefined,
        client: { certificate: '', key: '', applicationUri: '' },
      },
      nodes: [],
      wantsTimes: false,
    },
    say,
    stop.signal,
  );
  expect(left).toEqual([0, 0]);
});

test('a node that is not there is asked for again, by itself, until somebody adds it', async () => {
  const stop = new AbortController();
  const missing: string[] = [];
  const values = new Map<number, number>();
  const say = (said: Said) => {
    for (const change of said.says === 'alive' ? said.changes : []) {
      if ('value' in change) values.set(change.node, change.value);
      // Refused together with others, and then by itself.
      else if (missing.push(change.missing.because) === 2)
        server.add({ object: 'Late', name: 'Power', type: 'Double', read: () => 7 });
    }
    if (values.size === 2) stop.abort();
  };
  await watch(
    {
      ask: 'watch',
      id: 1,
      access: {
        url: server.url,
        security: 'none',
        login: { kind: 'anonymous' },
        fingerprint: undefined,
        client: await ownCertificate(bench.hostFolder),
      },
      nodes: ['ns=1;s=Meter.Power', 'ns=1;s=Late.Power'].map(nodeId => ({ nodeId, everyMs: 100 })),
      wantsTimes: false,
    },
    say,
    stop.signal,
    100,
  );
  expect(missing).toEqual(['opcua.node.unknown', 'opcua.node.unknown']);
  expect(values).toEqual(
    new Map([
      [0, 50],
      [1, 7],
    ]),
  );
});
