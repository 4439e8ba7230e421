import { type ModbusProfile, profileQuantities } from '#profiles/profile.ts';
import { profiles } from '#profiles/registry.ts';
import { UsageError } from './arguments.ts';
import { meterMistakes } from './scenario/meter-mistakes.ts';
import { isDirectMeter, isOnePhaseMeter } from './scenario/meter-rules.ts';
import type { Scenario, ScenarioMeter } from './scenario/scenario.ts';
import { unknownName } from './scenario/schema-mistakes.ts';
import { type SketchPoint, sketchOf } from './scenario/sketch.ts';

/**
 * The scenario with further meters on one of its buses: `abb-b23@5,sunspec@6:pv` puts an ABB meter at address 5 where one
 * of its kind would hang, and a SunSpec device at the circuit `pv`.
 * @throws UsageError that names what was wrong and what is allowed.
 */
export function withMoreMeters(scenario: Scenario, line: string, text: string | null): Scenario {
  let known = scenario;
  for (const part of text === null ? [] : text.split(',')) {
    const refuse = (what: string) => new UsageError(`--meters ${JSON.stringify(part)}: ${what}`);
    const [id = '', place = ''] = part.trim().split('@');
    const profile = profiles.find(one => one.id === id);
    if (profile?.kind !== 'modbus') {
      const ids = profiles.filter(({ kind }) => kind === 'modbus').map(one => one.id);
      throw refuse(
        `the Modbus meter ${JSON.stringify(id)} ${unknownName(id, ids)}; joulegate-sim list has all`,
      );
    }
    const [, digits = '', at] = /^(\d+)(?::([\w.-]+))?$/.exec(place) ?? [];
    const address = digits === '' ? Number.NaN : Number(digits);
    if (!(address >= 1 && address <= 247)) {
      throw refuse('PROFILE@ADDRESS or PROFILE@ADDRESS:CIRCUIT with an address from 1 to 247 is allowed');
    }
    if (known.meters.some(meter => meter.line === line && meter.address === address)) {
      throw refuse(`address ${address} is taken; choose another`);
    }
    const meter = usualMeter(profile, known, line, address, at);
    known = { ...known, meters: [...known.meters, meter] };
    const [mistake] = meterMistakes(sketchOf({ ...known, ...known.plant }));
    if (mistake !== undefined) throw refuse(mistake.message);
  }
  return known;
}

/** A meter of this profile on a line of the scenario, where one of its kind would hang, or at this circuit. */
export const usualMeter = (
  profile: ModbusProfile,
  scenario: Scenario,
  line: string,
  address: number,
  at = usualPoint(profile, scenario),
): ScenarioMeter => ({
  id: `${line}-${address}`,
  name: `${profile.manufacturer} ${profile.model}`,
  profile: profile.id,
  at,
  line,
  address,
});

/** Where a meter with these registers hangs: an inverter is told by its sign. */
function usualPoint(profile: ModbusProfile, scenario: Scenario): string {
  const { points } = sketchOf({ ...scenario, ...scenario.plant });
  const pv = scenario.plant.circuits.find(({ load }) => load?.kind === 'pv');
  if (pv !== undefined && isInverter(profile)) return pv.id;
  const fits = ([, { phases, isDirect }]: readonly [string, SketchPoint]): boolean =>
    isDirect === isDirectMeter(profile) && (phases.length === 1 || !isOnePhaseMeter(profile));
  return [...points].find(fits)?.[0] ?? 'supply';
}

const isInverter = (profile: ModbusProfile): boolean =>
  profile.sunspec === undefined
    ? profile.registers.some(({ quantity, scale }) => quantity === 'powerW' && scale < 0)
    : profile.sunspec.part !== 'meter' && profileQuantities(profile).includes('powerW');
