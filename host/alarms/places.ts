import type { Sites } from '../site/sites.ts';
import type { Store } from '../store/store.ts';
import type { SeriesInfo } from '../store/types.ts';
import { quantitiesOf, type RuleBody, type Target } from './rule.ts';

/** What a rule judges for itself: a meter, several together, a gateway's health, or the host's. */
export interface Place {
  /** Within its rule. */
  readonly key: string;
  /** As events name it: `gateway.meter`, of several together the first, a gateway, or nothing for the host. */
  readonly meter: string;
  /** Whose windows are judged. */
  readonly meters: readonly string[];
}

export const meterPlace = (meter: string): Place => ({ key: meter, meter, meters: [meter] });
export const gatewayPlace = (gateway: string): Place => ({ key: gateway, meter: gateway, meters: [] });
export const hostPlace: Place = Object.freeze({ key: 'host', meter: '', meters: Object.freeze([]) });
/** A rule has one sum. */
export const sumKey = 'sum';
export const isSum = ({ key }: Place): boolean => key === sumKey;

export const gatewayOf = (meter: string): string => meter.split('.', 1)[0] ?? '';

/**
 * Meters that have any of these quantities stored, or anything where it asks for none, by name. `heard`: those that a gateway told
 * them of; what files alone brought is not waited for.
 */
export type Measuring = (quantities: readonly string[], of?: 'stored' | 'heard') => readonly string[];

export interface PlaceParts {
  readonly store: Pick<Store, 'series'>;
  readonly sites: Pick<Sites, 'siteOf' | 'state'>;
  /** One look at what is stored, for many rules; left out, each looks anew. */
  readonly measuring?: Measuring;
}

/** By one look, when it is asked first: what is stored from then on is not in it. */
export function measuringOf(store: Pick<Store, 'series'>): Measuring {
  let series: ReturnType<typeof store.series> | undefined;
  const known = new Map<string, readonly string[]>();
  return (wanted, of = 'stored') => {
    series ??= store.series();
    const key = `${of} ${wanted.join()}`;
    const isWanted = ({ quantity, isHeard }: SeriesInfo): boolean =>
      (of === 'stored' || isHeard) && (wanted.length === 0 || wanted.includes(quantity));
    const meters =
      known.get(key) ?? [...new Set(series.filter(isWanted).map(({ meterKey }) => meterKey))].sort();
    known.set(key, meters);
    return meters;
  };
}

/** Whether a target is of a gateway's meters, each for itself. */
export function isOfTarget(target: Target, meter: string, { sites }: PlaceParts): boolean {
  if ('meter' in target) return target.meter === meter;
  if ('gateway' in target) return target.gateway === gatewayOf(meter);
  return 'site' in target && target.site === sites.siteOf(gatewayOf(meter));
}

/** Meters whose sum is judged; none where it is no sum, or where they are no longer of one site. */
export function summed(
  { target, condition }: Pick<RuleBody, 'target' | 'condition'>,
  { store, sites, measuring: look }: PlaceParts,
): readonly string[] {
  if ('sum' in target) {
    const of = new Set(target.sum.map(meter => sites.siteOf(gatewayOf(meter))));
    return of.size === 1 ? target.sum : [];
  }
  if (!('sumOfSite' in target)) return [];
  const { sumOfSite: site } = target;
  const [quantity] = quantitiesOf(condition);
  const stored = quantity === undefined ? [] : (look ?? measuringOf(store))([quantity], 'heard');
  const measuring = new Set(stored.filter(meter => sites.siteOf(gatewayOf(meter)) === site));
  const said = sites.state(site)?.meters ?? {};
  // What stands below another is in it already, and `whole` and `aside` are in no balance.
  const isTop = (meter: string): boolean => {
    const { below, role } = (Object.hasOwn(said, meter) ? said[meter] : undefined) ?? {};
    return role !== 'whole' && role !== 'aside' && (below === undefined || !measuring.has(below));
  };
  return [...measuring].filter(isTop);
}

/** Meters of a target that are judged each for itself, and have any of its quantities stored, or anything where it asks for none. */
export function metersOf(
  { target, condition }: Pick<RuleBody, 'target' | 'condition'>,
  parts: PlaceParts,
): string[] {
  const measuring = parts.measuring ?? measuringOf(parts.store);
  const of = condition.kind === 'silence' ? 'heard' : 'stored';
  return measuring(quantitiesOf(condition), of).filter(meter => isOfTarget(target, meter, parts));
}

/** What of a rule can be judged by what is stored. */
export function storedPlaces(rule: Pick<RuleBody, 'target' | 'condition'>, parts: PlaceParts): Place[] {
  if (rule.condition.kind === 'health') return [];
  if (!('sum' in rule.target) && !('sumOfSite' in rule.target)) return metersOf(rule, parts).map(meterPlace);
  const meters = summed(rule, parts);
  return meters.length === 0 ? [] : [sumPlace(meters)];
}

export const sumPlace = (meters: readonly string[]): Place => ({
  key: sumKey,
  meter: meters[0] ?? '',
  meters,
});
