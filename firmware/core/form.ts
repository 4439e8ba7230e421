import { decodeUtf8 } from './utf8.ts';

const fieldsMost = 16;

/** The fields of `application/x-www-form-urlencoded`, the first of a name; undefined where it is not one. */
export function readForm(body: Uint8Array): ReadonlyMap<string, string> | undefined {
  const fields = new Map<string, string>();
  let from = 0;
  for (let count = 0; from < body.length; count++) {
    if (count === fieldsMost) return undefined;
    const end = indexOf(body, 0x26, from);
    const equals = Math.min(indexOf(body, 0x3d, from), end);
    const name = decoded(body, from, equals);
    const value = decoded(body, Math.min(equals + 1, end), end);
    if (name === undefined || value === undefined) return undefined;
    if (!fields.has(name)) fields.set(name, value);
    from = end + 1;
  }
  return fields;
}

/** Where the byte is next, or the end. */
function indexOf(bytes: Uint8Array, byte: number, from: number): number {
  const at = bytes.indexOf(byte, from);
  return at < 0 ? bytes.length : at;
}

function decoded(bytes: Uint8Array, from: number, to: number): string | undefined {
  const plain = new Uint8Array(to - from);
  let length = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number;
    if (byte !== 0x25) {
      plain[length++] = byte === 0x2b ? 0x20 : byte;
      continue;
    }
    const high = at + 2 < to ? digitOf(bytes[at + 1] as number) : -1;
    const low = at + 2 < to ? digitOf(bytes[at + 2] as number) : -1;
    if (high < 0 || low < 0) return undefined;
    plain[length++] = (high << 4) | low;
    at += 2;
  }
  return decodeUtf8(plain.subarray(0, length));
}

function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : -1;
}
