import { fromBase64 } from '../core/base64.ts';
import { limits } from '../core/limits.ts';
import { MqttClient } from '../core/mqtt/client.ts';
import type { Cancel, MqttConnection, MqttHandlers, MqttOptions, MqttPort, TimePort } from '../ports.ts';
import type { Identity } from './identity.ts';
import type { Link, LinkHandlers } from './link.ts';

/** Ways to the broker; the machine's own are in `mqtt.ts`. */
export interface BrokerWays {
  /** An IPv4 address of the name, or undefined. */
  readonly resolve: (host: string, done: (address: string | undefined) => void) => void;
  readonly openTcp: (address: string, port: number, handlers: LinkHandlers) => Link;
  /** TLS over what `open` opens, with the one authority that is believed. */
  readonly openTls: (
    server: { readonly host: string; readonly authority: Uint8Array; readonly nowMs: number },
    open: (handlers: LinkHandlers) => Link,
    handlers: LinkHandlers,
  ) => Link;
}

/** Room for a topic and an id beside the payload. */
const packetBytes = limits.mqttPacketDownBytes + 512;

/** How long an attempt waits for the time, without which no certificate can be judged. */
const timeMs = 20_000;
const lookEveryMs = 500;

/**
 * MQTT 3.1.1 to the broker of the identity, by TLS where it names an authority and by that alone. One socket at a time:
 * a new connection ends the one before.
 */
export function mqttPort(identity: Identity, time: TimePort, ways: BrokerWays): MqttPort {
  let newest: Connection | undefined;
  return {
    connect: (options, handlers) => {
      newest?.close();
      newest = new Connection(identity, time, ways, options, handlers);
      return newest;
    },
  };
}

class Connection implements MqttConnection {
  readonly #identity: Identity;
  readonly #time: TimePort;
  readonly #ways: BrokerWays;
  readonly #handlers: MqttHandlers;
  readonly #client: MqttClient;
  #isClosed = false;
  #link: Link | undefined;
  #cancelOpening: Cancel | undefined;

  constructor(
    identity: Identity,
    time: TimePort,
    ways: BrokerWays,
    options: MqttOptions,
    handlers: MqttHandlers,
  ) {
    this.#identity = identity;
    this.#time = time;
    this.#ways = ways;
    this.#handlers = handlers;
    this.#client = new MqttClient({
      ...options,
      user: identity.gateway,
      password: identity.password,
      mostBytes: packetBytes,
      write: bytes => this.#link?.write(bytes) ?? false,
      after: (delayMs, callback) => time.after(delayMs, callback),
      onConnected: () => handlers.onConnected(),
      onMessage: (topic, payload) => handlers.onMessage(topic, payload),
      onEnd: why => this.ended(why),
    });
    // Later: by then the socket of the connection before is closed.
    this.#cancelOpening = time.after(0, () => this.begin(timeMs));
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

  /** Looks the broker up, with TLS once the time is known. */
  private begin(leftMs: number): void {
    const { broker, caDer } = this.#identity;
    if (caDer !== undefined && this.#time.wallMs() === undefined) {
      if (leftMs > 0)
        this.#cancelOpening = this.#time.after(lookEveryMs, () => this.begin(leftMs - lookEveryMs));
      else this.#client.end('the time is not known yet, and certificates are judged by it');
      return;
    }
    this.#ways.resolve(broker, address => {
      if (this.#isClosed) return;
      if (address === undefined) this.#client.end('it has no address; is the name right and the network up?');
      else this.open(address);
    });
  }

  private open(address: string): void {
    const { broker, port, caDer } = this.#identity;
    const handlers: LinkHandlers = {
      onOpen: () => this.#client.start(),
      onBytes: bytes => this.#client.received(bytes),
      onClosed: why => this.#client.end(why),
    };
    const { openTcp, openTls } = this.#ways;
    const open = (below: LinkHandlers) => openTcp(address, port, below);
    if (caDer === undefined) {
      this.#link = open(handlers);
      return;
    }
    const authority = fromBase64(caDer);
    const nowMs = this.#time.wallMs();
    if (authority === undefined || nowMs === undefined) this.#client.end('its authority is no Base64');
    else this.#link = openTls({ host: broker, authority, nowMs }, open, handlers);
  }

  private ended(why: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#link?.close();
    this.#handlers.onClosed(`${this.#identity.broker}:${this.#identity.port}: ${why}`);
  }
}
