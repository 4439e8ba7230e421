import type { Gateway, Meter } from '../../host/api/contract.ts';
import { type Condition, conditionOf, tones } from '../site/condition.ts';

/** More meters than this are a list that can be searched, instead of cards. */
export const mostCards = 12;

/** A meter with how it is. */
export interface SeenMeter {
  readonly meter: Meter;
  readonly condition: Condition;
  /** It fails, is silent or out of date: somebody should look. */
  readonly isTroubled: boolean;
}

/** Every meter with its condition at a moment. */
export function seenMeters(
  meters: readonly Meter[],
  gateways: readonly Gateway[],
  nowMs: number,
): SeenMeter[] {
  const byId = new Map(gateways.map(gateway => [gateway.id, gateway]));
  return meters.map(meter => {
    const condition = conditionOf(meter, byId.get(meter.gateway), nowMs);
    const tone = tones[condition.is];
    return { meter, condition, isTroubled: tone === 'bad' || tone === 'warn' };
  });
}

export interface MeterFilter {
  /** Words that each must be in a meter's name, gateway, id or profile, whatever their case. */
  readonly find: string;
  readonly troubledOnly: boolean;
}

/** The meters that are wanted. */
export function filtered(seen: readonly SeenMeter[], { find, troubledOnly }: MeterFilter): SeenMeter[] {
  const wanted = find.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return seen.filter(({ meter, isTroubled }) => {
    if (troubledOnly && !isTroubled) return false;
    const text = `${meter.name} ${meter.gateway} ${meter.id} ${meter.profile}`.toLocaleLowerCase();
    return wanted.every(word => text.includes(word));
  });
}

/** Meters by their gateway, in the site's order. */
export function byGateway(seen: readonly SeenMeter[]): ReadonlyMap<string, readonly SeenMeter[]> {
  const groups = new Map<string, SeenMeter[]>();
  for (const one of seen) {
    const group = groups.get(one.meter.gateway);
    if (group === undefined) groups.set(one.meter.gateway, [one]);
    else group.push(one);
  }
  return groups;
}
