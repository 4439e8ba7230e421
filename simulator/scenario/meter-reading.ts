import type { QuantityId } from '#core/quantities.ts';
import { findProfile } from '#profiles/registry.ts';
import { follows } from '../meters/follows.ts';
import type { ModbusSlave } from '../meters/modbus-slave.ts';
import { simulatedIdentity } from '../meters/simulated-identity.ts';
import { sunspecSlave } from '../meters/sunspec-device.ts';
import type { RunningPlant, ScenarioMeter } from './scenario.ts';

type Read = (quantity: QuantityId) => number | undefined;

/** Meters that count each phase by itself, so that import and export can grow at the same time; all others net them. */
const countsByPhase = (profile: string): boolean => /^eastron-sdm(630|72)/.test(profile);

const noAlarm = 0;
/** ESPHome and the usual libraries read all registers of a Peacefair at once, its alarms too. */
const stateWords: Readonly<Record<string, ReadonlyMap<number, number>>> = {
  'peacefair-pzem-004t-v3': new Map([[9, noAlarm]]),
  'peacefair-pzem-016': new Map([[9, noAlarm]]),
  'peacefair-pzem-017': new Map([
    [6, noAlarm],
    [7, noAlarm],
  ]),
};

/** What a meter's point has at the plant's time. @throws Error where the plant has no such point. */
export function pointReader(plant: RunningPlant, meter: ScenarioMeter, plantMs: () => number): Read {
  const point = plant.point(meter.at, countsByPhase(meter.profile) ? 'by-phase' : 'netted');
  return quantity => {
    plant.advanceTo(plantMs());
    return point.read(quantity);
  };
}

/** A Modbus meter of a scenario as a slave: where its point has no such quantity, what follows from others, or 0. */
export function scenarioSlave(meter: ScenarioMeter, atPoint: Read): ModbusSlave {
  const profile = findProfile(meter.profile);
  if (profile?.kind !== 'modbus')
    throw new Error(`${meter.profile} of the meter ${meter.id} is no Modbus meter`);
  const read = (quantity: QuantityId): number => atPoint(quantity) ?? follows(quantity, read);
  const address = meter.address ?? 1;
  if (profile.sunspec !== undefined) {
    const isThreePhase = atPoint('voltageL2V') !== undefined;
    const models =
      profile.sunspec.part === 'meter' ? [isThreePhase ? 203 : 201] : [isThreePhase ? 103 : 101, 160];
    return sunspecSlave({ address, manufacturer: 'Joulegate', parts: [{ models, read }] });
  }
  return {
    address,
    profile,
    read,
    identity: simulatedIdentity(profile, address),
    hasZerosForUnknown: meter.profile === 'eastron-sdm630',
    ...(stateWords[meter.profile] && { stateWords: stateWords[meter.profile] }),
  };
}
