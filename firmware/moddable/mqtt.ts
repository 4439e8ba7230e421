import TCP from 'embedded:io/socket/tcp';
import MQTTClient from 'embedded:network/mqtt/client';
import { limits } from '../core/limits.ts';
import type { Cancel, MqttConnection, MqttHandlers, MqttOptions, MqttPort, TimePort } from '../ports.ts';
import { bufferOf } from './buffers.ts';
import type { Identity } from './identity.ts';
import { MessageParts } from './message-parts.ts';
import { Outbox } from './outbox.ts';
import { resolve } from './resolve.ts';

/** MQTT 3.1.1 by the SDK's client, with its traps kept from the gateway. */
export const moddableMqtt = (identity: Identity, time: TimePort): MqttPort => ({
  connect: (options, handlers) => new Connection(identity, time, options, handlers),
});

type State = 'resolving' | 'connecting' | 'connected' | 'closed';

class Connection implements MqttConnection {
  readonly #identity: Identity;
  readonly #time: TimePort;
  readonly #options: MqttOptions;
  readonly #handlers: MqttHandlers;
  readonly #parts = new MessageParts(limits.mqttPacketDownBytes);
  readonly #outbox = new Outbox(limits.mqttPacketUpBytes * 4);
  #state: State = 'resolving';
  #client: MQTTClient | undefined;
  #packetId = 0;
  #cancelEnd: Cancel | undefined;

  constructor(identity: Identity, time: TimePort, options: MqttOptions, handlers: MqttHandlers) {
    this.#identity = identity;
    this.#time = time;
    this.#options = options;
    this.#handlers = handlers;
    const { broker } = identity;
    // The client's own look-up throws out of a callback when the client was closed meanwhile.
    resolve(broker, address => {
      if (this.#state !== 'resolving') return;
      if (address === undefined)
        this.#endLater(`${broker} has no address; is the name right and the network up?`);
      else this.#open(address);
    });
  }

  subscribe(topics: readonly string[]): void {
    if (this.#state !== 'connected') return;
    const items = topics.map(topic => ({ topic, QoS: 1 as const }));
    this.#outbox.add({
      operation: MQTTClient.SUBSCRIBE,
      id: this.#nextId(),
      items,
      byteLength: subscribeBytes(topics),
    });
    this.#flush();
  }

  publish(topic: string, payload: Uint8Array, { qos, retain }: { qos: 0 | 1; retain: boolean }): void {
    if (this.#state !== 'connected') return;
    const isTaken = this.#outbox.add({ topic, payload: payload.slice(), qos, retain, id: this.#nextId() });
    // What is not taken was QoS 1 and is sent again by the journal, or QoS 0 and may be lost.
    if (isTaken) this.#flush();
  }

  /** Says good-bye, so that the broker does not publish the last will. */
  close(): void {
    if (this.#state === 'closed') return;
    this.#flush();
    const isConnected = this.#state === 'connected';
    this.#state = 'closed';
    const client = this.#client;
    // Never inside a callback of the client: it goes on using what `close` takes from it.
    this.#time.after(0, () => {
      try {
        if (isConnected && !this.#outbox.isInsideMessage)
          client?.write(null, { operation: MQTTClient.DISCONNECT });
      } catch {
        // No room left for two bytes: the broker tells the last will.
      }
      client?.close();
    });
  }

  #open(address: string): void {
    const { gateway, password, port } = this.#identity;
    const { clientId, keepAliveS, will } = this.#options;
    this.#state = 'connecting';
    try {
      this.#client = new MQTTClient({
        host: this.#identity.broker,
        port,
        id: clientId,
        user: gateway,
        password,
        clean: true,
        keepAlive: keepAliveS * 1000,
        will: { topic: will.topic, message: bufferOf(will.payload), QoS: 1, retain: will.retain },
        dns: { io: knownAddress(address) },
        socket: { io: TCP },
        onControl: message => {
          if (message.operation === MQTTClient.CONNACK) this.#connected();
          else if (message.operation === MQTTClient.SUBACK && message.payload?.includes(0x80)) {
            this.#endLater('the broker refused to subscribe');
          }
        },
        onReadable: (count, { topic, byteLength, more }) => this.#read(count, topic, byteLength, more),
        onWritable: count => {
          this.#outbox.room = count;
          this.#flush();
        },
        onError: () => {
          // The client closes itself when this returns.
          this.#client = undefined;
          this.#end(this.#whyLost());
        },
      });
    } catch (error) {
      this.#endLater(`cannot connect to ${this.#identity.broker}:${port}: ${String(error)}`);
    }
  }

  #connected(): void {
    if (this.#state !== 'connecting') return;
    this.#state = 'connected';
    this.#handlers.onConnected();
  }

  /** The client tells no reason, but when it failed narrows it down. */
  #whyLost(): string {
    const where = `${this.#identity.broker}:${this.#identity.port}`;
    if (this.#state === 'connected') return `connection to ${where} lost`;
    return `${where} cannot be reached or refused the credential of ${this.#identity.gateway}`;
  }

  #read(count: number, topic: string | undefined, byteLength: number | undefined, more: boolean): void {
    // Read whatever the state: unread bytes would block the client's parser.
    const bytes = this.#client?.read(count);
    if (bytes === undefined) return;
    const message = this.#parts.add(new Uint8Array(bytes), topic, byteLength, more);
    if (message !== undefined && this.#state === 'connected')
      this.#handlers.onMessage(message.topic, message.payload);
  }

  #flush(): void {
    const client = this.#client;
    if (client === undefined || this.#state !== 'connected') return;
    try {
      this.#outbox.flush(client);
    } catch (error) {
      this.#endLater(`sending failed: ${String(error)}`);
    }
  }

  /** Ids from 1 to 65,535: the client's own count passes through 0, which is not allowed. */
  #nextId(): number {
    this.#packetId = (this.#packetId % 0xffff) + 1;
    return this.#packetId;
  }

  /** Ends outside the callbacks of the client. */
  #endLater(why: string): void {
    this.#cancelEnd ??= this.#time.after(0, () => this.#end(why));
  }

  #end(why: string): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#cancelEnd?.();
    const client = this.#client;
    this.#client = undefined;
    client?.close();
    this.#handlers.onClosed(why);
  }
}

/** A resolver that knows the answer, in the shape that the client asks. */
function knownAddress(address: string) {
  return class {
    resolve({
      host,
      onResolved,
    }: {
      host: string;
      onResolved: (host: string, address: string) => void;
    }): void {
      onResolved(host, address);
    }
  };
}

/** An upper bound of the packet's length. */
const subscribeBytes = (topics: readonly string[]): number =>
  topics.reduce((sum, topic) => sum + topic.length + 3, 8);
