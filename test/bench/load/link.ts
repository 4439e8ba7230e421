import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import {
  connectPacket,
  type OnPacket,
  PacketReader,
  packetTypes,
  pubackPacket,
  publishHead,
  subscribePacket,
} from './mqtt-bytes.ts';

export interface LinkOptions {
  readonly port: number;
  readonly id: string;
  /** Absent where the broker lets anybody in. */
  readonly password?: string;
  readonly subscribe: readonly string[];
  readonly onPublish: (payload: Buffer) => void;
  readonly onPuback: () => void;
  /** It was open and ended, by whomever. */
  readonly onClosed: () => void;
}

const keepAliveS = 300;

/** One MQTT connection on a bare socket: what costs the generator least. Publishes and listens with QoS 1. */
export class Link {
  readonly #socket: Socket;
  #packetId = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** When connected and subscribed. @throws Error where it is refused. */
  static async open(options: LinkOptions): Promise<Link> {
    const { port, id, password, subscribe, onPublish, onPuback, onClosed } = options;
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    await once(socket, 'connect');
    socket.on('error', () => {});
    const link = new Link(socket);
    let isOpen = false;
    await new Promise<void>((resolve, reject) => {
      const onPacket: OnPacket = (first, body) => {
        const type = first >> 4;
        if (type === packetTypes.puback) onPuback();
        else if (type === packetTypes.publish) {
          const topicEnd = 2 + body.readUInt16BE(0);
          const isAtLeastOnce = (first & 0x06) !== 0;
          if (isAtLeastOnce) socket.write(pubackPacket(body.readUInt16BE(topicEnd)));
          onPublish(body.subarray(topicEnd + (isAtLeastOnce ? 2 : 0)));
        } else if (type === packetTypes.connack) {
          if (body[1] !== 0) reject(new Error(`${id} was refused with code ${body[1]}`));
          else if (subscribe.length === 0) resolve();
          else socket.write(subscribePacket(link.#nextId(), subscribe));
        } else if (type === packetTypes.suback) {
          if (body.subarray(2).some(code => code > 2)) reject(new Error(`${id} may not subscribe`));
          else resolve();
        }
      };
      const reader = new PacketReader(onPacket);
      socket.on('data', chunk => reader.push(chunk));
      socket.on('close', () => {
        if (isOpen) onClosed();
        else reject(new Error(`${id} was hung up on`));
      });
      socket.write(connectPacket(id, password, keepAliveS));
    });
    isOpen = true;
    return link;
  }

  /** One write for all parts of the payload. */
  publish(topic: Buffer, ...parts: readonly Buffer[]): void {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    this.#socket.cork();
    this.#socket.write(publishHead(topic, this.#nextId(), length));
    for (const part of parts) this.#socket.write(part);
    this.#socket.uncork();
  }

  close(): void {
    this.#socket.destroy();
  }

  #nextId(): number {
    this.#packetId = this.#packetId === 0xffff ? 1 : this.#packetId + 1;
    return this.#packetId;
  }
}
