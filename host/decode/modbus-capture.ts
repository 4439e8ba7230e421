import { toHex } from '#core/bytes.ts';
import { decodeRegisters } from '#core/modbus/decode.ts';
import { quantities } from '#core/quantities.ts';
import type { ModbusProfile } from '#profiles/profile.ts';
import { type CaptureCounts, type CapturePrint, type CaptureReader, noCounts } from './capture.ts';
import { frameAt, longestFrame, type SniffedFrame } from './modbus-frames.ts';
import { ModbusJsonLines } from './modbus-json.ts';
import { describeFrame } from './modbus-words.ts';
import { writeRows } from './rows.ts';

/** What a frame of a bus says. Registers are hexadecimal texts, four digits each. */
export interface ModbusContent {
  readonly kind: SniffedFrame['kind'];
  readonly address: number;
  readonly function: number;
  /** First register or coil, null where the request of an answer was not heard. */
  readonly register: number | null;
  readonly count?: number;
  readonly registers?: readonly string[];
  /** Coils and inputs as the bytes they came in, the first in the lowest bit of the first byte. */
  readonly bits?: string;
  readonly exception?: number;
}

export interface RegisterReading {
  readonly quantity: string;
  readonly value: string;
  readonly unit: string;
}

/** Shorter rests than a frame's head are the tail of noise. */
const leastFrameBytes = 4;

/**
 * A capture of an RS485 line, requests and answers as they went by. Frames are found by their length and CRC alone, for
 * a capture has no gaps; bytes that are no frame are counted, a run of them as one that was damaged.
 */
export class ModbusCapture implements CaptureReader {
  readonly counts: CaptureCounts = noCounts();
  readonly #print: CapturePrint;
  readonly #profile: ModbusProfile | undefined;
  readonly #json: ModbusJsonLines;
  #bytes = new Uint8Array(0);
  /** Place of `#bytes[0]` in the capture. */
  #base: number;
  #asked: { readonly address: number; readonly fc: number; readonly register: number } | undefined;
  #damagedBytes = 0;
  #requests = 0;
  #answers = 0;

  constructor(print: CapturePrint, profile: ModbusProfile | undefined) {
    this.#print = print;
    this.#profile = profile;
    this.#json = new ModbusJsonLines(print.out, profile);
    this.#base = print.offset;
  }

  push(bytes: Uint8Array): void {
    const joined = new Uint8Array(this.#bytes.length + bytes.length);
    joined.set(this.#bytes);
    joined.set(bytes, this.#bytes.length);
    this.#bytes = joined;
    this.#scan(false);
  }

  finish(): void {
    this.#scan(true);
  }

  hints(): readonly string[] {
    if (this.#requests > 3 && this.#answers === 0)
      return [
        'Requests and no answer: the slave is off, has another address or another baud rate, or its A and B wires are swapped.',
      ];
    if (this.#answers > 0 && this.#profile === undefined)
      return ['With --profile and the id of a meter, such as eastron-sdm630, registers are shown as values.'];
    return [];
  }

  #scan(isOver: boolean): void {
    const bytes = this.#bytes;
    let at = 0;
    while (at < bytes.length) {
      const frame = frameAt(bytes, at, bytes.length, this.#asked);
      // One that may still end is waited for, unless there is more than any frame can be.
      if (frame === -1 && !isOver && bytes.length - at < longestFrame) break;
      if (typeof frame === 'number') {
        this.#damagedBytes++;
        at++;
      } else {
        this.#endDamage(false);
        this.#take(bytes.subarray(at, at + frame.length), frame, this.#base + at);
        at += frame.length;
      }
    }
    if (isOver) this.#endDamage(true);
    this.#base += at;
    this.#bytes = bytes.slice(at);
  }

  /** Bytes that are no frame: one frame that was damaged, or, at the capture's end, one that was cut. */
  #endDamage(isOver: boolean): void {
    const { counts } = this;
    if (this.#damagedBytes >= leastFrameBytes) {
      counts.starts++;
      if (isOver && this.#damagedBytes < longestFrame) counts.incomplete++;
      else counts.transportCrcErrors++;
    }
    counts.junkBytes += this.#damagedBytes;
    if (this.#damagedBytes > 0) this.#asked = undefined;
    this.#damagedBytes = 0;
  }

  #take(bytes: Uint8Array, frame: SniffedFrame, offset: number): void {
    const { counts } = this;
    counts.starts++;
    counts.valid++;
    if (this.#print.isJson && this.#takeQuickly(bytes, frame, offset)) return;
    const content = this.#contentOf(bytes, frame);
    if (frame.kind === 'request') this.#requests++;
    else this.#answers++;
    this.#asked =
      frame.kind === 'request'
        ? { address: frame.address, fc: frame.fc, register: content.register ?? 0 }
        : undefined;
    const values = this.#valuesOf(bytes, content);
    counts.values += values.length;
    const { out, isJson } = this.#print;
    if (isJson) {
      out.line(JSON.stringify({ format: 'modbus', offset, length: bytes.length, ...content, values }));
      return;
    }
    out.line(`Byte ${offset}, ${bytes.length} bytes: ${describeFrame(content)}`);
    const rows = values.map(({ quantity, value, unit }) => ({
      code: quantity,
      value,
      unit: unit === '1' ? '' : unit,
      name: '',
    }));
    if (rows.length > 0) writeRows(out, rows);
  }

  /** Writes what most of a bus is; false where it is something else. */
  #takeQuickly(bytes: Uint8Array, frame: SniffedFrame, offset: number): boolean {
    const { kind, address, fc } = frame;
    if (fc > 4 || kind === 'exception' || (kind === 'answer' && fc < 3)) return false;
    if (kind === 'request') {
      const register = ((bytes[2] as number) << 8) | (bytes[3] as number);
      this.#requests++;
      this.#asked = { address, fc, register };
      this.#json.request(frame, offset, register, ((bytes[4] as number) << 8) | (bytes[5] as number));
      return true;
    }
    const heard = this.#asked;
    const register =
      heard !== undefined && heard.address === address && heard.fc === fc ? heard.register : null;
    this.#answers++;
    this.#asked = undefined;
    this.counts.values += this.#json.answer(frame, offset, register, bytes.subarray(3, -2));
    return true;
  }

  #contentOf(bytes: Uint8Array, { kind, address, fc }: SniffedFrame): ModbusContent {
    const head = { kind, address, function: fc };
    const heard = this.#asked;
    const asked = heard !== undefined && heard.address === address && heard.fc === fc ? heard.register : null;
    if (kind === 'exception') return { ...head, register: asked, exception: bytes[2] as number };
    const first = ((bytes[2] as number) << 8) | (bytes[3] as number);
    const second = ((bytes[4] as number) << 8) | (bytes[5] as number);
    if (fc <= 4) {
      if (kind === 'request') return { ...head, register: first, count: second };
      const data = bytes.subarray(3, -2);
      return fc <= 2
        ? { ...head, register: asked, bits: toHex(data) }
        : { ...head, register: asked, registers: wordsOf(data) };
    }
    if (fc <= 6) return { ...head, register: first, registers: wordsOf(bytes.subarray(4, 6)) };
    const written = { ...head, register: first, count: second };
    if (kind === 'answer') return written;
    const data = bytes.subarray(7, -2);
    return fc === 15 ? { ...written, bits: toHex(data) } : { ...written, registers: wordsOf(data) };
  }

  #valuesOf(bytes: Uint8Array, content: ModbusContent): RegisterReading[] {
    const { kind, register } = content;
    if (this.#profile === undefined || kind !== 'answer' || register === null || content.function > 4)
      return [];
    const registers = this.#profile.registers.filter(({ fc }) => fc === content.function);
    return decodeRegisters(registers, register, bytes.subarray(3, -2)).map(({ quantity, value }) => {
      const { unit, decimals } = quantities[quantity];
      return { quantity, value: Number(value.toFixed(decimals)).toString(), unit };
    });
  }
}

const wordsOf = (data: Uint8Array): string[] => toHex(data).toUpperCase().match(/.{4}/g) ?? [];
