/**
 * Whether an SML frame is good, and what it says, decided without the decoder: its own CRC (by nibbles), its own
 * parser (a tree of all elements), its own arithmetic (big integers). Slow and plain on purpose; runs on XS too.
 */

const nibbleTable = Array.from({ length: 16 }, (_, index) => {
  let remainder = index;
  for (let bit = 0; bit < 4; bit++) remainder = remainder & 1 ? (remainder >> 1) ^ 0x8408 : remainder >> 1;
  return remainder;
});

export function remainderOf(bytes: Uint8Array, from: number, to: number, initial: number): number {
  let crc = initial;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number;
    crc = (crc >> 4) ^ (nibbleTable[(crc ^ byte) & 15] as number);
    crc = (crc >> 4) ^ (nibbleTable[(crc ^ (byte >> 4)) & 15] as number);
  }
  return crc;
}

export const swapped = (word: number): number => ((word & 0xff) << 8) | (word >> 8);

interface Element {
  readonly type: number;
  readonly start: number;
  readonly end: number;
  readonly contentAt: number;
  readonly children: readonly Element[];
}

/** The element at `at`; throws where there is none. */
function elementAt(bytes: Uint8Array, at: number, end: number, depth: number): Element {
  let offset = at;
  const first = bytes[offset++] ?? Number.NaN;
  if (at >= end || depth > 8) throw new Error('no element');
  // The end of a message.
  if (first === 0) return { type: 0, start: at, end: offset, contentAt: offset, children: [] };
  let length = first & 15;
  for (let more = first; more & 0x80; ) {
    if (offset >= end) throw new Error('cut');
    more = bytes[offset++] as number;
    length = length * 16 + (more & 15);
  }
  const type = (first >> 4) & 7;
  if (type === 7) {
    const children: Element[] = [];
    let next = offset;
    for (let left = length; left > 0; left--) {
      const child = elementAt(bytes, next, end, depth + 1);
      children.push(child);
      next = child.end;
    }
    return { type, start: at, end: next, contentAt: offset, children };
  }
  const contentEnd = at + length;
  if (contentEnd < offset || contentEnd > end) throw new Error('length');
  return { type, start: at, end: contentEnd, contentAt: offset, children: [] };
}

function integerOf(bytes: Uint8Array, { type, contentAt, end }: Element): bigint {
  let value = 0n;
  for (let at = contentAt; at < end; at++) value = value * 256n + BigInt(bytes[at] as number);
  return type === 5 ? BigInt.asIntN(8 * (end - contentAt), value) : value;
}

const isAbsent = (bytes: Uint8Array, { start, end }: Element): boolean =>
  end === start + 1 && bytes[start] === 1;

/** The numbers of a GetList response as `obis bytes,integer,scaler`. */
function numbersOf(bytes: Uint8Array, list: Element): string[] {
  const numbers: string[] = [];
  for (const { children } of list.children) {
    const [name, , , , scaler, value] = children;
    if (name === undefined || scaler === undefined || value === undefined) throw new Error('entry');
    if (name.end - name.contentAt !== 6 || (value.type !== 5 && value.type !== 6)) continue;
    const code = Array.from(bytes.subarray(name.contentAt, name.end)).join('.');
    const power = isAbsent(bytes, scaler) ? 0n : integerOf(bytes, scaler);
    numbers.push(`${code},${integerOf(bytes, value)},${power}`);
  }
  return numbers;
}

const getListResponse = 0x0701n;

/** What the frame `bytes` says; undefined where a CRC is wrong or its structure is none. */
export function judged(bytes: Uint8Array): string[] | undefined {
  const { length } = bytes;
  const x25 = remainderOf(bytes, 0, length - 2, 0xffff) ^ 0xffff;
  const kermit = remainderOf(bytes, 0, length - 2, 0);
  const sent = ((bytes[length - 2] as number) << 8) | (bytes[length - 1] as number);
  if (sent !== swapped(x25) && sent !== kermit) return undefined;
  const raw = bytes.subarray(8, length - 8 - (bytes[length - 3] as number));
  const payload: number[] = [];
  for (let at = 0; at < raw.length; at++) {
    payload.push(raw[at] as number);
    if (raw[at] === 0x1b && raw[at + 1] === 0x1b && raw[at + 2] === 0x1b && raw[at + 3] === 0x1b) {
      payload.push(0x1b, 0x1b, 0x1b);
      at += 7;
    }
  }
  try {
    return messagesOf(Uint8Array.from(payload));
  } catch {
    return undefined;
  }
}

function messagesOf(bytes: Uint8Array): string[] | undefined {
  const numbers: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (bytes[at] === 0) {
      at++;
      continue;
    }
    const message = elementAt(bytes, at, bytes.length, 0);
    const [, , , body, crc, end] = message.children;
    if (body === undefined || crc === undefined || end === undefined || bytes[end.start] !== 0)
      return undefined;
    const sent = integerOf(bytes, crc);
    const x25 = remainderOf(bytes, at, body.end, 0xffff) ^ 0xffff;
    if (sent !== BigInt(swapped(x25)) && sent !== BigInt(remainderOf(bytes, at, body.end, 0)))
      return undefined;
    const [tag, content] = body.children;
    if (tag !== undefined && content !== undefined && integerOf(bytes, tag) === getListResponse) {
      const list = content.children[4];
      if (list === undefined) return undefined;
      numbers.push(...numbersOf(bytes, list));
    }
    at = end.end;
  }
  return numbers;
}
