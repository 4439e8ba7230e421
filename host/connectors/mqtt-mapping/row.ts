import type { QuantityId } from '#core/quantities.ts';
import { numberIn, scaled } from '../exact-numbers.ts';
import { parsePointer, pointedAt } from '../json-pointer.ts';
import type { ValueRow } from '../mqtt-rows.ts';

export interface MappedValue {
  readonly id: string;
  readonly name: string;
  readonly topic: string;
  readonly pointer?: string;
  readonly quantity: QuantityId;
  readonly factor?: number;
  readonly everyS?: number;
}

const usualEveryS = 60;

/** Where a value lies, as something that reads it. */
export function mappedRow({
  id,
  name,
  topic,
  pointer = '',
  quantity,
  factor = 1,
  everyS = usualEveryS,
}: MappedValue): ValueRow {
  const parts = parsePointer(pointer) ?? [];
  return {
    id,
    name,
    quantity,
    everyS,
    filter: topic,
    read(payload) {
      const found = parts.length === 0 ? payload.text : pointedAt(payload.json, parts);
      if (found === undefined || found === null) return undefined;
      const number = numberIn(found);
      return number === undefined ? null : scaled(number, factor, quantity);
    },
  };
}
