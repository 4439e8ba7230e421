import { isQuantityId, quantities, quantityIds } from '#core/quantities.ts';
import type { TraceValue } from '../../host/api/contract.ts';
import { formatNumber } from '../format.ts';
import type { Words } from '../i18n/en.ts';
import { nameQuantity } from '../i18n/quantity-names.ts';
import type { TraceFrame } from './frame-words.ts';

/** A value of a frame for people. `code` is what the meter calls it: a register or an OBIS code. */
export interface ShownValue {
  readonly name: string;
  readonly text: string;
  readonly code: string;
}

const quantityByObis: ReadonlyMap<string, string> = new Map(
  quantityIds.flatMap(id => {
    const { obis } = quantities[id];
    return obis === null ? [] : [[`${obis}*255`, id]];
  }),
);

/** No double holds more digits than these for certain. */
const certainDigits = 15;

/** What the values of a frame are, all of their digits shown; none where nothing is known of it. */
export const shownValues = ({ meaning }: TraceFrame, locale: string, words: Words): readonly ShownValue[] =>
  (meaning?.values ?? []).map(value => ({
    name: nameOf(value, words),
    text: textOf(value, locale, words.gatewayPages.trace.noValue),
    code: codeOf(value),
  }));

function nameOf({ of, name, label }: TraceValue, words: Words): string {
  if (of === 'identity') return words.gatewayPages.trace.identity[name] ?? name;
  const id = of === 'quantity' ? name : quantityByObis.get(name);
  if (id !== undefined && isQuantityId(id)) return nameQuantity(id, words.quantities);
  return label === undefined || label === '' ? name : label;
}

function textOf({ of, value, unit }: TraceValue, locale: string, noValue: string): string {
  if (value === null) return noValue;
  const decimals = value.split('.')[1]?.length ?? 0;
  const isNumber = of !== 'identity' && unit !== '' && /^-?\d+(\.\d+)?$/.test(value);
  const isCertain = value.length <= certainDigits;
  const text = isNumber && isCertain ? formatNumber(Number(value), locale, decimals) : value;
  return unit === '' ? text : `${text}\u202f${unit}`;
}

const codeOf = ({ of, name, register }: TraceValue): string =>
  register === undefined ? (of === 'obis' ? name : '') : `0x${register.toString(16).padStart(4, '0')}`;
