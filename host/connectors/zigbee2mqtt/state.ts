import type { Sample } from '#app/source.ts';
import { deepFreeze } from '#core/freeze.ts';
import { type QuantityId, quantities } from '#core/quantities.ts';
import { numberIn, shifted } from '../exact-numbers.ts';
import { isObject, type JsonObject } from '../json-object.ts';
import type { MqttPayload, ReadableMessage } from '../mqtt-payload.ts';
import { broken, nothing, old, presence, type Saying, values } from '../mqtt-source.ts';

const kilo = 3;

/**
 * Names and units as Zigbee2MQTT exposes them (Koenkk/zigbee-herdsman-converters, src/lib/exposes.ts); energies in kWh. The
 * state itself tells no unit: a device with another one, such as the AVATTO ZBS16 with its current in mA, is read wrong.
 */
const exposed: Readonly<Record<string, readonly [QuantityId, number]>> = deepFreeze({
  power: ['powerW', 0],
  voltage: ['voltageV', 0],
  current: ['currentA', 0],
  energy: ['energyImportWh', kilo],
  produced_energy: ['energyExportWh', kilo],
  energy_produced: ['energyExportWh', kilo],
  power_factor: ['powerFactor', 0],
  ac_frequency: ['frequencyHz', 0],
  power_apparent: ['apparentPowerVA', 0],
  power_reactive: ['reactivePowerVar', 0],
});

/** What is told of each of three phases, as `power_phase_a` by some and as `power_a` by others (src/lib/tuya.ts there). */
const byPhase: Readonly<Record<string, readonly [readonly QuantityId[], number]>> = deepFreeze({
  power: [['powerL1W', 'powerL2W', 'powerL3W'], 0],
  voltage: [['voltageL1V', 'voltageL2V', 'voltageL3V'], 0],
  current: [['currentL1A', 'currentL2A', 'currentL3A'], 0],
  energy: [['energyImportL1Wh', 'energyImportL2Wh', 'energyImportL3Wh'], kilo],
  produced_energy: [['energyExportL1Wh', 'energyExportL2Wh', 'energyExportL3Wh'], kilo],
  energy_produced: [['energyExportL1Wh', 'energyExportL2Wh', 'energyExportL3Wh'], kilo],
});
const letters = ['a', 'b', 'c'] as const;

/** Names in the state, with what they are: of the whole, and where there are three phases of each. */
function namesIn(content: JsonObject, tail: string): [name: string, QuantityId, number][] {
  const whole = Object.entries(exposed).map(([name, [quantity, power]]): [string, QuantityId, number] => [
    `${name}${tail}`,
    quantity,
    power,
  ]);
  if (tail !== '') return whole;
  // Two letters are two channels, which are no phases: each is an outlet.
  const form = 'power_c' in content || 'voltage_c' in content ? '' : 'phase_';
  const phases = Object.entries(byPhase).flatMap(([name, [ids, power]]) =>
    ids.map((quantity, index): [string, QuantityId, number] => [
      `${name}_${form}${letters[index]}`,
      quantity,
      power,
    ]),
  );
  return [...whole, ...phases];
}

/**
 * Reads what Zigbee2MQTT says of one device: its state as JSON, and whether it and the bridge are there. A bridge that has begun
 * tells the states that it remembers, behind its own `online` and what is `offline` (Koenkk/zigbee2mqtt, lib/controller.ts,
 * `cache_state_send_on_startup`): the first behind that is old, and so is each of a device that was told to be gone.
 */
export function zigbeeReader(
  topic: string,
  endpoint: string | undefined,
): (message: ReadableMessage) => Saying {
  const here = { device: true, bridge: true };
  let isRemembered = false;
  let isGone = false;
  return message => {
    if (message.topic !== topic) {
      const isHere = availabilityOf(message.payload);
      if (isHere === undefined) return nothing;
      const isOfBridge = message.topic.endsWith('/bridge/state');
      here[isOfBridge ? 'bridge' : 'device'] = isHere;
      if (isOfBridge && isHere && !message.isRetained) isRemembered = true;
      // What is retained may be left of a time in which availability was watched.
      isGone = !isOfBridge && !isHere && !message.isRetained;
      return presence(here.bridge && here.device);
    }
    const content = message.payload.json;
    if (!isObject(content)) return broken;
    const saying = readState(content, endpoint);
    if (message.isRetained || saying.says !== 'values' || !(isRemembered || isGone)) return saying;
    isRemembered = false;
    return old;
  };
}

/** With an endpoint only what is of it, such as `power_l1` of a socket with two outlets. */
export function readState(content: JsonObject, endpoint?: string): Saying {
  const samples: Sample[] = [];
  let isBroken = false;
  const tail = endpoint === undefined ? '' : `_${endpoint}`;
  // Some have no letter for phase A, and some mean the sum: who tells B and not A leaves it in doubt.
  const isDoubtful = 'power_phase_b' in content && !('power_phase_a' in content);
  const told = new Set<QuantityId>();
  for (const [name, quantity, power] of namesIn(content, tail)) {
    const value = content[name];
    // Not known yet.
    if (value === null || value === undefined || told.has(quantity)) continue;
    if (isDoubtful && ['power', 'voltage', 'current'].includes(name)) continue;
    const number = numberIn(value);
    if (number === undefined) isBroken = true;
    else {
      told.add(quantity);
      samples.push({ quantity, value: signed(content, name, quantity, shifted(number, power)) });
    }
  }
  return values(samples, isBroken);
}

const endpointName = /^(?:power|energy)_(l\d{1,2}|\d|[a-z]|left|right|center|top|bottom)$/;

/** The whole (undefined) of a device that tells a power or an energy, else those of its outlets that do. Batteries tell a voltage, too. */
export function metersIn(content: JsonObject): (string | undefined)[] {
  const isMeter = (endpoint?: string) => {
    const saying = readState(content, endpoint);
    return (
      saying.says === 'values' &&
      saying.samples.some(({ quantity }) => /^(power(?!Factor)|energy)/.test(quantity))
    );
  };
  if (isMeter()) return [undefined];
  const endpoints = Object.keys(content).flatMap(name => endpointName.exec(name)?.[1] ?? []);
  return [...new Set(endpoints)].filter(isMeter);
}

/**
 * Two-way meters of Tuya tell a power without its sign and the direction beside it, as `energy_flow` or `energy_flow_a`, where
 * they were not told otherwise (PJ-1203A in src/devices/tuya.ts). A power factor above 1 is one in percent, as theirs are.
 */
function signed(content: JsonObject, name: string, quantity: QuantityId, value: number): number {
  if (quantity === 'powerFactor' && Math.abs(value) > 1) return shifted(value, -2);
  if (!name.startsWith('power') || quantities[quantity].unit !== 'W' || value <= 0) return value;
  return content[name.replace(/^power/, 'energy_flow')] === 'producing' ? -value : value;
}

/** `{"state":"online"}`, or the bare word of older versions. */
function availabilityOf(payload: MqttPayload): boolean | undefined {
  const content = payload.json;
  const state = isObject(content) ? content.state : payload.text?.trim();
  return state === 'online' || state === 'offline' ? state === 'online' : undefined;
}
