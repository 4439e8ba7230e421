import { crc16Modbus } from '../crc.ts';
import { deepFreeze } from '../freeze.ts';
import { limits } from '../limits.ts';
import type { ReadFunction, WriteFunction } from './register.ts';

/**
 * A read of `count` values from `start` of one slave: coils (function 1), discrete inputs (2), holding registers (3)
 * or input registers (4).
 */
export interface ReadRequest {
  readonly address: number;
  readonly fc: ReadFunction;
  readonly start: number;
  readonly count: number;
}

/**
 * A write of `count` values from `start`: one coil (function 5) or register (6), several coils (15) or registers
 * (16). `data` is as it goes over the wire: `ff00` or `0000` for one coil, eight coils a byte with the first in its
 * lowest bit, two bytes a register. Address 0 reaches all slaves, and none of them answers.
 */
export interface WriteRequest {
  readonly address: number;
  readonly fc: WriteFunction;
  readonly start: number;
  readonly count: number;
  readonly data: Uint8Array;
}

export type BusRequest = ReadRequest | WriteRequest;

/** What every slave listens to (over serial line V1.02, 2.2). */
export const broadcastAddress = 0;

/** Bytes of a read request, of one that writes one value, and of the answer to a write. */
export const requestBytes = 8;

export const isWrite = (request: BusRequest): request is WriteRequest => request.fc > 4;

/** Bytes of the data in the answer to a read: two a register, one for eight coils. */
export const dataBytes = ({ fc, count }: ReadRequest): number => (fc <= 2 ? (count + 7) >> 3 : count * 2);

/**
 * Bytes of the whole answer: address, function, length, data, CRC to a read; the request's beginning to a write;
 * none to a broadcast.
 */
export function answerBytes(request: BusRequest): number {
  if (request.address === broadcastAddress) return 0;
  return isWrite(request) ? requestBytes : 5 + dataBytes(request);
}

/** The frame of a read request (Modbus protocol V1.1b3, 6.1 to 6.4; over serial line V1.02, 2.5). */
export const encodeRead = ({ address, fc, start, count }: ReadRequest): Uint8Array =>
  withCrc([address, fc, start >> 8, start & 0xff, count >> 8, count & 0xff]);

/**
 * The frame of a request. Throws a RangeError where a frame cannot hold it, or data and count do not go together:
 * a defect of who asks (Modbus protocol V1.1b3, 6.1 to 6.6, 6.11, 6.12).
 */
export function encodeRequest(request: BusRequest): Uint8Array {
  const { address, fc, start, count } = request;
  const most = mostValues[fc];
  if (count < 1 || count > most || start < 0 || start + count > 0x1_0000) {
    throw new RangeError(`function ${fc}: ${count} values from ${start} given; 1 to ${most} are allowed`);
  }
  if (!isWrite(request)) return encodeRead(request);
  const { data } = request;
  const wanted = fc === 15 ? (count + 7) >> 3 : count * 2;
  if (data.length !== wanted) {
    throw new RangeError(`function ${fc}: ${data.length} bytes of data given; ${wanted} are allowed`);
  }
  const place = [address, fc, start >> 8, start & 0xff];
  if (fc === 5 || fc === 6) return withCrc([...place, ...data]);
  return withCrc([...place, count >> 8, count & 0xff, data.length, ...data]);
}

/** How many values one request may name. */
const mostValues = deepFreeze({
  1: limits.modbusBitsPerRead,
  2: limits.modbusBitsPerRead,
  3: limits.modbusRegistersPerRead,
  4: limits.modbusRegistersPerRead,
  5: 1,
  6: 1,
  15: limits.modbusBitsPerWrite,
  16: limits.modbusRegistersPerWrite,
} as const);

function withCrc(bytes: readonly number[]): Uint8Array {
  const frame = new Uint8Array(bytes.length + 2);
  frame.set(bytes);
  const crc = crc16Modbus(frame, 0, bytes.length);
  frame[bytes.length] = crc & 0xff;
  frame[bytes.length + 1] = crc >> 8;
  return frame;
}

/** Bits of a character on the wire: start, 8 data, parity, stop. */
export const characterBits = (line: { parity: 'none' | 'even' | 'odd'; stopBits: number }): number =>
  9 + (line.parity === 'none' ? 0 : 1) + line.stopBits;

/** Silence that ends a frame: 3.5 characters, and 1.75 ms above 19,200 baud (over serial line V1.02, 2.5.1.1). */
export const frameGapMs = (baud: number, bits: number): number =>
  baud > 19_200 ? 1.75 : (3.5 * bits * 1000) / baud;

/**
 * What was found in the bytes that a master hears. `answer` and `exception` are of the slave that was asked and
 * match what it was asked; the data of an answer to a write are the four bytes that it repeats. `frame` is any other whole frame: late, of another slave, of another master. `echo` is
 * the master's own request, heard back. `noise` counts bytes that are no frame.
 */
export type Heard =
  | { readonly is: 'answer'; readonly data: Uint8Array }
  | { readonly is: 'exception'; readonly code: number }
  | {
      readonly is: 'frame';
      readonly address: number;
      readonly isAnswer: boolean;
      readonly byteLength: number;
    }
  | { readonly is: 'echo' }
  | { readonly is: 'noise'; readonly count: number };
