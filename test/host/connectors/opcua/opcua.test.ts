import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type {
  SimulatedOpcUaServer,
  SimulatedVariable,
} from '../../../../simulator/sources/opcua/opcua-server.ts';
import { until } from '../../../comes-true.ts';
import { failuresFromNow, OpcUaBench, valuesOf } from './run-opcua.ts';

const truth = { power: 1.2345678, energy: 12_345_678_901n, later: 5 };

const variables: SimulatedVariable[] = [
  { object: 'Meter', name: 'Power', type: 'Double', read: () => truth.power },
  { object: 'Meter', name: 'Sometimes', type: 'Float', read: () => 231 },
  { object: 'Meter', name: 'Doubtful', type: 'Int16', read: () => 99 },
  { object: 'Meter', name: 'Old', type: 'Double', read: () => 3 },
  { object: 'Meter', name: 'Later', type: 'Double', read: () => truth.later },
  { object: 'Meter', name: 'Voltage', type: 'Float', read: () => 230.5 },
  { object: 'Meter', name: 'Energy', type: 'UInt64', read: () => truth.energy },
  { object: 'Meter', name: 'Export', type: 'Int64', read: () => 42n },
  { object: 'Meter', name: 'Current', type: 'Int16', read: () => -305 },
  { object: 'Meter', name: 'Reactive', type: 'Int32', read: () => -70_000 },
  { object: 'Meter', name: 'Frequency', type: 'UInt16', read: () => 4998 },
  { object: 'Meter', name: 'Apparent', type: 'UInt32', read: () => 4_000_000 },
  { object: 'Meter', name: 'Thd', type: 'Byte', read: () => 200 },
  { object: 'Meter', name: 'Angle', type: 'SByte', read: () => -100 },
  { object: 'Meter', name: 'On', type: 'Boolean', read: () => true },
  { object: 'Meter', name: 'Text', type: 'String', read: () => '230' },
  { object: 'Meter', name: 'Huge', type: 'UInt64', read: () => 2n ** 60n },
];

let bench: OpcUaBench;
let server: SimulatedOpcUaServer;
beforeAll(async () => {
  // The library prints what it thinks.
  vi.spyOn(console, 'log').mockImplementation(() => {});
  bench = await OpcUaBench.open();
  server = await bench.server({ variables });
});
afterAll(async () => {
  await bench.close();
  vi.restoreAllMocks();
});

const node = (name: string) => `ns=1;s=Meter.${name}`;

// They wait for the server most of the time.
describe.concurrent('a subscription', () => {
  test('values that are wanted seldom come too, over a connection that is not taken for dead in between', async () => {
    const [value] = valuesOf([['powerW', node('Power'), 1000]]);
    const values = [value as NonNullable<typeof value>].map(each => ({ ...each, everyS: 60 }));
    const { sink, source } = bench.run({ url: server.url, values });
    await until(
      () => sink.values.powerW !== undefined,
      () => source.fault()?.message,
    );
    expect(source.counters()).toMatchObject({ connects: 1 });
  });

  test('numbers of every type come as they are, times their factor, also while nothing changes', async () => {
    const { sink, source } = bench.run({
      url: server.url,
      values: valuesOf([
        ['powerW', node('Power'), 1000],
        ['voltageV', node('Voltage')],
        ['energyImportWh', node('Energy')],
        ['energyExportWh', node('Export'), 1000],
        ['currentA', node('Current'), 0.01],
        ['reactivePowerVar', node('Reactive')],
        ['frequencyHz', node('Frequency'), 0.01],
        ['apparentPowerVA', node('Apparent'), 0.001],
        ['thdVoltagePercent', node('Thd'), 0.1],
        ['phaseAngleDegrees', node('Angle')],
        ['powerFactor', node('On')],
      ]),
    });
    await until(
      () => sink.samplesTaken.length >= 11,
      () => source.fault()?.message,
    );
    const failures = failuresFromNow(sink);
    await until(() => sink.samplesTaken.length >= 3 * 11);
    expect(sink.values).toEqual({
      powerW: 1234.5678,
      voltageV: 230.5,
      energyImportWh: 12_345_678_901,
      energyExportWh: 42_000,
      currentA: -3.05,
      reactivePowerVar: -70_000,
      frequencyHz: 49.98,
      apparentPowerVA: 4000,
      thdVoltagePercent: 20,
      phaseAngleDegrees: -100,
      powerFactor: 1,
    });
    expect(source.fault()?.message).toBeUndefined();
    expect(failures).toEqual([]);
    truth.power = -2;
    server.refresh();
    await until(() => sink.values.powerW === -2000);
    source.stop();
  });

  test('what has no good value is missing with its reason, and comes back; the others do not wait for it', async () => {
    server.say(node('Sometimes'), 'BadNoCommunication');
    server.say(node('Doubtful'), 'UncertainLastUsableValue');
    const { sink, source } = bench.run({
      url: server.url,
      values: valuesOf([
        ['frequencyHz', node('Frequency'), 0.01],
        ['voltageV', node('Sometimes')],
        ['currentA', node('Doubtful'), 0.01],
      ]),
    });
    await until(
      () => sink.samplesTaken.length >= 2,
      () => source.fault()?.message,
    );
    const failures = failuresFromNow(sink);
    await until(() => failures.length > 0);
    expect(Object.keys(sink.values)).toEqual(['frequencyHz']);
    expect(new Set(failures)).toEqual(new Set(['offline']));
    expect(source.fault()?.message).toBe(
      '2 of 3 nodes give no value: ns=1;s=Meter.Sometimes: the server does not reach the device behind it (BadNoCommunication); ns=1;s=Meter.Doubtful: the server gives an old value, as no newer one came to it (UncertainLastUsableValue)',
    );
    expect(source.counters()).toMatchObject({ badStatus: 1, uncertain: 1, wrongType: 0 });
    server.heal(node('Sometimes'));
    server.heal(node('Doubtful'));
    await until(
      () => 'voltageV' in sink.values && 'currentA' in sink.values,
      () => source.fault()?.message,
    );
    expect(source.fault()?.message).toBeUndefined();
    source.stop();
  });

  test('a node that is not there, a text and a number too large are told by name, and are no values', async () => {
    const { sink, source } = bench.run({
      url: server.url,
      values: valuesOf([
        ['powerW', node('Nobody')],
        ['voltageV', node('Text')],
        ['energyImportWh', node('Huge')],
      ]),
    });
    await until(
      () => source.fault()?.message.startsWith('3 of 3') === true,
      () => source.fault()?.message,
    );
    const failures = failuresFromNow(sink);
    await until(() => failures.length > 0);
    expect(sink.samplesTaken).toEqual([]);
    const fault = source.fault()?.message ?? '';
    expect(fault).toMatch(/^3 of 3 nodes give no value: ns=1;s=Meter\.Nobody: there is no such node;/);
    expect(fault).toContain(
      'ns=1;s=Meter.Text: it is no number; Boolean, SByte to UInt64, Float or Double is wanted (String)',
    );
    expect(fault).toContain('ns=1;s=Meter.Huge: its number is none or too large to be read exactly (UInt64)');
    expect(new Set(failures)).toEqual(new Set(['notConfigured']));
    expect(source.counters()).toMatchObject({ wrongType: 2 });
    source.stop();
  });

  test('a value that was measured too long ago is missing, where that is asked for', async () => {
    server.say(node('Old'), 'Good', Date.now() - 60_000);
    const settings = { url: server.url, values: valuesOf([['powerW', node('Old')]]) };
    const [any, fresh] = [bench.run(settings), bench.run({ ...settings, oldestS: 30 })];
    const isOld = () => fresh.source.fault()?.message.startsWith('1 of 1') === true;
    await until(() => any.sink.samplesTaken.length > 0 && isOld());
    expect(fresh.sink.samplesTaken).toEqual([]);
    expect(fresh.source.fault()?.message).toMatch(
      /Meter\.Old: its value is older than is allowed \(\d\d s\)$/,
    );
    server.heal(node('Old'));
    await until(
      () => fresh.sink.samplesTaken.length > 0,
      () => fresh.source.fault(),
    );
    any.source.stop();
    fresh.source.stop();
  });

  test('after the server was away there is one session and one subscription, and meanwhile no value', async () => {
    const first = await bench.server({ variables });
    const { port, url } = first;
    const { sink, source } = bench.run({ url, values: valuesOf([['powerW', node('Later'), 1000]]) });
    await until(
      () => sink.samplesTaken.length > 0,
      () => source.fault()?.message,
    );
    await first.stop(true);
    const failures = failuresFromNow(sink);
    await until(() => failures.length > 0 && source.fault() !== undefined);
    expect(source.fault()?.message).toMatch(
      /^(the connection to the server|127\.0\.0\.1 is there and takes no connection|the server)/,
    );
    const taken = sink.samplesTaken.length;
    truth.later = 7;
    const second = await bench.server({ variables, port });
    await until(
      () => sink.samplesTaken.length > taken,
      () => source.fault()?.message,
    );
    expect(sink.samplesTaken.slice(taken).map(({ value }) => value)).toEqual(
      sink.samplesTaken.slice(taken).map(() => 7000),
    );
    expect(new Set(failures)).toEqual(new Set(['timeout']));
    expect(source.fault()?.message).toBeUndefined();
    expect([second.sessions, second.subscriptions]).toEqual([1, 1]);
    expect(source.counters()).toMatchObject({ connects: 2 });
    source.stop();
    await until(() => second.sessions === 0 && second.subscriptions === 0);
  });
});
