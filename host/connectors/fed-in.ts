import type { QuantityId } from '#core/quantities.ts';

/** The return fan of a ventilation and the line of a product use what they count. */
const outWords =
  /export|return(?![ _-]?(?:air|fan|flow|line|pump|water))|feed(?!er)|fed_?in|produ(?:c(?!t(?!i))|kti|z)|yield|ein(?:ge)?speis|erzeug|ertrag|inje[ct]|exced|(?:ü|ue)berschuss|surplus|teruglever|(^|_)out(_|$)/;

/** Whether a name, in lower case, says of a power or an energy that it goes out. */
export const goesOut = (name: string): boolean => outWords.test(name);

/** What a power or energy is of which its name, in lower case, says that it goes out; others stay what they are. */
export function directed(quantity: QuantityId, name: string): QuantityId {
  if (!goesOut(name)) return quantity;
  if (quantity === 'powerW') return 'powerExportW';
  return quantity === 'energyImportWh' ? 'energyExportWh' : quantity;
}
