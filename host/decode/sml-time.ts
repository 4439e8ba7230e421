import { readInteger, TlvReader, tlvList, tlvSigned, tlvUnsigned } from '#core/sml/tlv.ts';

/** SML_Time (SML 1.04, 5.1.6), as meters send it. */
export type SmlTime =
  | { readonly secIndex: number }
  | { readonly timestamp: number }
  | { readonly timestampLocal: readonly number[] };

/**
 * The time in a list entry's value, which is a choice whose tag 1 is SML_Time, which is a choice again: seconds of the
 * meter's own, a timestamp in UTC, or a local one with its two offsets. Undefined where it is anything else.
 */
export function smlTime(bytes: Uint8Array, start: number, end: number): SmlTime | undefined {
  const reader = new TlvReader();
  reader.reset(bytes, start, end);
  let tag = 0;
  const numbers: number[] = [];
  // Tags and numbers in the order they come; the last tag before a number says what the number is.
  for (let depth = 0; reader.offset < end && depth < 8; depth++) {
    if (!reader.next()) return undefined;
    if (reader.type === tlvList) continue;
    if (reader.type !== tlvUnsigned && reader.type !== tlvSigned) return undefined;
    const isTag = numbers.length === 0 && reader.length === 1;
    const number = Number(readInteger(bytes, reader.offset, reader.length, reader.type === tlvSigned));
    reader.offset += reader.length;
    if (isTag) tag = number;
    else numbers.push(number);
  }
  const [first] = numbers;
  if (first === undefined) return undefined;
  if (numbers.length === 3) return { timestampLocal: numbers };
  return tag === 2 ? { timestamp: first } : { secIndex: first };
}
