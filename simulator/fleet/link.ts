import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import {
  connectPacket,
  disconnectPacket,
  type LastWill,
  type OnPacket,
  PacketReader,
  packetTypes,
  pingPacket,
  pubackPacket,
  publishHead,
  publishOnceHead,
  subscribePacket,
} from './mqtt-bytes.ts';

export interface LinkOptions {
  /** Of the broker; absent: 127.0.0.1. */
  readonly host?: string;
  readonly port: number;
  readonly id: string;
  /** Absent where the broker lets anybody in. */
  readonly password?: string;
  readonly subscribe: readonly string[];
  readonly will?: LastWill;
  /** Default: 300. */
  readonly keepAliveS?: number;
  readonly onPublish: (payload: Buffer, topic: string) => void;
  readonly onPuback: () => void;
  /** It was open and ended, by whomever. */
  readonly onClosed: () => void;
}

/** The broker answered, and does not let it in: `code` by MQTT 3.1.1, section 3.2.2.3 (5: not with this password). */
export class LinkRefusal extends Error {
  readonly code: number;

  constructor(id: string, code: number) {
    super(`${id} was refused: ${refusals[code] ?? `code ${code}`}`);
    this.code = code;
  }
}

const refusals: Readonly<Record<number, string>> = Object.freeze({
  2: 'its id is not allowed',
  3: 'the broker has no room or no time for it now',
  4: 'the broker knows no such id with this password',
  5: 'it may not connect',
});

const usualKeepAliveS = 300;
/** From the first byte until the broker has let it in and subscribed it. */
const openWithinMs = 30_000;

/** One MQTT connection on a bare socket: what costs the generator least. Publishes and listens with QoS 1. */
export class Link {
  /** When it last heard anything, by `performance.now()`. */
  heardMs = performance.now();
  readonly #socket: Socket;
  #packetId = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** When connected and subscribed. @throws Error where it is refused. */
  static async open(options: LinkOptions): Promise<Link> {
    const { host = '127.0.0.1', port, id, password, subscribe, onPublish, onPuback, onClosed } = options;
    const { keepAliveS = usualKeepAliveS, will } = options;
    const socket = connect({ host, port, noDelay: true });
    const late = setTimeout(
      () => socket.destroy(new Error(`${id} had no answer within ${openWithinMs / 1000} s`)),
      openWithinMs,
    );
    try {
      await once(socket, 'connect');
    } catch (error) {
      clearTimeout(late);
      throw error;
    }
    let why: Error | undefined;
    socket.on('error', error => {
      why = error;
    });
    const link = new Link(socket);
    let isOpen = false;
    const opened = new Promise<void>((resolve, reject) => {
      const onPacket: OnPacket = (first, body) => {
        const type = first >> 4;
        if (type === packetTypes.puback) onPuback();
        else if (type === packetTypes.publish) {
          const topicEnd = 2 + body.readUInt16BE(0);
          const isAtLeastOnce = (first & 0x06) !== 0;
          if (isAtLeastOnce) socket.write(pubackPacket(body.readUInt16BE(topicEnd)));
          const topic = body.toString('latin1', 2, topicEnd);
          onPublish(body.subarray(topicEnd + (isAtLeastOnce ? 2 : 0)), topic);
        } else if (type === packetTypes.connack) {
          if (body[1] !== 0) reject(new LinkRefusal(id, body[1] ?? 0));
          else if (subscribe.length === 0) resolve();
          else socket.write(subscribePacket(link.#nextId(), subscribe));
        } else if (type === packetTypes.suback) {
          if (body.subarray(2).some(code => code > 2)) reject(new Error(`${id} may not subscribe`));
          else resolve();
        }
      };
      const reader = new PacketReader(onPacket);
      socket.on('data', chunk => {
        link.heardMs = performance.now();
        reader.push(chunk);
      });
      socket.on('close', () => {
        if (isOpen) onClosed();
        else reject(why ?? new Error(`${id} was hung up on before it was let in`));
      });
      socket.write(connectPacket(id, password, keepAliveS, will));
    });
    try {
      await opened;
    } catch (error) {
      socket.destroy();
      throw error;
    } finally {
      clearTimeout(late);
    }
    isOpen = true;
    return link;
  }

  /** Bytes that the socket has not taken yet. */
  get waitingBytes(): number {
    return this.#socket.writableLength;
  }

  /** One write for all parts of the payload. */
  publish(topic: Buffer, ...parts: readonly Buffer[]): void {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    this.#socket.cork();
    this.#socket.write(publishHead(topic, this.#nextId(), length));
    for (const part of parts) this.#socket.write(part);
    this.#socket.uncork();
  }

  /** What others are to find when they come later. */
  publishRetained(topic: Buffer, payload: Uint8Array): void {
    this.#socket.cork();
    this.#socket.write(publishHead(topic, this.#nextId(), payload.length, true));
    this.#socket.write(payload);
    this.#socket.uncork();
  }

  /** Without being told that it came. */
  publishOnce(topic: Buffer, payload: Uint8Array): void {
    this.#socket.cork();
    this.#socket.write(publishOnceHead(topic, payload.length));
    this.#socket.write(payload);
    this.#socket.uncork();
  }

  ping(): void {
    this.#socket.write(pingPacket);
  }

  /** With a good-bye: the last will is not told. */
  end(): void {
    this.#socket.end(disconnectPacket);
  }

  /** As where the machine was switched off. */
  close(): void {
    this.#socket.destroy();
  }

  #nextId(): number {
    this.#packetId = this.#packetId === 0xffff ? 1 : this.#packetId + 1;
    return this.#packetId;
  }
}
