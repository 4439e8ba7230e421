import type { Sample } from '#app/source.ts';
import { deepFreeze } from '#core/freeze.ts';
import type { QuantityId } from '#core/quantities.ts';
import { broken, nothing, presence, type Saying, values } from '../mqtt-source.ts';
import { isObject, type JsonObject, jsonOf, numberIn, shifted, textOfPayload } from '../mqtt-values.ts';
import type { TopicMessage } from '../topics.ts';

const kilo = 3;

/** Names and units as Zigbee2MQTT exposes them; energies in kWh. */
const exposed: Readonly<Record<string, readonly [QuantityId, number]>> = deepFreeze({
  power: ['powerW', 0],
  voltage: ['voltageV', 0],
  current: ['currentA', 0],
  energy: ['energyImportWh', kilo],
  produced_energy: ['energyExportWh', kilo],
  power_factor: ['powerFactor', 0],
  ac_frequency: ['frequencyHz', 0],
  power_apparent: ['apparentPowerVA', 0],
  power_reactive: ['reactivePowerVar', 0],
});

const byPhase: Readonly<Record<string, readonly [QuantityId, number]>> = deepFreeze({
  power_phase_a: ['powerL1W', 0],
  power_phase_b: ['powerL2W', 0],
  power_phase_c: ['powerL3W', 0],
  voltage_phase_a: ['voltageL1V', 0],
  voltage_phase_b: ['voltageL2V', 0],
  voltage_phase_c: ['voltageL3V', 0],
  current_phase_a: ['currentL1A', 0],
  current_phase_b: ['currentL2A', 0],
  current_phase_c: ['currentL3A', 0],
  energy_phase_a: ['energyImportL1Wh', kilo],
  energy_phase_b: ['energyImportL2Wh', kilo],
  energy_phase_c: ['energyImportL3Wh', kilo],
});

/** Reads what Zigbee2MQTT says of one device: its state as JSON, and whether it and the bridge are there. */
export function zigbeeReader(topic: string, endpoint: string | undefined): (message: TopicMessage) => Saying {
  const here = { device: true, bridge: true };
  return message => {
    if (message.topic !== topic) {
      const isHere = availabilityOf(message.payload);
      if (isHere === undefined) return nothing;
      here[message.topic.endsWith('/bridge/state') ? 'bridge' : 'device'] = isHere;
      return presence(here.bridge && here.device);
    }
    const content = jsonOf(message.payload);
    return isObject(content) ? readState(content, endpoint) : broken;
  };
}

/** With an endpoint only what is of it, such as `power_l1` of a socket with two outlets. */
export function readState(content: JsonObject, endpoint?: string): Saying {
  const samples: Sample[] = [];
  let isBroken = false;
  const tail = endpoint === undefined ? '' : `_${endpoint}`;
  // Some have no letter for phase A, and some mean the sum: who tells B and not A leaves it in doubt.
  const isDoubtful = 'power_phase_b' in content && !('power_phase_a' in content);
  for (const [name, [quantity, power]] of [...Object.entries(exposed), ...Object.entries(byPhase)]) {
    const value = content[`${name}${tail}`];
    // Not known yet.
    if (value === null || value === undefined) continue;
    if (isDoubtful && ['power', 'voltage', 'current'].includes(name)) continue;
    const number = numberIn(value);
    if (number === undefined) isBroken = true;
    else samples.push({ quantity, value: shifted(number, power) });
  }
  return samples.length === 0 && isBroken ? broken : values(samples);
}

/** `{"state":"online"}`, or the bare word of older versions. */
function availabilityOf(payload: Uint8Array): boolean | undefined {
  const content = jsonOf(payload);
  const state = isObject(content) ? content.state : textOfPayload(payload)?.trim();
  return state === 'online' || state === 'offline' ? state === 'online' : undefined;
}
