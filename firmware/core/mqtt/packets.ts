import { encodeUtf8 } from '../utf8.ts';

/** Kinds of packets by the upper half of their first byte (MQTT 3.1.1, 2.2.1). */
export const packetKinds = Object.freeze({
  connect: 1,
  connack: 2,
  publish: 3,
  puback: 4,
  subscribe: 8,
  suback: 9,
  pingreq: 12,
  pingresp: 13,
  disconnect: 14,
} as const);

export interface ConnectFields {
  readonly clientId: string;
  readonly user: string;
  readonly password: string;
  readonly keepAliveS: number;
  readonly will: { readonly topic: string; readonly payload: Uint8Array; readonly retain: boolean };
}

/** User, password, a will of QoS 1, clean session (3.1.2). */
const connectFlags = 0b1100_1110;
const willRetain = 0b0010_0000;

/** CONNECT of MQTT 3.1.1: clean session, with a last will. */
export function connectPacket({ clientId, user, password, keepAliveS, will }: ConnectFields): Uint8Array {
  const head = [4, connectFlags | (will.retain ? willRetain : 0), keepAliveS >> 8, keepAliveS & 0xff];
  return packet(packetKinds.connect, 0, [
    withLength(encodeUtf8('MQTT')),
    Uint8Array.from(head),
    withLength(encodeUtf8(clientId)),
    withLength(encodeUtf8(will.topic)),
    withLength(will.payload),
    withLength(encodeUtf8(user)),
    withLength(encodeUtf8(password)),
  ]);
}

/** SUBSCRIBE to all of them at QoS 1. */
export function subscribePacket(id: number, topics: readonly string[]): Uint8Array {
  const parts = [idBytes(id)];
  for (const topic of topics) parts.push(withLength(encodeUtf8(topic)), Uint8Array.of(1));
  return packet(packetKinds.subscribe, 2, parts);
}

/** PUBLISH; without an id at QoS 0. */
export function publishPacket(
  topic: string,
  payload: Uint8Array,
  retain: boolean,
  id: number | undefined,
): Uint8Array {
  const flags = (id === undefined ? 0 : 2) | (retain ? 1 : 0);
  const name = withLength(encodeUtf8(topic));
  return packet(
    packetKinds.publish,
    flags,
    id === undefined ? [name, payload] : [name, idBytes(id), payload],
  );
}

export const pubackPacket = (id: number): Uint8Array => Uint8Array.of(0x40, 2, id >> 8, id & 0xff);
export const pingPacket = (): Uint8Array => Uint8Array.of(0xc0, 0);
export const disconnectPacket = (): Uint8Array => Uint8Array.of(0xe0, 0);

/** Why a broker did not take the connection (3.2.2.3). */
export function refusalText(code: number): string {
  if (code === 1) return 'it does not speak MQTT 3.1.1';
  if (code === 2) return 'it does not allow this client id';
  if (code === 3) return 'it cannot serve now';
  if (code === 4) return 'user name or password is wrong';
  if (code === 5) return 'this gateway is not authorised';
  return `code ${code}`;
}

const idBytes = (id: number): Uint8Array => Uint8Array.of(id >> 8, id & 0xff);

function withLength(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(bytes.length + 2);
  whole[0] = bytes.length >> 8;
  whole[1] = bytes.length & 0xff;
  whole.set(bytes, 2);
  return whole;
}

/** One buffer of header and parts: each byte of a payload is copied once. */
function packet(kind: number, flags: number, parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const lengthBytes = length < 0x80 ? 1 : length < 0x4000 ? 2 : length < 0x20_0000 ? 3 : 4;
  const whole = new Uint8Array(1 + lengthBytes + length);
  whole[0] = (kind << 4) | flags;
  let rest = length;
  for (let index = 1; index <= lengthBytes; index++) {
    whole[index] = (rest & 0x7f) | (index < lengthBytes ? 0x80 : 0);
    rest >>= 7;
  }
  let offset = 1 + lengthBytes;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
