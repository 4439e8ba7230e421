import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto';
import { crc32 } from '#core/crc.ts';

/** Versions of the local protocol that the simulated device speaks. */
export type TuyaVersion = '3.1' | '3.3' | '3.4' | '3.5';

/** A message that came to the device. */
export interface Asked {
  readonly sequence: number;
  readonly command: number;
  readonly body: Buffer;
}

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};
const versionMark = (version: TuyaVersion): Buffer => Buffer.concat([Buffer.from(version), Buffer.alloc(12)]);

export const closed = (key: Buffer, data: Buffer): Buffer => {
  const cipher = createCipheriv('aes-128-ecb', key, null);
  return Buffer.concat([cipher.update(data), cipher.final()]);
};

const open = (key: Buffer, data: Buffer): Buffer => {
  const decipher = createDecipheriv('aes-128-ecb', key, null);
  return Buffer.concat([decipher.update(data), decipher.final()]);
};

/** The key under which devices announce themselves: `md5("yGAdlopoPVldABfn")`. */
export const announceKey = createHash('md5').update('yGAdlopoPVldABfn').digest();

/**
 * What a device sends, as jasonacox/tinytuya tells and codetheweb/tuyapi reads it. An answer begins with a code of four bytes, what it
 * tells by itself (`isOwn`) with the version.
 */
export function deviceFrame(
  version: TuyaVersion,
  key: Buffer,
  message: {
    readonly sequence: number;
    readonly command: number;
    readonly body: Buffer;
    readonly isOwn?: boolean;
    readonly nonce: Buffer;
  },
): Buffer {
  const { sequence, command, body, isOwn = false, nonce } = message;
  if (version === '3.5') {
    const clear = Buffer.concat([uint32(0), ...(isOwn ? [versionMark(version)] : []), body]);
    const head = Buffer.concat([
      Buffer.from([0, 0]),
      uint32(sequence),
      uint32(command),
      uint32(12 + clear.length + 16),
    ]);
    const cipher = createCipheriv('aes-128-gcm', key, nonce);
    cipher.setAAD(head);
    const hidden = Buffer.concat([cipher.update(clear), cipher.final()]);
    return Buffer.concat([uint32(0x6699), head, nonce, hidden, cipher.getAuthTag(), uint32(0x9966)]);
  }
  const data = Buffer.concat([isOwn ? Buffer.alloc(0) : uint32(0), hiddenBody(version, key, body, isOwn)]);
  const checkBytes = version === '3.4' ? 32 : 4;
  const start = Buffer.concat([
    uint32(0x55aa),
    uint32(sequence),
    uint32(command),
    uint32(data.length + checkBytes + 4),
    data,
  ]);
  const check = version === '3.4' ? createHmac('sha256', key).update(start).digest() : uint32(crc32(start));
  return Buffer.concat([start, check, uint32(0xaa55)]);
}

function hiddenBody(version: TuyaVersion, key: Buffer, body: Buffer, isOwn: boolean): Buffer {
  if (version === '3.1') {
    if (!isOwn) return body;
    const text = closed(key, body).toString('base64');
    const sum = createHash('md5')
      .update(`data=${text}||lpv=3.1||${key.toString('latin1')}`)
      .digest('hex');
    return Buffer.from(`3.1${sum.slice(8, 24)}${text}`);
  }
  if (version === '3.3')
    return isOwn ? Buffer.concat([versionMark(version), closed(key, body)]) : closed(key, body);
  return closed(key, isOwn ? Buffer.concat([versionMark(version), body]) : body);
}

/** What a client sent; undefined where it is damaged, or closed with another key. */
export function askedIn(version: TuyaVersion, key: Buffer, frame: Buffer): Asked | undefined {
  try {
    if (version === '3.5') {
      const end = frame.length - 20;
      const decipher = createDecipheriv('aes-128-gcm', key, frame.subarray(18, 30));
      decipher.setAAD(frame.subarray(4, 18));
      decipher.setAuthTag(frame.subarray(end, end + 16));
      const body = Buffer.concat([decipher.update(frame.subarray(30, end)), decipher.final()]);
      return { sequence: frame.readUInt32BE(6), command: frame.readUInt32BE(10), body };
    }
    const end = frame.length - 4 - (version === '3.4' ? 32 : 4);
    const start = frame.subarray(0, end);
    const check = version === '3.4' ? createHmac('sha256', key).update(start).digest() : uint32(crc32(start));
    if (!check.equals(frame.subarray(end, -4))) return undefined;
    const data = frame.subarray(16, end);
    const body =
      version === '3.1'
        ? data
        : open(key, data.subarray(0, 3).equals(Buffer.from(version)) ? data.subarray(15) : data);
    return { sequence: frame.readUInt32BE(4), command: frame.readUInt32BE(8), body };
  } catch {
    return undefined;
  }
}

/** Length of the whole frame that begins here; undefined where none does. */
export function lengthOf(bytes: Buffer): number | undefined {
  if (bytes.length < 18) return 18;
  const head = bytes.readUInt32BE(0);
  if (head === 0x55aa) return 16 + bytes.readUInt32BE(12);
  return head === 0x6699 ? 18 + bytes.readUInt32BE(14) + 4 : undefined;
}

/** The packet by which a device tells the network of itself: in clear to port 6666 (3.1), closed to 6667. */
export function announcement(
  version: TuyaVersion,
  about: { readonly gwId: string; readonly ip: string },
): Buffer {
  const body = Buffer.from(
    JSON.stringify({ ...about, active: 2, ablilty: 0, encrypt: true, productKey: 'key', version }),
  );
  const nonce = Buffer.from('0123456789ab');
  // 3.4 announces itself as 3.3 does (command 0x23).
  const by = version === '3.4' ? '3.3' : version;
  const command = version === '3.1' ? 0 : version === '3.3' ? 0x13 : 0x23;
  return deviceFrame(by, announceKey, { sequence: 0, command, body, nonce });
}
