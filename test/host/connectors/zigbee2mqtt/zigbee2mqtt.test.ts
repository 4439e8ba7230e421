import { afterEach, expect, test } from 'vitest';
import { connector } from '../../../../host/connectors/zigbee2mqtt/connector.ts';
import { metersIn } from '../../../../host/connectors/zigbee2mqtt/state.ts';
import { runConnector } from '../run-connector.ts';

let running: ReturnType<typeof runConnector> | undefined;
afterEach(() => running?.source.stop());

const start = (more: object = {}) => {
  const meters = [{ id: 'fridge', name: 'Fridge', topic: 'zigbee2mqtt/kitchen/fridge', ...more }];
  running = runConnector(connector, { url: 'mqtt://broker.example', meters });
  return { ...running, meter: running.sink('fridge') };
};
const topic = 'zigbee2mqtt/kitchen/fridge';

test('a plug is read in our units, and what it does not know yet is absent', () => {
  const { topics, meter } = start();
  topics.say(topic, {
    state: 'ON',
    power: 51.3,
    voltage: 229,
    current: 0.23,
    energy: 17.29,
    linkquality: 120,
    power_factor: null,
  });
  expect(meter.values).toEqual({ powerW: 51.3, voltageV: 229, currentA: 0.23, energyImportWh: 17_290 });
});

test('of several outlets the one that is named is read', () => {
  const { topics, meter } = start({ endpoint: 'l2' });
  topics.say(topic, { power_l1: 5, power_l2: 7, energy_l2: 0.1 });
  expect(meter.values).toEqual({ powerW: 7, energyImportWh: 100 });
});

test('phases are read where each has its letter; what has none beside B is in doubt and left out', () => {
  const { topics, meter } = start();
  topics.say(topic, { power: 100, power_phase_a: 30, power_phase_b: 30, power_phase_c: 40 });
  expect(meter.values).toEqual({ powerW: 100, powerL1W: 30, powerL2W: 30, powerL3W: 40 });
  meter.samplesTaken.length = 0;
  topics.say(topic, { power: 30, power_phase_b: 30, energy: 1 });
  expect(meter.values).toEqual({ powerL2W: 30, energyImportWh: 1000 });
});

test('power without a sign has that of the direction beside it', () => {
  const { topics, meter } = start({ endpoint: 'a' });
  topics.say(topic, {
    power_a: 312.5,
    energy_flow_a: 'producing',
    power_factor_a: 97,
    energy_produced_a: 2.5,
  });
  expect(meter.values).toEqual({ powerW: -312.5, powerFactor: 0.97, energyExportWh: 2500 });
  for (const [power_a, energy_flow_a] of [
    [5, 'consuming'],
    [-7, 'sign'],
    [-8, 'producing'],
  ]) {
    topics.say(topic, { power_a, energy_flow_a });
    expect(meter.values.powerW).toBe(power_a);
  }
});

test('three letters alone are phases as well; two of them are channels', () => {
  const { topics, meter } = start();
  topics.say(topic, { power: 60, power_a: 10, power_b: 20, power_c: 30, voltage_a: 230, energy_b: 0.5 });
  expect(meter.values).toEqual({
    powerW: 60,
    powerL1W: 10,
    powerL2W: 20,
    powerL3W: 30,
    voltageL1V: 230,
    energyImportL2Wh: 500,
  });
  meter.samplesTaken.length = 0;
  topics.say(topic, { power: 30, power_a: 10, power_b: 20 });
  expect(meter.values).toEqual({ powerW: 30 });
});

test('a device or a bridge that is gone is told as offline, in both forms of the word', () => {
  const { topics, meter, time } = start();
  topics.say(`${topic}/availability`, { state: 'offline' }, true);
  // A bridge that is there brings no device back.
  topics.say('zigbee2mqtt/bridge/state', { state: 'online' }, true);
  time.advance(60_000);
  expect(meter.failures).toEqual(['offline']);
  topics.say(topic, { power: 1 });
  topics.say('zigbee2mqtt/bridge/state', 'offline');
  time.advance(120_000);
  expect(meter.failures).toEqual(['offline', 'offline', 'offline']);
});

test('what a bridge remembers is no value of now: the first state behind its start, and each of a plug that is gone', () => {
  const { topics, meter, source } = start();
  topics.say('zigbee2mqtt/bridge/state', { state: 'online' });
  topics.say(topic, { power: 2000 });
  expect(meter.samplesTaken).toEqual([]);
  topics.say(topic, { power: 5 });
  topics.say(`${topic}/availability`, { state: 'offline' });
  topics.say(topic, { power: 5, linkquality: 3 });
  topics.say(topic, { power: 5, linkquality: 4 });
  expect(meter.samplesTaken).toHaveLength(1);
  topics.say(`${topic}/availability`, { state: 'online' });
  topics.say(topic, { power: 7 });
  expect(meter.samplesTaken.map(({ value }) => value)).toEqual([5, 7]);
  expect(source.counters()).toMatchObject({ values: 2, old: 3 });
});

test('a bridge is heard whose base topic has slashes', () => {
  const topic = 'home/zigbee2mqtt/fridge';
  const { topics, meter, time } = start({ topic });
  topics.say('home/zigbee2mqtt/bridge/state', { state: 'online' });
  topics.say(topic, { power: 2000 });
  topics.say(topic, { power: 5 });
  expect(meter.samplesTaken.map(({ value }) => value)).toEqual([5]);
  topics.say('home/zigbee2mqtt/bridge/state', { state: 'offline' });
  time.advance(120_000);
  expect(meter.failures[0]).toBe('offline');
});

test('what is retained of the bridge and of the plug keeps no value away', () => {
  const { topics, meter } = start();
  topics.say('zigbee2mqtt/bridge/state', { state: 'online' }, true);
  topics.say(`${topic}/availability`, { state: 'offline' }, true);
  topics.say(topic, { power: 1 }, true);
  topics.say(topic, { power: 3 });
  expect(meter.samplesTaken.map(({ value }) => value)).toEqual([3]);
});

test('a device is found as a whole, or by its outlets where these alone tell what they measure', () => {
  expect(metersIn({ power: 5, power_l1: 2, power_l2: 3 })).toEqual([undefined]);
  expect(metersIn({ power_l1: 2, energy_l1: 1, power_l2: 3, power_on_behavior_l1: 'on' })).toEqual([
    'l1',
    'l2',
  ]);
  // PJ-1203A
  const clamps = {
    voltage: 230,
    power_a: 5,
    power_b: 7,
    power_ab: 12,
    energy_flow_a: 'consuming',
    energy_b: 1,
  };
  expect(metersIn(clamps)).toEqual(['a', 'b']);
  expect(metersIn({ power_a: 1, power_b: 2, power_c: 3 })).toEqual([undefined]);
  expect(metersIn({ battery: 90, voltage: 3000, power_factor: 1 })).toEqual([]);
});

test('what is no JSON is told as malformed', () => {
  const { topics, meter } = start();
  topics.say(topic, '{"power":');
  topics.say(topic, { power: 'much' });
  expect(meter.failures).toEqual(['malformed', 'malformed']);
});
