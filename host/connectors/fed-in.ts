import type { QuantityId } from '#core/quantities.ts';
import { goesOut as sayGoesOut } from '../import/proposal/goes-out.ts';

/** Whether a name, in lower case, says of a power or an energy that it goes out. */
export function goesOut(name: string): boolean {
  const words = name.replace(/[_-]/g, ' ');
  return sayGoesOut(words) || /\bout\b/.test(words);
}

/** What a power or energy is of which its name, in lower case, says that it goes out; others stay what they are. */
export function directed(quantity: QuantityId, name: string): QuantityId {
  if (!goesOut(name)) return quantity;
  if (quantity === 'powerW') return 'powerExportW';
  return quantity === 'energyImportWh' ? 'energyExportWh' : quantity;
}
