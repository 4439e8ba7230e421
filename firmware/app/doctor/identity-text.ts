import { byteAt } from '../../core/modbus/register.ts';
import type { IdentityField } from '../../profiles/profile.ts';
import type { KnownAnswers } from './known-answers.ts';
import type { Talk } from './talk.ts';

const mostCharacters = 64;

/** What a meter says of itself in an identity field, as text; undefined where it does not say. */
export function* identityText(
  known: KnownAnswers,
  field: IdentityField | undefined,
): Talk<string | undefined> {
  if (field === undefined) return undefined;
  const { fc, address, words } = field;
  const { start, data } = yield* known.ask({ fc, start: address, count: words });
  const from = (address - start) * 2;
  return data && textOf(data.subarray(from, from + words * 2), field);
}

/**
 * `text`: two characters a register, to the first NUL. `bcd`: four digits a register. `uint`: in decimal. Zeros and ones
 * alone say nothing.
 */
export function textOf(
  data: Uint8Array,
  { type, order }: Pick<IdentityField, 'type' | 'order'>,
): string | undefined {
  const bytes = type === 'text' ? data : inOrder(data, order);
  if (data.every(byte => byte === 0xff)) return undefined;
  let text = '';
  if (type === 'uint') {
    let number = 0;
    for (let index = 0; index < bytes.length; index++) number = number * 256 + (bytes[index] as number);
    text = Number.isSafeInteger(number) ? String(number) : '';
  }
  for (let index = 0; type !== 'uint' && index < bytes.length && text.length < mostCharacters; index++) {
    const byte = bytes[index] as number;
    if (type === 'bcd' && (byte >> 4 > 9 || (byte & 15) > 9)) return undefined;
    if (type === 'bcd') text += byte.toString(16).padStart(2, '0');
    else if (byte === 0) break;
    else if (byte < 0x20 || byte > 0x7e) return undefined;
    else text += String.fromCharCode(byte);
  }
  const trimmed = text.trim();
  return trimmed === '' || /^[0f]+$/.test(trimmed) ? undefined : trimmed;
}

/** The bytes with the most significant first. */
function inOrder(data: Uint8Array, order: IdentityField['order']): Uint8Array {
  const bytes = new Uint8Array(data.length);
  for (let index = 0; index < data.length; index++) {
    bytes[index] = data[byteAt(order, index, data.length)] as number;
  }
  return bytes;
}
