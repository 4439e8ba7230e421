import type { Profile } from '../../host/api/contract.ts';

/** What a device looks like, as far as its picture goes. */
export type DeviceKind = 'rail1' | 'rail3' | 'smart' | 'shunt' | 'inverter';

type ProfileFacts = Pick<Profile, 'kind' | 'quantities'>;

const isThreePhase = (quantities: readonly string[]): boolean =>
  quantities.some(id => /L2|L3/.test(id)) || quantities.includes('voltageLineV');

/** Direct current inside, alternating current outside. */
const isInverter = (quantities: readonly string[]): boolean =>
  quantities.some(id => /Dc\d?(W|V|A|Wh)$/.test(id));

/**
 * The picture of a meter, from its profile and from what it measures. Of a profile of the gateway's own (`undefined`) and
 * of one that learns its registers from the device, what is measured alone tells.
 */
export function deviceKind(profile: ProfileFacts | undefined, measured: readonly string[]): DeviceKind {
  const quantities = [...measured, ...(profile?.quantities ?? [])];
  if (profile?.kind === 'head') return 'smart';
  if (profile?.kind === 'ina219' || measured.includes('shuntVoltageV')) return 'shunt';
  if (isInverter(quantities)) return 'inverter';
  return isThreePhase(quantities) ? 'rail3' : 'rail1';
}
