import { ByteWriter } from './bytes.ts';
import { deepFreeze } from './freeze.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

/** Improv Wi-Fi over serial, version 1 (improv-wifi.com/serial): its packets, and two commands of our own. */

export const improvStates = deepFreeze({ authorized: 2, provisioning: 3, provisioned: 4 } as const);
export const improvErrors = deepFreeze({
  none: 0,
  invalidPacket: 1,
  unknownCommand: 2,
  unableToConnect: 3,
  unknown: 0xff,
} as const);

/** `pair` (host, code) and `tell` are not of the standard: it has nothing beyond WiFi, and no words for errors. */
export const improvCommands = deepFreeze({
  wifi: 1,
  state: 2,
  info: 3,
  networks: 4,
  networkState: 7,
  pair: 0xe0,
  tell: 0xe1,
} as const);

const header = Object.freeze([0x49, 0x4d, 0x50, 0x52, 0x4f, 0x56, 1] as const);
const typeState = 1;
const typeError = 2;
const typeCommand = 3;
const typeResult = 4;

/** Header, type, length, 255 bytes, checksum. */
const packetMost = header.length + 2 + 255 + 1;

export interface ImprovCommand {
  readonly command: number;
  /** Texts, each with its length before it; undefined where the bytes are not that. */
  readonly texts: readonly string[] | undefined;
}

/**
 * Finds commands in what comes over the serial port, whatever else is between them. Bytes that turn out to be no packet are
 * gone through again from their second on, so that a packet right behind is not lost.
 */
export class ImprovReader {
  readonly #bytes = new Uint8Array(packetMost);
  #length = 0;
  readonly #onCommand: (command: ImprovCommand) => void;
  /** A packet whose checksum or shape was wrong. */
  readonly #onInvalid: () => void;

  constructor(onCommand: (command: ImprovCommand) => void, onInvalid: () => void) {
    this.#onCommand = onCommand;
    this.#onInvalid = onInvalid;
  }

  add(bytes: Uint8Array): void {
    for (let index = 0; index < bytes.length; index++) {
      this.#bytes[this.#length++] = bytes[index] as number;
      this.look();
    }
  }

  /** The line was silent for long: a packet that has begun is none. */
  reset(): void {
    this.#length = 0;
  }

  private look(): void {
    while (this.#length > 0) {
      const matching = this.matching();
      if (matching === 'no') {
        this.drop(1);
        continue;
      }
      const dataLength = this.#bytes[header.length + 1] as number;
      const whole = header.length + 2 + dataLength + 1;
      if (matching === 'partly' || this.#length < whole) return;
      const isGood = sumOf(this.#bytes, whole - 1) === this.#bytes[whole - 1];
      if (isGood) {
        const isCommand = this.#bytes[header.length] === typeCommand;
        const data = this.#bytes.slice(header.length + 2, whole - 1);
        this.drop(whole);
        if (isCommand) this.take(data);
      } else {
        this.drop(1);
        this.#onInvalid();
      }
    }
  }

  private matching(): 'no' | 'partly' | 'yes' {
    for (let index = 0; index < Math.min(this.#length, header.length); index++)
      if (this.#bytes[index] !== header[index]) return 'no';
    return this.#length < header.length + 2 ? 'partly' : 'yes';
  }

  private take(data: Uint8Array): void {
    const [command, length] = data;
    if (command === undefined || length === undefined || length !== data.length - 2) this.#onInvalid();
    else this.#onCommand({ command, texts: textsOf(data.subarray(2)) });
  }

  private drop(count: number): void {
    this.#bytes.copyWithin(0, count, this.#length);
    this.#length -= count;
  }
}

export const improvState = (state: number): Uint8Array => packet(typeState, Uint8Array.of(state));

export const improvError = (error: number): Uint8Array => packet(typeError, Uint8Array.of(error));

/** The answer to a command: texts, of which those that do not fit are left out or cut. */
export function improvResult(command: number, texts: readonly string[]): Uint8Array {
  return packet(typeResult, withTexts(command, texts));
}

/** What a client sends. */
export const improvCommand = (command: number, texts: readonly string[]): Uint8Array =>
  packet(typeCommand, withTexts(command, texts));

function withTexts(command: number, texts: readonly string[]): Uint8Array {
  const body = new ByteWriter(64);
  for (const text of texts) {
    let bytes = encodeUtf8(text);
    const room = 252 - body.length;
    if (room < 0) break;
    if (bytes.length > room) bytes = cut(bytes, room);
    body.u8(bytes.length);
    body.bytes(bytes);
  }
  const data = new ByteWriter(body.length + 2);
  data.u8(command);
  data.u8(body.length);
  data.bytes(body.take());
  return data.take();
}

/** Not in the middle of a character. */
function cut(bytes: Uint8Array, room: number): Uint8Array {
  let end = room;
  while (end > 0 && ((bytes[end] as number) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end);
}

/** With a line feed behind it, as clients look for packets at the start of a line. */
function packet(type: number, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(header.length + 2 + data.length + 2);
  bytes.set(header);
  bytes[header.length] = type;
  bytes[header.length + 1] = data.length;
  bytes.set(data, header.length + 2);
  bytes[bytes.length - 2] = sumOf(bytes, bytes.length - 2);
  bytes[bytes.length - 1] = 0x0a;
  return bytes;
}

function sumOf(bytes: Uint8Array, count: number): number {
  let sum = 0;
  for (let index = 0; index < count; index++) sum += bytes[index] as number;
  return sum & 0xff;
}

function textsOf(bytes: Uint8Array): string[] | undefined {
  const texts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + (bytes[at] as number);
    const text = end <= bytes.length ? decodeUtf8(bytes.subarray(at + 1, end)) : undefined;
    if (text === undefined) return undefined;
    texts.push(text);
    at = end;
  }
  return texts;
}
