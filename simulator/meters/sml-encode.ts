import { crc16Kermit, crc16X25 } from '#core/crc.ts';

/** SML as a meter codes it (SML 1.04, chapters 6 and 8): the other direction of `core/sml`. */
export type SmlBytes = readonly number[];

/** An absent optional element. */
export const absent: SmlBytes = [0x01];

const type = { octets: 0x00, boolean: 0x40, signed: 0x50, unsigned: 0x60, list: 0x70 } as const;

export const octets = (content: ArrayLike<number>): SmlBytes => element(type.octets, Array.from(content));

export const ascii = (text: string): SmlBytes => octets(Array.from(text, letter => letter.charCodeAt(0)));

export const boolean = (value: boolean): SmlBytes => element(type.boolean, [value ? 1 : 0]);

/** A whole number in `width` bytes, 1 to 8; what does not fit is cut, as in two's complement. */
export const unsigned = (value: number | bigint, width: number): SmlBytes =>
  element(type.unsigned, bigEndian(value, width));

export const signed = (value: number | bigint, width: number): SmlBytes =>
  element(type.signed, bigEndian(value, width));

export function list(...elements: readonly SmlBytes[]): SmlBytes {
  const bytes = typeLength(type.list, elements.length, false);
  // An hour in virtual time is 3,600 telegrams: plain loops are ten times as fast as flat().
  for (const element of elements) for (const byte of element) bytes.push(byte);
  return bytes;
}

export type CrcKind = 'x25' | 'kermit';

/** SML_Message: a body under its tag, with id, group, no abort, CRC and end. */
export function message(
  transaction: number,
  tag: number,
  body: SmlBytes,
  crc: CrcKind = 'x25',
  tagBytes = 2,
): SmlBytes {
  const choice = list(unsigned(tag, tagBytes), body);
  const head = [0x76, ...octets(bigEndian(transaction, 4)), ...unsigned(0, 1), ...unsigned(0, 1), ...choice];
  const bytes = Uint8Array.from(head);
  const x25 = crc16X25(bytes);
  const sum = crc === 'x25' ? ((x25 & 0xff) << 8) | (x25 >> 8) : crc16Kermit(bytes);
  return [...head, ...unsigned(sum, 2), 0x00];
}

/** What meters do with the end of a frame: zeros up to a multiple of 4, `four` of them where none are needed. */
export interface FrameForm {
  readonly padding: 'zeros' | 'four' | 'none' | 'ones';
  /** Four escapes in a row in the payload are sent twice. */
  readonly escapes: boolean;
}

const usualFrame: FrameForm = Object.freeze({ padding: 'zeros', escapes: true });

/** A transport version 1 frame around any payload: start, doubled escapes, padding, end, CRC. */
export function frame(payload: ArrayLike<number>, crc: CrcKind = 'x25', form = usualFrame): Uint8Array {
  const bytes = [0x1b, 0x1b, 0x1b, 0x1b, 0x01, 0x01, 0x01, 0x01];
  for (let index = 0, run = 0; index < payload.length; index++) {
    const byte = payload[index] as number;
    bytes.push(byte);
    run = byte === 0x1b ? run + 1 : 0;
    if (run === 4) {
      if (form.escapes) bytes.push(0x1b, 0x1b, 0x1b, 0x1b);
      run = 0;
    }
  }
  const missing = (4 - (bytes.length % 4)) % 4;
  const padding = form.padding === 'none' ? 0 : form.padding === 'four' && missing === 0 ? 4 : missing;
  for (let count = 0; count < padding; count++) bytes.push(form.padding === 'ones' ? 0x01 : 0x00);
  bytes.push(0x1b, 0x1b, 0x1b, 0x1b, 0x1a, padding);
  const head = Uint8Array.from(bytes);
  const sum = crc === 'x25' ? crc16X25(head) : crc16Kermit(head);
  return Uint8Array.from([...bytes, ...(crc === 'x25' ? [sum & 0xff, sum >> 8] : [sum >> 8, sum & 0xff])]);
}

/** A list whose length takes two bytes, the second with bits of a type that are to be 0 (a Hager eHZ). */
export const listWithTypeBits = (elements: readonly SmlBytes[]): SmlBytes => [
  0xf0 | (elements.length >> 4),
  0x70 | (elements.length & 15),
  ...elements.flat(),
];

/** A number in the fewest bytes that hold it. */
export function narrow(kind: 'signed' | 'unsigned', value: number): SmlBytes {
  let width = 1;
  const isHeld = () =>
    kind === 'signed' ? Math.abs(value + 0.5) < 2 ** (8 * width - 1) : value < 2 ** (8 * width);
  while (width < 8 && !isHeld()) width++;
  return kind === 'signed' ? signed(value, width) : unsigned(value, width);
}

/** A number that is not negative in the fewest bytes that hold it, under the type of those that can be. */
export function misencoded(value: number): SmlBytes {
  const [, ...content] = narrow('unsigned', value);
  return element(type.signed, content);
}

function element(kind: number, content: readonly number[]): SmlBytes {
  const bytes = typeLength(kind, content.length, true);
  for (const byte of content) bytes.push(byte);
  return bytes;
}

/** Lengths of 15 and more take further bytes of four bits each; those of lists count elements, others all bytes. */
function typeLength(kind: number, count: number, isCountingItself: boolean): number[] {
  for (let bytes = 1; ; bytes++) {
    const length = isCountingItself ? count + bytes : count;
    if (length >= 16 ** bytes) continue;
    const nibbles: number[] = [];
    for (let index = 0; index < bytes; index++) {
      const nibble = (length >> (4 * (bytes - 1 - index))) & 15;
      nibbles.push(nibble | (index === 0 ? kind : 0) | (index < bytes - 1 ? 0x80 : 0));
    }
    return nibbles;
  }
}

function bigEndian(value: number | bigint, width: number): number[] {
  const bytes: number[] = new Array(width).fill(0);
  // Floor division is two's complement for negative numbers too; bigints are for what a number cannot hold.
  if (typeof value === 'number') {
    for (let index = width - 1, rest = value; index >= 0; index--, rest = Math.floor(rest / 256))
      bytes[index] = rest - Math.floor(rest / 256) * 256;
  } else {
    for (let index = width - 1, rest = BigInt.asUintN(64, value); index >= 0; index--, rest >>= 8n)
      bytes[index] = Number(rest & 0xffn);
  }
  return bytes;
}
