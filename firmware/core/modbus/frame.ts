import { crc16Modbus } from '../crc.ts';
import type { ReadFunction } from './register.ts';

/** A read of `count` registers from `start` by function 3 (holding) or 4 (input registers) of one slave. */
export interface ReadRequest {
  readonly address: number;
  readonly fc: ReadFunction;
  readonly start: number;
  readonly count: number;
}

export const requestBytes = 8;

/** Bytes of the whole answer to a read: address, function, length, two a register, CRC. */
export const answerBytes = (request: ReadRequest): number => 5 + request.count * 2;

/** The frame of a read request (Modbus protocol V1.1b3, 6.3 and 6.4; over serial line V1.02, 2.5). */
export function encodeRead({ address, fc, start, count }: ReadRequest): Uint8Array {
  const frame = new Uint8Array([address, fc, start >> 8, start & 0xff, count >> 8, count & 0xff, 0, 0]);
  const crc = crc16Modbus(frame, 0, 6);
  frame[6] = crc & 0xff;
  frame[7] = crc >> 8;
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
 * match what it was asked. `frame` is any other whole frame: late, of another slave, of another master. `echo` is
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
