import { isQuantityId, type QuantityId, quantities, quantityIds } from '#core/quantities.ts';
import type { Meter, Series } from '../../host/api/contract.ts';
import { rolesOf } from '../site/balance.ts';

/** The stored quantities of a meter in the order of the vocabulary: power first, energies late. */
export function storedQuantities(series: readonly Series[], meter: string): QuantityId[] {
  const stored = new Set(series.filter(one => one.meter === meter).map(({ quantity }) => quantity));
  return quantityIds.filter(id => stored.has(id));
}

/** The meter an address means: the one it names, or that at the grid where it names none; null where that is not there. */
export function meterOf(meters: readonly Meter[], wanted: string | null): Meter | null {
  if (wanted !== null) return meters.find(({ key }) => key === wanted) ?? null;
  const roles = rolesOf(meters);
  return meters.find(({ key }) => roles.get(key) === 'grid') ?? meters[0] ?? null;
}

/** The quantity an address means, else the first that is stored. */
export function quantityOf(stored: readonly QuantityId[], wanted: string | null): QuantityId | null {
  return wanted !== null && isQuantityId(wanted) && stored.includes(wanted) ? wanted : (stored[0] ?? null);
}

/** The stored quantities that one chart can show together: of one unit and kind. */
export const siblingsOf = (stored: readonly QuantityId[], quantity: QuantityId): QuantityId[] =>
  stored.filter(
    id =>
      quantities[id].unit === quantities[quantity].unit && quantities[id].kind === quantities[quantity].kind,
  );
