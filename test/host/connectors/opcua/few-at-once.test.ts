import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { SimulatedOpcUaServer } from '../../../../simulator/sources/opcua/opcua-server.ts';
import { OpcUaBench, until, valuesOf } from './run-opcua.ts';

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
