import { afterEach, expect, test } from 'vitest';
import { connector } from '../../../../host/connectors/zigbee2mqtt/connector.ts';
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

test('what is no JSON is told as malformed', () => {
  const { topics, meter } = start();
  topics.say(topic, '{"power":');
  topics.say(topic, { power: 'much' });
  expect(meter.failures).toEqual(['malformed', 'malformed']);
});
