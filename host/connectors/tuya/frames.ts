import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { crc32 } from '#core/crc.ts';
import type { TuyaVersion } from './protocol.ts';

/**
 * Frames of the local protocol. 3.1 to 3.4: `000055aa`, sequence, command, length, data, check, `0000aa55`, where the check is a
 * CRC-32, and of 3.4 an HMAC-SHA256. 3.5: `00006699`, two bytes, sequence, command, length, nonce, data, tag, `00009966`, AES-GCM
 * over it. What a device answers begins with a code of four bytes (codetheweb/tuyapi 7.7.1 lib/message-parser.js, lib/cipher.js).
 */
const prefix = 0x0000_55aa;
const suffix = 0x0000_aa55;
const prefix35 = 0x0000_6699;
const suffix35 = 0x0000_9966;
const headerBytes = 16;
const headerBytes35 = 18;
const nonceBytes = 12;
const tagBytes = 16;
const crcBytes = 4;
const hmacBytes = 32;
/** The version's text and twelve bytes more, before what a device tells by itself. */
const versionHeaderBytes = 15;
/** A meter with all its data points has a tenth of it. */
const mostFrameBytes = 8192;

export interface Frame {
  readonly sequence: number;
  readonly command: number;
  /** In clear, without the answer's code and the version's header. */
  readonly data: Buffer;
}

/** `damaged`: the check is not what the frame comes to, by this version and key. `unreadable`: it is, and the key opens nothing. */
export type Read = Frame | 'damaged' | 'unreadable';

export interface Sent extends Frame {
  /** Twelve bytes that were never used with this key, for 3.5. */
  readonly nonce: Uint8Array;
}

/** The bytes of a message to a device. `key` is the local one, or the session's once there is one: 16 bytes. */
export function encodeFrame(version: TuyaVersion, key: Uint8Array, message: Sent): Buffer {
  const { sequence, command, data, nonce } = message;
  if (version === '3.5') {
    const head = Buffer.alloc(headerBytes35);
    head.writeUInt32BE(prefix35, 0);
    head.writeUInt32BE(sequence, 6);
    head.writeUInt32BE(command, 10);
    head.writeUInt32BE(nonceBytes + data.length + tagBytes, 14);
    const cipher = createCipheriv('aes-128-gcm', key, nonce).setAAD(head.subarray(4));
    const body = Buffer.concat([cipher.update(data), cipher.final()]);
    return Buffer.concat([head, nonce, body, cipher.getAuthTag(), word(suffix35)]);
  }
  const body = version === '3.1' ? data : ecb(key, data);
  const checkBytes = version === '3.4' ? hmacBytes : crcBytes;
  const head = Buffer.alloc(headerBytes);
  head.writeUInt32BE(prefix, 0);
  head.writeUInt32BE(sequence, 4);
  head.writeUInt32BE(command, 8);
  head.writeUInt32BE(body.length + checkBytes + 4, 12);
  const checked = Buffer.concat([head, body]);
  return Buffer.concat([checked, checkOf(version, key, checked), word(suffix)]);
}

/** What a whole frame of a device says. */
export function decodeFrame(version: TuyaVersion, key: Uint8Array, frame: Buffer): Read {
  const is35 = frame.readUInt32BE(0) === prefix35;
  if (is35 !== (version === '3.5')) return 'damaged';
  if (is35) return decode35(key, frame);
  const checkBytes = version === '3.4' ? hmacBytes : crcBytes;
  const end = frame.length - 4 - checkBytes;
  if (end < headerBytes || frame.readUInt32BE(frame.length - 4) !== suffix) return 'damaged';
  const check = frame.subarray(end, end + checkBytes);
  if (!checkOf(version, key, frame.subarray(0, end)).equals(check)) return 'damaged';
  const told = { sequence: frame.readUInt32BE(4), command: frame.readUInt32BE(8) };
  const body = withoutCode(frame.subarray(headerBytes, end));
  const data = clearOf(version, key, body);
  return data === undefined ? 'unreadable' : { ...told, data };
}

function decode35(key: Uint8Array, frame: Buffer): Read {
  const end = frame.length - 4 - tagBytes;
  if (end < headerBytes35 + nonceBytes || frame.readUInt32BE(frame.length - 4) !== suffix35) return 'damaged';
  const nonce = frame.subarray(headerBytes35, headerBytes35 + nonceBytes);
  const decipher = createDecipheriv('aes-128-gcm', key, nonce, { authTagLength: tagBytes });
  decipher.setAAD(frame.subarray(4, headerBytes35)).setAuthTag(frame.subarray(end, end + tagBytes));
  try {
    const body = frame.subarray(headerBytes35 + nonceBytes, end);
    const data = withoutVersion('3.5', withoutCode(Buffer.concat([decipher.update(body), decipher.final()])));
    return { sequence: frame.readUInt32BE(6), command: frame.readUInt32BE(10), data };
  } catch {
    return 'damaged';
  }
}

/** Undefined where the key opens nothing. */
function clearOf(version: TuyaVersion, key: Uint8Array, body: Buffer): Buffer | undefined {
  if (body.length === 0) return body;
  const isMarked = body.subarray(0, 3).toString('latin1') === version;
  if (version === '3.1') {
    // What it tells by itself: version, 16 digits of a checksum, Base64. Answers are in clear.
    return isMarked ? opened(key, Buffer.from(body.subarray(19).toString('latin1'), 'base64')) : body;
  }
  // Errors come in clear.
  if (version === '3.3')
    return opened(key, isMarked ? body.subarray(versionHeaderBytes) : body) ?? printable(body);
  const clear = opened(key, body);
  return clear && withoutVersion(version, clear);
}

const withoutVersion = (version: TuyaVersion, data: Buffer): Buffer =>
  data.subarray(0, 3).toString('latin1') === version ? data.subarray(versionHeaderBytes) : data;

/** The code is a small number; what it stands before is text or a cipher, which begin with none. */
const withoutCode = (body: Buffer): Buffer =>
  body.length >= 4 && body.readUInt32BE(0) <= 0xff ? body.subarray(4) : body;

function checkOf(version: TuyaVersion, key: Uint8Array, bytes: Buffer): Buffer {
  return version === '3.4' ? createHmac('sha256', key).update(bytes).digest() : word(crc32(bytes));
}

function ecb(key: Uint8Array, data: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-128-ecb', key, null);
  return Buffer.concat([cipher.update(data), cipher.final()]);
}

function opened(key: Uint8Array, body: Buffer): Buffer | undefined {
  try {
    const decipher = createDecipheriv('aes-128-ecb', key, null);
    return Buffer.concat([decipher.update(body), decipher.final()]);
  } catch {
    return undefined;
  }
}

const printable = (body: Buffer): Buffer | undefined =>
  /^[\x20-\x7e]{1,64}$/.test(body.toString('latin1')) ? body : undefined;

/** The key of a session (3.4, 3.5): both sides' random numbers, put together and closed with the local key. */
export function sessionKeyOf(
  version: TuyaVersion,
  localKey: Uint8Array,
  own: Uint8Array,
  device: Uint8Array,
): Buffer {
  const both = Buffer.from(own.map((byte, index) => byte ^ (device[index] ?? 0)));
  if (version === '3.5')
    return createCipheriv('aes-128-gcm', localKey, own.subarray(0, nonceBytes)).update(both);
  return createCipheriv('aes-128-ecb', localKey, null).setAutoPadding(false).update(both);
}

export const hmacOf = (key: Uint8Array, bytes: Uint8Array): Buffer =>
  createHmac('sha256', key).update(bytes).digest();

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

/** Cuts the bytes of a connection into frames. Keeps less than one. */
export class FrameCutter {
  #bytes: Buffer = Buffer.alloc(0);

  /** The whole frames there are now; `'broken'` where what comes is none, or one too large. */
  push(bytes: Uint8Array): Buffer[] | 'broken' {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    const frames: Buffer[] = [];
    while (this.#bytes.length >= headerBytes35) {
      const length = frameBytes(this.#bytes);
      if (length === undefined) return 'broken';
      if (this.#bytes.length < length) break;
      frames.push(this.#bytes.subarray(0, length));
      this.#bytes = this.#bytes.subarray(length);
    }
    return frames;
  }
}

/** How long the frame at the beginning is; undefined where none begins there. */
function frameBytes(bytes: Buffer): number | undefined {
  const head = bytes.readUInt32BE(0);
  if (head !== prefix && head !== prefix35) return undefined;
  const length =
    head === prefix ? headerBytes + bytes.readUInt32BE(12) : headerBytes35 + bytes.readUInt32BE(14) + 4;
  return length >= headerBytes35 && length <= mostFrameBytes ? length : undefined;
}
