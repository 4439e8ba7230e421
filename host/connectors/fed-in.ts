import type { QuantityId } from '#core/quantities.ts';

const outWords = /export|return|feed(?!er)|fed_?in|produc|yield|(^|_)out(_|$)/;

/** What a power or energy is of which its name, in lower case, says that it goes out; others stay what they are. */
export function directed(quantity: QuantityId, name: string): QuantityId {
  if (!outWords.test(name)) return quantity;
  if (quantity === 'powerW') return 'powerExportW';
  return quantity === 'energyImportWh' ? 'energyExportWh' : quantity;
}
