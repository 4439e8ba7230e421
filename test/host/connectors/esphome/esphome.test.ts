import { afterEach, expect, test } from 'vitest';
import { connector } from '../../../../host/connectors/esphome/connector.ts';
import { discoverEsphome } from '../../../../host/connectors/esphome/discover.ts';
import { memoryTopics } from '../memory-topics.ts';
import { runConnector } from '../run-connector.ts';

let running: ReturnType<typeof runConnector> | undefined;
afterEach(() => running?.source.stop());

const meter = { id: 'heat', name: 'Heat pump', prefix: 'heatpump' };
const values = [
  { ...meter, sensor: 'power', quantity: 'powerW' as const, unit: 'base' as const },
  { ...meter, sensor: 'total_energy', quantity: 'energyImportWh' as const, unit: 'kilo' as const },
  { ...meter, id: 'water', sensor: 'current', quantity: 'currentA' as const, unit: 'milli' as const },
];
const settings = { url: 'mqtt://broker.example', values };

test('sensors of one id are one meter, plain numbers in our units; nan is no value', () => {
  running = runConnector(connector, settings);
  const { topics } = running;
  topics.say('heatpump/sensor/power/state', '1834.25');
  topics.say('heatpump/sensor/total_energy/state', '4321.0071');
  topics.say('heatpump/sensor/current/state', '250');
  topics.say('heatpump/sensor/power/state', 'nan');
  expect(running.sink('heat').values).toEqual({ powerW: 1834.25, energyImportWh: 4_321_007.1 });
  expect(running.sink('water').values).toEqual({ currentA: 0.25 });
  topics.say('heatpump/sensor/power/state', 'on fire');
  expect(running.sink('heat').failures).toEqual(['malformed']);
});

test('a node that is gone is told as offline', () => {
  running = runConnector(connector, settings);
  running.topics.say('heatpump/status', 'offline', true);
  running.time.advance(60_000);
  expect(running.sink('heat').failures).toEqual(['offline']);
});

test('the same quantity twice is refused', () => {
  const twice = [
    ...values,
    { ...meter, sensor: 'other', quantity: 'powerW' as const, unit: 'base' as const },
  ];
  expect(connector.mistakes?.({ ...settings, values: twice })).toEqual([
    { field: 'values.3.quantity', message: 'powerW of heat is given twice; each may come from one place' },
  ]);
});

test('a node that announces by whole names is found as one that uses the short ones', async () => {
  const topics = memoryTopics();
  const seen = new AbortController();
  const { signal } = seen;
  const found = discoverEsphome({
    settings: { url: 'mqtt://broker.example' },
    topics,
    folder: '',
    log: () => {},
    signal,
  });
  topics.say('homeassistant/sensor/attic/power/config', {
    state_topic: 'attic/sensor/power/state',
    unit_of_measurement: 'kW',
  });
  topics.say('homeassistant/sensor/attic/limit/config', {
    state_topic: 'attic/sensor/max_power/state',
    unit_of_measurement: 'W',
  });
  topics.say('homeassistant/sensor/attic/month/config', {
    state_topic: 'attic/sensor/energy_month/state',
    unit_of_measurement: 'kWh',
    state_class: 'total_increasing',
  });
  topics.say('homeassistant/sensor/attic/today/config', {
    state_topic: 'attic/sensor/energy/state',
    unit_of_measurement: 'kWh',
    state_class: 'measurement',
  });
  seen.abort();
  const values = [
    { id: 'attic', name: 'attic', prefix: 'attic', sensor: 'power', quantity: 'powerW', unit: 'kilo' },
  ];
  expect((await found).map(({ settings }) => settings)).toEqual([{ url: 'mqtt://broker.example', values }]);
});

test('what is fed in is not proposed as what is taken', async () => {
  const topics = memoryTopics();
  const seen = new AbortController();
  const settings = { url: 'mqtt://broker.example' };
  const found = discoverEsphome({ settings, topics, folder: '', log: () => {}, signal: seen.signal });
  // As the component dsmr names them (esphome/components/dsmr/sensor.py).
  for (const [sensor, unit] of [
    ['power_returned', 'kW'],
    ['power_delivered', 'kW'],
    ['energy_returned_tariff1', 'kWh'],
    ['energy_delivered_tariff1', 'kWh'],
  ])
    topics.say(`homeassistant/sensor/p1/${sensor}/config`, {
      stat_t: `p1/sensor/${sensor}/state`,
      unit_of_meas: unit,
    });
  seen.abort();
  const values = (await found).flatMap(
    proposal => (proposal.settings as { values: { sensor: string; quantity: string }[] }).values,
  );
  expect(values.map(({ sensor, quantity }) => [sensor, quantity])).toEqual([
    ['power_returned', 'powerExportW'],
    ['power_delivered', 'powerW'],
    ['energy_returned_tariff1', 'energyExportWh'],
    ['energy_delivered_tariff1', 'energyImportWh'],
  ]);
});
