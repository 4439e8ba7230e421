import { expect, test } from 'vitest';
import { limits } from '#core/limits.ts';
import { type QuantityId, quantities, quantityIds } from '#core/quantities.ts';
import { discoveryOf, type ToldMeter, withRemoved } from '../../../host/home-assistant/discovery.ts';
import { entities, entityName } from '../../../host/home-assistant/entities.ts';
import { configTopic, meterOfTopic } from '../../../host/home-assistant/topics.ts';
import discoveryRules from '../../vectors/home-assistant/discovery-rules.json' with { type: 'json' };
import sensorRules from '../../vectors/home-assistant/sensor-rules.json' with { type: 'json' };

interface ClassRule {
  readonly units: readonly (string | null)[];
  readonly stateClasses: readonly string[];
}
const deviceClasses: Readonly<Record<string, ClassRule>> = sensorRules.deviceClasses;

const teller = {
  prefix: 'homeassistant',
  base: 'joulegate',
  setUp: 'hall',
  version: '0.1.0',
  pageUrl: 'http://10.0.0.2:8080',
  everyMs: 10_000,
};
const meterOf = (gateway: string, meter: string, ids: readonly QuantityId[] = quantityIds): ToldMeter => ({
  gateway,
  meter,
  name: 'House',
  manufacturer: 'Eastron',
  model: 'SDM630',
  serial: '123',
  firmware: '1.2',
  windowS: 10,
  quantities: ids,
});

type Fields = Record<string, unknown>;
const fieldsOf = (value: unknown): Fields => {
  expect(value).toBeTypeOf('object');
  return { ...(value as object) };
};
const expectKeys = (
  value: unknown,
  rule: { readonly required?: readonly string[]; readonly allowed: readonly string[] },
) => {
  const keys = Object.keys(fieldsOf(value));
  expect(keys.filter(key => !rule.allowed.includes(key))).toEqual([]);
  for (const key of rule.required ?? []) expect(keys).toContain(key);
};
const componentsOf = (payload: unknown): [string, Fields][] =>
  Object.entries(fieldsOf(fieldsOf(payload).components)).map(([id, fields]) => [id, fieldsOf(fields)]);

test('each quantity has a unit and a state class that Home Assistant allows for its device class', () => {
  for (const id of quantityIds) {
    const { deviceClass, unit, stateClass, displayPrecision } = entities[id];
    expect(sensorRules.stateClasses, id).toContain(stateClass);
    expect(Number.isInteger(displayPrecision) && displayPrecision >= 0, id).toBe(true);
    expect(displayPrecision, id).toBeLessThanOrEqual(quantities[id].decimals);
    if (deviceClass === null) continue;
    const rule = deviceClasses[deviceClass];
    expect(rule, `${id}: ${deviceClass} is no device class`).toBeDefined();
    expect(rule?.units, id).toContain(unit);
    expect(rule?.stateClasses, id).toContain(stateClass);
  }
});

test('what only counts up is total_increasing, what also falls is total, what is of the moment a measurement', () => {
  expect(entities.energyImportWh.stateClass).toBe('total_increasing');
  expect(entities.apparentEnergyVAh.stateClass).toBe('total_increasing');
  expect(entities.energyNetWh.stateClass).toBe('total');
  expect(entities.reactiveEnergyNetVarh.stateClass).toBe('total');
  expect(entities.powerW.stateClass).toBe('measurement');
  for (const id of quantityIds)
    expect(entities[id].stateClass === 'total_increasing', id).toBe(quantities[id].kind === 'counter');
});

test('names are words, and of one meter each is given once', () => {
  expect(new Set(quantityIds.map(entityName)).size).toBe(quantityIds.length);
  expect(entityName('voltageL1L2V')).toBe('Voltage L1-L2');
  expect(entityName('thdCurrentL3Percent')).toBe('THD current L3');
  expect(entityName('powerDc1W')).toBe('Power DC 1');
  expect(entityName('energyImportT2Wh')).toBe('Energy import T2');
  expect(entityName('temperatureHeatSinkC')).toBe('Temperature heat sink');
  for (const id of quantityIds) expect(entityName(id), id).toMatch(/^[A-Z][A-Za-z0-9 -]+$/);
});

test('a meter with everything is told as the schema of device discovery has it', () => {
  const payload = JSON.parse(JSON.stringify(discoveryOf(teller, meterOf('cellar', 'house'))));
  const { root, device, origin, availability, sensor } = discoveryRules;
  expectKeys(payload, root);
  expectKeys(payload.device, device);
  expect(device.oneOf.some(key => [payload.device[key] ?? []].flat().length > 0)).toBe(true);
  expectKeys(payload.origin, origin);
  expect(availability.modes).toContain(payload.availability_mode);
  for (const one of payload.availability) {
    expectKeys(one, availability);
    expect(one.topic).not.toMatch(/[#+]/);
  }
  expect(payload.state_topic).not.toMatch(/[#+]/);
  const components = componentsOf(payload);
  expect(components).toHaveLength(quantityIds.length);
  for (const [id, fields] of components) {
    expectKeys(fields, sensor);
    expect(fields.platform).toBe('sensor');
    expect(Number.isInteger(fields.expire_after) && Number(fields.expire_after) > 0, id).toBe(true);
    // A name that Jinja takes without brackets.
    expect(fields.value_template).toMatch(/^\{\{ value_json\.[A-Za-z_]\w* \}\}$/);
  }
});

test('no entity expires before its next value may come, however seldom values are wished', () => {
  for (const everyMs of [1000, 10_000, 600_000])
    for (const windowS of [1, 60, 900]) {
      const told = { ...meterOf('cellar', 'house', ['powerW']), windowS };
      const [[, fields] = []] = componentsOf(discoveryOf({ ...teller, everyMs }, told));
      expect(Number(fields?.expire_after) * 1000, `${everyMs} ${windowS}`).toBeGreaterThan(
        everyMs + windowS * 1000,
      );
    }
});

test('the largest meter fits into what brokers take that hold packets to those of gateways', () => {
  const payload = JSON.stringify(
    discoveryOf(teller, meterOf('g'.repeat(64), 'm'.repeat(64), quantityIds.slice(0, limits.seriesPerMeter))),
  );
  expect(Buffer.byteLength(payload)).toBeLessThan(limits.mqttPacketUpBytes);
});

test('topics have the characters that are allowed, and give back whose they are', () => {
  const matcher = new RegExp(discoveryRules.topic);
  for (const [gateway, meter] of [
    ['cellar', 'house'],
    ['0', '_'.padStart(64, 'a')],
    ['gw-1_a', 'm-2_b'],
  ] as const) {
    const topic = configTopic(teller, gateway, meter);
    const found = matcher.exec(topic)?.groups;
    expect(found, topic).toMatchObject({ component: 'device', object_id: meter });
    expect(meterOfTopic(teller, topic)).toEqual({ gateway, meter });
  }
  for (const foreign of [
    'homeassistant/device/zigbee_cellar/house/config',
    'homeassistant/device/joulegate/house/config',
    'homeassistant/sensor/joulegate_cellar/house/config',
    'homeassistant/device/joulegate_cellar/House/config',
    'other/device/joulegate_cellar/house/config',
  ])
    expect(meterOfTopic(teller, foreign), foreign).toBeUndefined();
});

test('no two meters ever share an id or a topic, however their ids are put together', () => {
  const nasty = ['a', 'b', 'a_b', 'b_a', 'a-b', 'a_', 'b_', 'meter', 'a_meter'];
  const [topics, ids] = [new Set<string>(), new Set<string>()];
  for (const gateway of nasty)
    for (const meter of nasty) {
      topics.add(configTopic(teller, gateway, meter));
      const [[, fields] = []] = componentsOf(discoveryOf(teller, meterOf(gateway, meter, ['powerW'])));
      ids.add(String(fields?.unique_id));
    }
  expect(topics.size).toBe(nasty.length ** 2);
  expect(ids.size).toBe(nasty.length ** 2);
});

test('an entity that is gone is named with nothing but its platform, which removes it', () => {
  const payload = withRemoved(discoveryOf(teller, meterOf('cellar', 'house', ['powerW'])), ['voltageV']);
  const components = Object.fromEntries(componentsOf(payload));
  expect(components.voltageV).toEqual({ platform: 'sensor' });
  expect(components.powerW).toMatchObject({ unique_id: 'joulegate.cellar.house.powerW' });
});
