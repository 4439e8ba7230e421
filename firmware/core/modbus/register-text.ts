import { type ByteOrder, byteAt } from './register.ts';

/** How a text lies in registers. */
export interface RegisterText {
  readonly type: 'text' | 'bcd' | 'uint';
  readonly order: ByteOrder;
}

const mostCharacters = 64;

/**
 * What registers say in text. `text`: two characters a register, to the first NUL. `bcd`: four digits a register. `uint`:
 * in decimal. Zeros and ones alone say nothing: undefined.
 */
export function registerText(data: Uint8Array, { type, order }: RegisterText): string | undefined {
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
function inOrder(data: Uint8Array, order: ByteOrder): Uint8Array {
  const bytes = new Uint8Array(data.length);
  for (let index = 0; index < data.length; index++) {
    bytes[index] = data[byteAt(order, index, data.length)] as number;
  }
  return bytes;
}
