/** Packets of MQTT 3.1.1 as bytes (sections 2 and 3), the few that a gateway needs. */
export const packetTypes = Object.freeze({ connack: 2, publish: 3, puback: 4, suback: 9 });

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
};

const number = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);

function remainingLength(length: number): number[] {
  const bytes: number[] = [];
  let rest = length;
  do {
    bytes.push(rest > 127 ? (rest & 127) | 128 : rest);
    rest >>= 7;
  } while (rest > 0);
  return bytes;
}

const packet = (first: number, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from([first, ...remainingLength(body.length)]), body]);

/** What the broker tells the others where the connection ends without a good-bye; retained. */
export interface LastWill {
  readonly topic: string;
  readonly payload: Uint8Array;
}

export function connectPacket(
  id: string,
  password: string | undefined,
  keepAliveS: number,
  will?: LastWill,
): Buffer {
  const credential = password === undefined ? [] : [text(id), text(password)];
  const willed =
    will === undefined ? [] : [text(will.topic), number(will.payload.length), Buffer.from(will.payload)];
  const flags = (password === undefined ? 0x02 : 0xc2) | (will === undefined ? 0 : 0x2c);
  return packet(
    0x10,
    Buffer.concat([
      text('MQTT'),
      Buffer.from([4, flags]),
      number(keepAliveS),
      text(id),
      ...willed,
      ...credential,
    ]),
  );
}

export const disconnectPacket: Buffer = Buffer.from([0xe0, 0]);
export const pingPacket: Buffer = Buffer.from([0xc0, 0]);

export const subscribePacket = (packetId: number, topics: readonly string[]): Buffer =>
  packet(
    0x82,
    Buffer.concat([number(packetId), ...topics.flatMap(topic => [text(topic), Buffer.from([1])])]),
  );

export const pubackPacket = (packetId: number): Buffer =>
  Buffer.from([0x40, 2, packetId >> 8, packetId & 255]);

/** All of a QoS 1 publish in front of its payload. */
export function publishHead(
  topic: Buffer,
  packetId: number,
  payloadLength: number,
  isRetained = false,
): Buffer {
  const rest = remainingLength(2 + topic.length + 2 + payloadLength);
  const head = Buffer.allocUnsafe(1 + rest.length + 2 + topic.length + 2);
  head[0] = isRetained ? 0x33 : 0x32;
  head.set(rest, 1);
  let offset = head.writeUInt16BE(topic.length, 1 + rest.length);
  offset += topic.copy(head, offset);
  head.writeUInt16BE(packetId, offset);
  return head;
}

/** The same of a QoS 0 publish: it has no packet id. */
export function publishOnceHead(topic: Buffer, payloadLength: number): Buffer {
  const rest = remainingLength(2 + topic.length + payloadLength);
  return Buffer.concat([Buffer.from([0x30, ...rest]), number(topic.length), topic]);
}

/** Told of each whole packet: its first byte and what is behind its length. `body` is a view, good for the call. */
export type OnPacket = (first: number, body: Buffer) => void;

/** Cuts a stream into packets. */
export class PacketReader {
  readonly #onPacket: OnPacket;
  #rest: Buffer = Buffer.alloc(0);

  constructor(onPacket: OnPacket) {
    this.#onPacket = onPacket;
  }

  push(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let offset = 0;
    for (;;) {
      let length = 0;
      let at = offset + 1;
      let shift = 0;
      for (; at < bytes.length && shift < 28; shift += 7) {
        const byte = bytes[at++] as number;
        length |= (byte & 127) << shift;
        if (byte < 128) break;
      }
      const isWhole = at > offset + 1 && (bytes[at - 1] as number) < 128 && at + length <= bytes.length;
      if (!isWhole) break;
      this.#onPacket(bytes[offset] as number, bytes.subarray(at, at + length));
      offset = at + length;
    }
    this.#rest = bytes.subarray(offset);
  }
}
