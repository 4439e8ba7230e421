import { connect, type Socket } from 'node:net';

/** Packets of MQTT as bytes, right and wrong ones. */
export const packetNames = [
  'CONNECT',
  'CONNACK',
  'PUBLISH',
  'PUBACK',
  'PUBREC',
  'PUBREL',
  'PUBCOMP',
  'SUBSCRIBE',
  'SUBACK',
  'UNSUBSCRIBE',
  'UNSUBACK',
  'PINGREQ',
  'PINGRESP',
  'DISCONNECT',
] as const;

/** The flags that each type must have (MQTT 3.1.1, table 2.2). */
export const flagsOf = (type: number): number => ([6, 8, 10].includes(type) ? 2 : 0);

export const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([number(bytes.length), bytes]);
};
export const number = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);

export function length(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push(rest > 127 ? (rest & 127) | 128 : rest);
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Buffer.from(bytes);
}

export const packet = (type: number, flags: number, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([(type << 4) | flags]), length(body.length), body]);
};

export interface Login {
  readonly id: string;
  readonly password: string;
  readonly clientId?: string;
  readonly version?: number;
  readonly will?: { readonly topic: string; readonly payload: string };
}

export function connectPacket({ id, password, clientId = id, version = 4, will }: Login): Buffer {
  const flags = 0xc2 | (will ? 0x2c : 0);
  return packet(
    1,
    0,
    text(version === 3 ? 'MQIsdp' : 'MQTT'),
    Buffer.from([version, flags]),
    number(60),
    ...(version === 5 ? [Buffer.from([0])] : []),
    text(clientId),
    ...(will ? [text(will.topic), text(will.payload)] : []),
    text(id),
    text(password),
  );
}

export const publishPacket = (topic: string, payload: Buffer | string, qos = 1, retain = false): Buffer =>
  packet(3, (qos << 1) | Number(retain), text(topic), ...(qos > 0 ? [number(7)] : []), Buffer.from(payload));

export const subscribePacket = (...topics: readonly string[]): Buffer =>
  packet(8, 2, number(9), ...topics.flatMap(topic => [text(topic), Buffer.from([1])]));

export const pingreq = packet(12, 0);

/** A bare connection, and what came back on it. */
export interface Wire {
  readonly socket: Socket;
  /** All bytes that came. */
  heard(): Buffer;
  readonly closed: Promise<void>;
  /** When so many bytes have come, or it is closed. */
  reply(bytes: number): Promise<Buffer>;
}

export function openWire(port: number, localAddress = '127.0.0.1'): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress });
    let heard: Buffer = Buffer.alloc(0);
    const waiting: (() => void)[] = [];
    const wake = () => {
      for (const each of waiting.splice(0)) each();
    };
    const closed = new Promise<void>(done =>
      socket.once('close', () => {
        done();
        wake();
      }),
    );
    socket.on('data', chunk => {
      heard = heard.length === 0 ? chunk : Buffer.concat([heard, chunk]);
      wake();
    });
    socket.on('error', error => reject(error));
    socket.once('connect', () =>
      resolve({
        socket,
        heard: () => heard,
        closed,
        async reply(bytes) {
          while (heard.length < bytes && !socket.destroyed)
            await new Promise<void>(next => waiting.push(next));
          return heard;
        },
      }),
    );
  });
}

/** A connection that has logged in. @throws Error where it is refused */
export async function loggedIn(port: number, login: Login, localAddress?: string): Promise<Wire> {
  const wire = await openWire(port, localAddress);
  wire.socket.write(connectPacket(login));
  const connack = await wire.reply(4);
  if (connack[3] !== 0) throw new Error(`${login.id} was refused with ${connack[3] ?? 'nothing'}`);
  return wire;
}

/** The whole packets in some bytes: type and body. */
export function packetsIn(bytes: Buffer): { readonly type: number; readonly body: Buffer }[] {
  const packets: { type: number; body: Buffer }[] = [];
  for (let at = 0; at + 1 < bytes.length; ) {
    const type = (bytes[at] ?? 0) >> 4;
    let size = 0;
    let next = at + 1;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[next++] ?? 0;
      size += (byte & 127) * factor;
      if (byte < 128) break;
    }
    if (next + size > bytes.length) break;
    packets.push({ type, body: bytes.subarray(next, next + size) });
    at = next + size;
  }
  return packets;
}

/** Sends packets and a ping, and waits for its answer and for those of the `types`. What came, or undefined where it was hung up on. */
export async function exchange(
  wire: Wire,
  packets: readonly Buffer[],
  ...types: readonly number[]
): Promise<ReturnType<typeof packetsIn> | undefined> {
  const before = wire.heard().length;
  wire.socket.write(Buffer.concat([...packets, pingreq]));
  for (;;) {
    const came = packetsIn(wire.heard().subarray(before));
    if ([13, ...types].every(type => came.some(each => each.type === type))) return came;
    if (wire.socket.destroyed) return undefined;
    await wire.reply(wire.heard().length + 1);
  }
}
