import { limits } from '#core/limits.ts';
import { isQuantityId, type QuantityId, quantities, quantityIds } from '#core/quantities.ts';
import { windowLengthsS } from '#core/wire/settings.ts';
import type { Field } from '../set-up/fields.ts';
import type { Mistake } from '../set-up/settings-mistakes.ts';
import { Type } from '../typebox.ts';
import type { ConnectorMeter } from './connector.ts';

/** Columns that each row of meters begins with. */
export const meterColumns: readonly Field[] = [
  { name: 'id', kind: 'text', label: { en: 'Id', de: 'Kennung', pt: 'Identificador' } },
  { name: 'name', kind: 'text', label: { en: 'Name', de: 'Name', pt: 'Nome' } },
];

/** And how often the device speaks. */
export const everyColumn: Field = {
  name: 'everyS',
  kind: 'number',
  unit: 's',
  isOptional: true,
  label: { en: 'Sends every', de: 'Sendet alle', pt: 'Envia a cada' },
};

export const meterSchema = {
  id: Type.String({
    pattern: '^[a-z0-9][a-z0-9_-]{0,63}$',
    description: 'lower-case letters, digits, - and _ are allowed, 64 at most, the first a letter or digit',
  }),
  name: Type.String({ minLength: 1, maxLength: limits.nameCharacters }),
  everyS: Type.Optional(Type.Integer({ minimum: 1, maximum: 600 })),
};

export const metersOptions = { minItems: 1, maxItems: limits.metersPerGateway };

/** Rows that are a meter each, as `about` tells them. */
export const deviceMeters = (
  profile: string,
  meters: readonly { readonly id: string; readonly name: string; readonly everyS?: number | undefined }[],
  usualEveryS: number,
): ConnectorMeter[] =>
  meters.map(({ id, name, everyS = usualEveryS }) => ({
    id,
    name,
    profile,
    windowS: windowFor(everyS),
    sampleMs: everyS * 1000,
    series: [],
  }));

/** Ids are given once. */
export function meterMistakes(meters: readonly { readonly id: string }[]): Mistake[] {
  const twice = meters.find(({ id }, index) => meters.findIndex(other => other.id === id) < index);
  return twice === undefined
    ? []
    : [{ field: 'meters', message: `the id ${twice.id} is given twice; each meter needs its own` }];
}

export const quantityColumn: Field = {
  name: 'quantity',
  kind: 'quantity',
  label: { en: 'Quantity', de: 'Größe', pt: 'Grandeza' },
};
export const quantitySchema = Type.Unsafe<QuantityId>(Type.Union(quantityIds.map(id => Type.Literal(id))));

const shortestS = 10;

/** A window in which a device that speaks so often surely speaks, also where it is half an interval late. */
export const windowFor = (everyS: number): number =>
  windowLengthsS.find(each => each >= Math.max(everyS * 1.5, shortestS)) ?? limits.windowMaxS;

/** Each quantity of a meter comes from one place, counters only grow, and there are no more meters than a gateway has. */
export function rowMistakes(
  rows: readonly { readonly id: string; readonly quantity: string; readonly factor?: number }[],
  field: string,
): Mistake[] {
  const seen = new Set<string>();
  const mistakes = rows.flatMap(({ id, quantity, factor = 1 }, index) => {
    const at = (name: string, message: string) => [{ field: `${field}.${index}.${name}`, message }];
    const name = `${id} ${quantity}`;
    if (seen.has(name))
      return at('quantity', `${quantity} of ${id} is given twice; each may come from one place`);
    seen.add(name);
    if (factor === 0) return at('factor', '0 given; any other number is allowed');
    if (isQuantityId(quantity) && quantities[quantity].kind === 'counter' && factor < 0)
      return at('factor', `${factor} given; ${quantity} only grows, so it must be above 0`);
    return [];
  });
  const most = limits.metersPerGateway;
  if (new Set(rows.map(({ id }) => id)).size > most)
    mistakes.push({ field, message: `more than ${most} meters; use another connector for the rest` });
  return mistakes;
}
