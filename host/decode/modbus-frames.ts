import { crc16Modbus } from '#core/crc.ts';

/** A whole frame with a right CRC, as anybody on the line hears it. Places are within the bytes searched. */
export interface SniffedFrame {
  readonly kind: 'request' | 'answer' | 'exception';
  readonly address: number;
  readonly fc: number;
  readonly start: number;
  readonly length: number;
}

/** The newest request, to which the next frame is likely the answer. */
export type Asked = Pick<SniffedFrame, 'address' | 'fc'> | undefined;

const none = 0;
const incomplete = -1;
const exceptionBytes = 5;
const highestAddress = 247;
/** PZEM meters leave their factory answering at 248 (0xF8). */
const generalAddress = 248;
const highestException = 11;

/** Longest frame by the byte counts that are allowed (Modbus over serial line V1.02, 2.3). */
export const longestFrame = 256;

/**
 * The frame at `at` of `bytes`, up to `end`: `none` where no frame of functions 1 to 6, 15 and 16 begins there,
 * `incomplete` where one may and its end is not there yet.
 */
export function frameAt(
  bytes: Uint8Array,
  at: number,
  end: number,
  asked: Asked,
): SniffedFrame | typeof none | typeof incomplete {
  const address = bytes[at] as number;
  if (address > highestAddress && address !== generalAddress) return none;
  if (at + 1 >= end) return incomplete;
  const fc = bytes[at + 1] as number;
  let isUnfinished = false;
  const isAnswered = asked !== undefined && asked.address === address && asked.fc === (fc & 0x7f);
  for (const kind of isAnswered ? answersFirst : requestsFirst) {
    const length = lengthOf(kind, bytes, at, end);
    if (length === incomplete) isUnfinished = true;
    if (length <= 0) continue;
    if (at + length > end) isUnfinished = true;
    else if (isWhole(bytes, at, length)) return { kind, address, fc: fc & 0x7f, start: at, length };
  }
  return isUnfinished ? incomplete : none;
}

const requestsFirst = ['request', 'answer', 'exception'] as const;
const answersFirst = ['answer', 'exception', 'request'] as const;

/** Bytes of a frame by its kind and head; `none` where its head is not allowed (Modbus V1.1b3, chapter 6). */
function lengthOf(kind: SniffedFrame['kind'], bytes: Uint8Array, at: number, end: number): number {
  const fc = bytes[at + 1] as number;
  if (kind === 'exception') return exceptionLength(fc, bytes, at, end);
  if (fc >= 1 && fc <= 4)
    return kind === 'request' ? readLength(fc, bytes, at, end) : dataLength(fc, bytes, at, end);
  if (fc === 5 || fc === 6) return 8;
  if (fc !== 15 && fc !== 16) return none;
  if (kind === 'answer') return 8;
  if (at + 6 >= end) return incomplete;
  const count = bytes[at + 6] as number;
  const registers = word(bytes, at + 4);
  const isRight = fc === 16 ? count === 2 * registers && registers > 0 : count === (registers + 7) >> 3;
  return isRight && count > 0 && count + 9 <= longestFrame ? 9 + count : none;
}

function exceptionLength(fc: number, bytes: Uint8Array, at: number, end: number): number {
  const asked = fc & 0x7f;
  if (fc < 0x80 || asked === 0 || asked > 0x2b) return none;
  if (at + 2 >= end) return incomplete;
  const code = bytes[at + 2] as number;
  return code > 0 && code <= highestException ? exceptionBytes : none;
}

function readLength(fc: number, bytes: Uint8Array, at: number, end: number): number {
  if (at + 5 >= end) return incomplete;
  const count = word(bytes, at + 4);
  return count > 0 && count <= (fc <= 2 ? 2000 : 125) ? 8 : none;
}

function dataLength(fc: number, bytes: Uint8Array, at: number, end: number): number {
  if (at + 2 >= end) return incomplete;
  const count = bytes[at + 2] as number;
  const isRight = count > 0 && count <= 250 && (fc <= 2 || count % 2 === 0);
  return isRight ? 5 + count : none;
}

const word = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] as number) << 8) | (bytes[at + 1] as number);

function isWhole(bytes: Uint8Array, at: number, length: number): boolean {
  const end = at + length - 2;
  return crc16Modbus(bytes, at, end) === ((bytes[end] as number) | ((bytes[end + 1] as number) << 8));
}

/** How many whole frames there are, and of how many bytes, where this is a bus. */
export function countFrames(bytes: Uint8Array): { readonly frames: number; readonly bytes: number } {
  const found = { frames: 0, bytes: 0 };
  let asked: Asked;
  for (let at = 0; at < bytes.length; ) {
    const frame = frameAt(bytes, at, bytes.length, asked);
    if (typeof frame === 'number') at++;
    else {
      found.frames++;
      found.bytes += frame.length;
      at += frame.length;
      asked = frame.kind === 'request' ? frame : undefined;
    }
  }
  return found;
}
