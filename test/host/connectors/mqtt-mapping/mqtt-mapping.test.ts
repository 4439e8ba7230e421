import { afterEach, expect, test, vi } from 'vitest';
import { numberIn, scaled, shifted } from '../../../../host/connectors/exact-numbers.ts';
import { parsePointer, pointedAt } from '../../../../host/connectors/json-pointer.ts';
import { connector } from '../../../../host/connectors/mqtt-mapping/connector.ts';
import { discoverNumbers } from '../../../../host/connectors/mqtt-mapping/discover.ts';
import { memoryTopics } from '../memory-topics.ts';
import { runConnector } from '../run-connector.ts';

let running: ReturnType<typeof runConnector> | undefined;
afterEach(() => running?.source.stop());

const value = { id: 'pv', name: 'PV', topic: 'solar/+/state', everyS: 10 };
const settings = {
  url: 'mqtt://broker.example',
  values: [
    { ...value, pointer: '/ac/0/kw', quantity: 'powerW' as const, factor: -1000 },
    { ...value, pointer: '/total~1kWh', quantity: 'energyExportWh' as const, factor: 1000 },
    { ...value, topic: 'solar/volts', quantity: 'voltageV' as const },
    { ...value, id: 'gas', topic: 'gas/pulses', quantity: 'gasVolumeM3' as const, factor: 0.01 },
  ],
};

test('a number comes from its place, times its factor, exactly', () => {
  running = runConnector(connector, settings);
  const { topics } = running;
  topics.say('solar/roof/state', { ac: [{ kw: 4.1234 }], 'total/kWh': '1234.5678' });
  topics.say('solar/volts', ' 230.5 ');
  topics.say('gas/pulses', '123457');
  expect(running.sink('pv').values).toEqual({
    powerW: -4123.4,
    energyExportWh: 1_234_567.8,
    voltageV: 230.5,
  });
  expect(running.sink('gas').values).toEqual({ gasVolumeM3: 1234.57 });
});

test('a message in which many rows have a place is parsed once', () => {
  running = runConnector(connector, settings);
  const parse = vi.spyOn(JSON, 'parse');
  try {
    running.topics.say('solar/roof/state', { ac: [{ kw: 1 }], 'total/kWh': 2 });
    expect(parse).toHaveBeenCalledTimes(1);
    running.topics.say('solar/roof/state', { ac: [{ kw: 3 }], 'total/kWh': 2 });
    expect(parse).toHaveBeenCalledTimes(2);
  } finally {
    parse.mockRestore();
  }
  expect(running.sink('pv').values).toEqual({ powerW: -3000, energyExportWh: 2000 });
});

test('a message without the place says nothing, one with a text in it is malformed', () => {
  running = runConnector(connector, settings);
  running.topics.say('solar/roof/state', { ac: [] });
  running.topics.say('solar/roof/state', { ac: [{ kw: null }] });
  expect(running.sink('pv').failures).toEqual([]);
  running.topics.say('solar/roof/state', { ac: [{ kw: 'four' }] });
  running.topics.say('solar/volts', '0x12');
  expect(running.sink('pv').failures).toEqual(['malformed', 'malformed']);
  expect(running.sink('pv').samplesTaken).toEqual([]);
  // Also beside one that is a number.
  running.topics.say('solar/roof/state', { ac: [{ kw: 4 }], 'total/kWh': '1.234,5' });
  expect(running.sink('pv').failures).toHaveLength(3);
  expect(running.sink('pv').values).toEqual({ powerW: -4000 });
  expect(running.source.counters()).toMatchObject({ values: 1, broken: 3 });
});

test('what cannot be is refused by field', () => {
  const [first] = settings.values;
  const values = [
    { ...value, topic: 'a/#/b', quantity: 'powerW' as const },
    { ...value, pointer: 'ENERGY', quantity: 'currentA' as const },
    { ...value, quantity: 'energyImportWh' as const, factor: -1 },
    { ...value, quantity: 'voltageV' as const, factor: 0 },
  ];
  expect(first).toBeDefined();
  expect(connector.mistakes?.({ ...settings, values }).map(({ field }) => field)).toEqual([
    'values.0.topic',
    'values.1.pointer',
    'values.2.factor',
    'values.3.factor',
  ]);
});

test('what is fed in is not proposed as what is taken', async () => {
  const topics = memoryTopics();
  const seen = new AbortController();
  const settings = { url: 'mqtt://broker.example' };
  const found = discoverNumbers({ settings, topics, folder: '', log: () => {}, signal: seen.signal });
  topics.say('pv/export_energy', '12.5');
  topics.say('grid', { power: 400, returned_kwh: 7, total_in: 3 });
  topics.say('roof/feedInPower', '900');
  topics.say('house', {
    ratedPower: 5,
    reactivePower: 30,
    apparentPower: 50,
    energy_today: 2,
    reactive_energy: 1,
  });
  topics.say('house/daily_energy', '2');
  topics.say('cellar', { export: { energy: 5 }, today: { kwh: 1 }, import: { kw: 2 } });
  topics.say('home/feed-pump/power', '60');
  topics.say('zaehler/einspeisung_kwh', '8');
  // Phases, and no voltage and power.
  topics.say('motor', { current: { u: 5, v: 6, w: 7 } });
  seen.abort();
  const values = (await found).flatMap(
    proposal => (proposal.settings as typeof settings & { values: object[] }).values,
  );
  expect(values).toMatchObject([
    { topic: 'pv/export_energy', quantity: 'energyExportWh', factor: 1000 },
    { pointer: '/power', quantity: 'powerW' },
    { pointer: '/returned_kwh', quantity: 'energyExportWh', factor: 1000 },
    { pointer: '/total_in', quantity: 'energyImportWh', factor: 1000 },
    { topic: 'roof/feedInPower', quantity: 'powerExportW' },
    { pointer: '/reactivePower', quantity: 'reactivePowerVar' },
    { pointer: '/apparentPower', quantity: 'apparentPowerVA' },
    { pointer: '/export/energy', quantity: 'energyExportWh', factor: 1000 },
    { pointer: '/import/kw', quantity: 'powerW', factor: 1000 },
    { topic: 'home/feed-pump/power', quantity: 'powerW' },
    { topic: 'zaehler/einspeisung_kwh', quantity: 'energyExportWh', factor: 1000 },
  ]);
});

test('pointers are those of RFC 6901, section 5', () => {
  const document = {
    foo: ['bar', 'baz'],
    '': 0,
    'a/b': 1,
    'c%d': 2,
    'e^f': 3,
    'g|h': 4,
    'i\\j': 5,
    'k"l': 6,
    ' ': 7,
    'm~n': 8,
  };
  const expected: [string, unknown][] = [
    ['', document],
    ['/foo', document.foo],
    ['/foo/0', 'bar'],
    ['/', 0],
    ['/a~1b', 1],
    ['/c%d', 2],
    ['/e^f', 3],
    ['/g|h', 4],
    ['/i\\j', 5],
    ['/k"l', 6],
    ['/ ', 7],
    ['/m~0n', 8],
  ];
  for (const [text, value] of expected)
    expect(pointedAt(document, parsePointer(text) ?? ['none'])).toEqual(value);
  for (const text of ['/foo/00', '/foo/-', '/foo/2', '/constructor', '/foo/length'])
    expect(pointedAt(document, parsePointer(text) ?? [])).toBeUndefined();
  for (const text of ['foo', '/~', '/~2']) expect(parsePointer(text)).toBeUndefined();
});

test('factors of ten move the point alone', () => {
  expect([shifted(1234.5678, 3), shifted(1e-7, 3), shifted(5e21, -3), shifted(-0.1, 1)]).toEqual([
    1234567.8, 1e-4, 5e18, -1,
  ]);
  expect([scaled(0.07, 1000, 'energyImportWh'), scaled(600, 1 / 60, 'energyImportWh')]).toEqual([70, 10]);
  expect(scaled(4.35, -100, 'powerW')).toBe(-435);
  // JSON may write what is larger than any double.
  expect([JSON.parse('1e999'), JSON.parse('-1e999'), '1e999', Number.NaN].map(numberIn)).toEqual(
    Array(4).fill(undefined),
  );
  expect(['', ' ', '1,5', 'Infinity', '0x1', '1e', '--1', 'nan'].map(numberIn)).toEqual(
    Array(8).fill(undefined),
  );
  expect(['1', ' -2.50 ', '.5', '3.', '1e3'].map(numberIn)).toEqual([1, -2.5, 0.5, 3, 1000]);
});
