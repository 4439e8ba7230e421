import { limits } from '../core/limits.ts';
import { MqttClient } from '../core/mqtt/client.ts';
import type { Cancel, MqttConnection, MqttHandlers, MqttOptions, MqttPort, TimePort } from '../ports.ts';
import type { Identity } from './identity.ts';
import type { Link } from './link.ts';
import { resolve } from './resolve.ts';
import { openTcp } from './tcp-link.ts';

/** Room for a topic and an id beside the payload. */
const packetBytes = limits.mqttPacketDownBytes + 512;

/** MQTT 3.1.1 to the broker of the identity. One socket at a time: a new connection ends the one before. */
export function moddableMqtt(identity: Identity, time: TimePort): MqttPort {
  let newest: Connection | undefined;
  return {
    connect: (options, handlers) => {
      newest?.close();
      newest = new Connection(identity, time, options, handlers);
      return newest;
    },
  };
}

class Connection implements MqttConnection {
  readonly #identity: Identity;
  readonly #time: TimePort;
  readonly #handlers: MqttHandlers;
  readonly #client: MqttClient;
  #isClosed = false;
  #link: Link | undefined;
  #cancelOpening: Cancel | undefined;

  constructor(identity: Identity, time: TimePort, options: MqttOptions, handlers: MqttHandlers) {
    this.#identity = identity;
    this.#time = time;
    this.#handlers = handlers;
    this.#client = new MqttClient({
      ...options,
      user: identity.gateway,
      password: identity.password,
      mostBytes: packetBytes,
      write: bytes => this.#link?.write(bytes) ?? false,
      after: (delayMs, callback) => time.after(delayMs, callback),
      onConnected: handlers.onConnected,
      onMessage: handlers.onMessage,
      onEnd: why => this.#ended(why),
    });
    // Later: by then the socket of the connection before is closed.
    this.#cancelOpening = time.after(0, () => this.#resolve());
  }

  subscribe(topics: readonly string[]): void {
    this.#client.subscribe(topics);
  }

  publish(topic: string, payload: Uint8Array, options: { qos: 0 | 1; retain: boolean }): void {
    this.#client.publish(topic, payload, options);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancelOpening?.();
    this.#client.close();
    this.#link?.close();
  }

  #resolve(): void {
    const { broker } = this.#identity;
    resolve(broker, address => {
      if (this.#isClosed) return;
      if (address === undefined) this.#client.end('it has no address; is the name right and the network up?');
      else this.#open(address);
    });
  }

  #open(address: string): void {
    this.#link = openTcp(address, this.#identity.port, this.#time, {
      onOpen: () => this.#client.start(),
      onBytes: bytes => this.#client.received(bytes),
      onClosed: why => this.#client.end(why),
    });
  }

  #ended(why: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#link?.close();
    this.#handlers.onClosed(`${this.#identity.broker}:${this.#identity.port}: ${why}`);
  }
}
