import { decodeUtf8 } from '../utf8.ts';
import { PacketReader } from './packet-reader.ts';
import {
  type ConnectFields,
  connectPacket,
  disconnectPacket,
  packetKinds,
  pingPacket,
  pubackPacket,
  publishPacket,
  refusalText,
  subscribePacket,
} from './packets.ts';

export interface MqttClientOptions extends ConnectFields {
  /** Largest packet that is taken; of a larger one the message is dropped. */
  readonly mostBytes: number;
  /** Bytes to the broker; false where more waits than may. */
  readonly write: (bytes: Uint8Array) => boolean;
  /** A timer in milliseconds, and what cancels it. */
  readonly after: (delayMs: number, callback: () => void) => () => void;
  readonly onConnected: () => void;
  /** `payload` is valid during the call only. */
  readonly onMessage: (topic: string, payload: Uint8Array) => void;
  /** Once, and nothing afterwards: the connection below is to be closed. */
  readonly onEnd: (why: string) => void;
}

const answerMs = 20_000;
/** A broker that is not heard for so long after a PINGREQ is gone: at most 40 s after its last word. */
const pingMs = 20_000;
/** More unanswered messages than a gateway ever has. */
const mostInFlight = 256;
const longestTopic = 256;

/**
 * The client's side of one MQTT 3.1.1 connection over a stream of bytes. It keeps nothing for the next one, bounds
 * what it takes from a broker, and ends where the broker breaks the protocol, answers no ping, or leaves a message of
 * QoS 1 without its PUBACK.
 */
export class MqttClient {
  /** Messages of the broker that were too large, or whose topic no gateway has. */
  dropped = 0;
  readonly #options: MqttClientOptions;
  readonly #reader: PacketReader;
  #state: 'idle' | 'connecting' | 'connected' | 'ended' = 'idle';
  #cancel: (() => void) | undefined;
  #lastId: number;
  /** Ids without their answer, the oldest first, and the pings that had been sent before. */
  readonly #inFlight = new Map<number, number>();
  #pings = 0;
  #isPingOwed = false;

  /** `lastId`: ids begin after it. */
  constructor(options: MqttClientOptions, lastId = 0) {
    this.#options = options;
    this.#lastId = lastId;
    this.#reader = new PacketReader(options.mostBytes, (first, body, isWhole) =>
      this.packet(first, body, isWhole),
    );
  }

  /** The stream stands. */
  start(): void {
    if (this.#state !== 'idle') return;
    this.#state = 'connecting';
    this.#cancel = this.#options.after(answerMs, () => this.end(`no CONNACK for ${answerMs / 1000} s`));
    this.write(connectPacket(this.#options));
  }

  received(bytes: Uint8Array): void {
    if (this.#state !== 'connecting' && this.#state !== 'connected') return;
    this.#isPingOwed = false;
    if (!this.#reader.push(bytes)) this.end('the broker sent a length that MQTT does not have');
  }

  subscribe(topics: readonly string[]): void {
    if (this.#state === 'connected') this.write(subscribePacket(this.nextId(), topics));
  }

  publish(topic: string, payload: Uint8Array, { qos, retain }: { qos: 0 | 1; retain: boolean }): void {
    if (this.#state !== 'connected') return;
    if (qos === 1 && this.#inFlight.size >= mostInFlight) {
      this.end(`the broker owes ${mostInFlight} answers`);
      return;
    }
    this.write(publishPacket(topic, payload, retain, qos === 1 ? this.nextId() : undefined));
  }

  /** Says good-bye, so that the broker does not publish the last will. */
  close(): void {
    if (this.#state === 'connected') this.#options.write(disconnectPacket());
    this.stop();
  }

  /** Ends without a good-bye. */
  end(why: string): void {
    if (this.#state === 'ended') return;
    this.stop();
    this.#options.onEnd(why);
  }

  private stop(): void {
    this.#state = 'ended';
    this.#reader.stop();
    this.#cancel?.();
    this.#cancel = undefined;
  }

  private write(bytes: Uint8Array): void {
    if (!this.#options.write(bytes)) this.end('the broker does not read what it is sent');
  }

  /** From 1 to 65,535 (MQTT 3.1.1, 2.3.1), and none whose answer is still due. */
  private nextId(): number {
    do this.#lastId = (this.#lastId % 0xffff) + 1;
    while (this.#inFlight.has(this.#lastId));
    this.#inFlight.set(this.#lastId, this.#pings);
    return this.#lastId;
  }

  private tick(): void {
    if (this.#isPingOwed) {
      this.end(`the broker has not been heard for ${pingMs / 1000} s after a ping`);
      return;
    }
    for (const [id, pings] of this.#inFlight) {
      if (this.#pings - pings < 2) break;
      this.end(`the broker has not answered message ${id} for ${(2 * pingMs) / 1000} s`);
      return;
    }
    this.#pings++;
    this.#isPingOwed = true;
    this.#cancel = this.#options.after(pingMs, () => this.tick());
    this.write(pingPacket());
  }

  private packet(first: number, body: Uint8Array, isWhole: boolean): void {
    if (this.#state === 'ended') return;
    const kind = first >> 4;
    if (this.#state === 'connecting') this.connack(kind, body);
    else if (kind === packetKinds.publish) this.message(first, body, isWhole);
    else if (kind === packetKinds.puback && body.length === 2) this.#inFlight.delete(idAt(body, 0));
    else if (kind === packetKinds.suback && body.length > 2 && isWhole) this.suback(body);
    else if (kind !== packetKinds.pingresp || body.length > 0) this.breach(kind);
  }

  private connack(kind: number, body: Uint8Array): void {
    if (kind !== packetKinds.connack || body.length !== 2) {
      this.breach(kind);
      return;
    }
    const code = body[1] as number;
    if (code !== 0) {
      this.end(`the broker refused: ${refusalText(code)}`);
      return;
    }
    this.#state = 'connected';
    this.#cancel?.();
    this.#cancel = this.#options.after(pingMs, () => this.tick());
    this.#options.onConnected();
  }

  private suback(body: Uint8Array): void {
    this.#inFlight.delete(idAt(body, 0));
    for (let index = 2; index < body.length; index++) {
      if (body[index] !== 0x80) continue;
      this.end('the broker refused to subscribe');
      return;
    }
  }

  private message(first: number, body: Uint8Array, isWhole: boolean): void {
    const qos = (first >> 1) & 3;
    const topicEnd = body.length < 2 ? 2 : 2 + idAt(body, 0);
    const payloadAt = topicEnd + (qos === 0 ? 0 : 2);
    // Nothing is subscribed at QoS 2. Of a topic as long as a packet not even the id is known.
    if (qos > 1 || payloadAt > body.length) {
      this.breach(packetKinds.publish);
      return;
    }
    const topic =
      isWhole && topicEnd - 2 <= longestTopic ? decodeUtf8(body.subarray(2, topicEnd)) : undefined;
    if (topic === undefined) this.dropped++;
    const id = qos === 0 ? 0 : idAt(body, topicEnd);
    if (qos === 1 && id === 0) {
      this.breach(packetKinds.publish);
      return;
    }
    if (topic !== undefined) this.#options.onMessage(topic, body.subarray(payloadAt));
    // What was dropped is answered, too, or the broker would keep it for ever.
    if (qos === 1 && this.#state === 'connected') this.write(pubackPacket(id));
  }

  private breach(kind: number): void {
    this.end(`the broker sent a packet of kind ${kind} that is none, or not due`);
  }
}

const idAt = (body: Uint8Array, at: number): number => ((body[at] as number) << 8) | (body[at + 1] as number);
