import { type MeterProfile, profileQuantities } from '#profiles/profile.ts';
import { headKinds } from '../meters/telegram-head.ts';
import type { ScenarioLine } from './scenario.ts';

/** The kind of line that a meter hangs on. */
export const lineKindOf = (profile: MeterProfile): ScenarioLine['kind'] =>
  profile.kind === 'modbus' ? 'rs485' : profile.kind === 'ina219' ? 'i2c' : 'ir';

/** Modbus meters of direct current. By its quantities alone a simple meter of the mains looks like one. */
const directModbusMeters: ReadonlySet<string> = new Set(['peacefair-pzem-017']);

/** Whether it measures direct current. */
export const isDirectMeter = ({ id, kind }: MeterProfile): boolean =>
  kind === 'ina219' || directModbusMeters.has(id);

/** Whether it is wired to one phase alone. */
export function isOnePhaseMeter(profile: MeterProfile): boolean {
  if (profile.kind !== 'modbus' || profile.sunspec !== undefined) return false;
  const known = profileQuantities(profile);
  return known.includes('voltageV') && !known.includes('voltageL1V') && !known.includes('powerL1W');
}

/** What heads speak, by the profile that reads them; the first is what is usual. */
const headFamilies: Readonly<Record<string, string>> = Object.freeze({
  'sml-meter': 'sml',
  'sml-meter-unsigned': 'sml-absolute',
  'd0-meter': 'd0',
  'p1-meter': 'p1',
});

/** The kinds of head that this profile reads, the usual one first; empty where it is no profile of a head that pushes. */
export function headsOf(profile: string): readonly string[] {
  const usual = headFamilies[profile];
  if (usual === undefined) return [];
  const [family = ''] = usual.split('-');
  return [usual, ...Object.keys(headKinds).filter(id => id !== usual && id.split('-')[0] === family)];
}

/** The profile that reads a head of this kind: this one where it does. */
export const readerOf = (kind: string, profile: string): string =>
  [profile, ...Object.keys(headFamilies)].find(id => headsOf(id).includes(kind)) ?? profile;

/** What a line's characters are like where nothing is said: P1 is fast, all others as most meters leave their factory. */
export const usualBaud = (profiles: readonly string[]): number =>
  profiles.includes('p1-meter') ? 115_200 : 9600;
