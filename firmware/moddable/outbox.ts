import { bufferOf } from './buffers.ts';

interface Publication {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: 0 | 1;
  readonly retain: boolean;
  readonly id: number;
}

interface Subscription {
  readonly operation: number;
  readonly id: number;
  readonly items: { topic: string; QoS: 0 | 1 }[];
  readonly byteLength: number;
}

/** What the outbox writes to: the SDK's MQTT client. Both give how many bytes may be written next. */
export interface PacketWriter {
  write(
    data: ArrayBuffer,
    options?: { topic: string; QoS: 0 | 1; retain: boolean; id: number; byteLength: number },
  ): number;
  write(data: null, options: Subscription): number;
}

/** The head of a PUBLISH beside its topic: kind, length, topic's length, id. */
const headBytes = 9;
/** A message is begun only where this much of it goes at once: parts of a few bytes cost a packet each. */
const leastPartBytes = 64;

/**
 * Messages on their way into the socket, which takes as much as it has room for: a client that is given more throws.
 * A message goes in parts where it is larger than the room. Bounded: one message too many is not taken.
 */
export class Outbox {
  /** Bytes that may be written. */
  room = 0;
  readonly #mostBytes: number;
  readonly #queue: (Publication | Subscription)[] = [];
  #queuedBytes = 0;
  /** Bytes of the first message's payload that are written; -1 while none of it is. */
  #written = -1;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  get isInsideMessage(): boolean {
    return this.#written >= 0;
  }

  /** Whether the message is taken: false where the queue is full. */
  add(message: Publication | Subscription): boolean {
    const byteLength = sizeOf(message);
    if (this.#queuedBytes + byteLength > this.#mostBytes && this.#queue.length > 0) return false;
    this.#queue.push(message);
    this.#queuedBytes += byteLength;
    return true;
  }

  /** Writes what there is room for. */
  flush(writer: PacketWriter): void {
    for (let first = this.#queue[0]; first !== undefined; first = this.#queue[0]) {
      const isDone = 'payload' in first ? this.#publish(writer, first) : this.#subscribe(writer, first);
      if (!isDone) return;
      this.#queue.shift();
      this.#queuedBytes -= sizeOf(first);
      this.#written = -1;
    }
  }

  #subscribe(writer: PacketWriter, message: Subscription): boolean {
    if (this.room < message.byteLength) return false;
    this.room = writer.write(null, message);
    return true;
  }

  #publish(writer: PacketWriter, { topic, payload, qos, retain, id }: Publication): boolean {
    const total = payload.length;
    if (this.#written < 0) {
      const forPayload = this.room - headBytes - topic.length;
      if (forPayload < Math.min(total, leastPartBytes)) return false;
      const count = Math.min(forPayload, total);
      const part = bufferOf(payload, 0, count);
      this.#written = count;
      this.room = writer.write(part, { topic, QoS: qos, retain, id, byteLength: total });
    }
    while (this.#written < total) {
      const count = Math.min(this.room, total - this.#written);
      if (count <= 0) return false;
      const part = bufferOf(payload, this.#written, this.#written + count);
      this.#written += count;
      this.room = writer.write(part);
    }
    return true;
  }
}

const sizeOf = (message: Publication | Subscription): number =>
  'payload' in message ? message.payload.length + message.topic.length : message.byteLength;
