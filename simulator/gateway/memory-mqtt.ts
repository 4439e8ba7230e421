import type { MqttConnection, MqttHandlers, MqttOptions, MqttPort, TimePort } from '#ports';

export interface BrokerMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: 0 | 1;
  readonly retain: boolean;
  readonly clientId: string;
}

interface Client {
  readonly options: MqttOptions;
  readonly handlers: MqttHandlers;
  readonly topics: Set<string>;
  isConnected: boolean;
}

/** What may happen to a message on its way; each is asked once per message and receiver. */
export interface Faults {
  /** The message is lost. QoS 1 as well: a broker that dies loses what it has acknowledged. */
  readonly lose?: (message: BrokerMessage) => boolean;
  /** The message comes twice. */
  readonly duplicate?: (message: BrokerMessage) => boolean;
  /** Milliseconds on top of `delayMs`; messages of unequal delay overtake each other. */
  readonly delayMs?: (message: BrokerMessage) => number;
}

/**
 * A broker in memory for one process: exact topics and a trailing `#`, retained messages, last wills. It makes the gateway's
 * connections (`port`) and hears and speaks for the other side (`on`, `publish`). It can be closed, can cut its
 * clients off, and can lose, double and delay messages.
 */
export class MemoryBroker {
  port: MqttPort = { connect: (options, handlers) => this.#connect(options, handlers) };
  faults: Faults = {};
  readonly retained = new Map<string, Uint8Array>();
  #isOpen = true;
  readonly #time: TimePort;
  readonly #delayMs: number;
  readonly #clients = new Set<Client>();
  readonly #listeners: { readonly topic: string; readonly hear: (message: BrokerMessage) => void }[] = [];

  constructor(time: TimePort, delayMs = 5) {
    this.#time = time;
    this.#delayMs = delayMs;
  }

  /** Clients connected now. */
  get connected(): readonly string[] {
    return [...this.#clients].filter(client => client.isConnected).map(client => client.options.clientId);
  }

  /** Hears every message that clients publish on a topic, faults included. */
  on(topic: string, hear: (message: BrokerMessage) => void): void {
    this.#listeners.push({ topic, hear });
  }

  /** Speaks for the other side, to every client that has subscribed. */
  publish(topic: string, payload: Uint8Array, options: { retain?: boolean; qos?: 0 | 1 } = {}): void {
    const retain = options.retain ?? false;
    this.#route({ topic, payload: payload.slice(), qos: options.qos ?? 1, retain, clientId: '' });
  }

  /** Refuses connections from now on, and cuts off those there are. */
  shut(): void {
    this.#isOpen = false;
    this.cutOff();
  }

  open(): void {
    this.#isOpen = true;
  }

  /** Breaks every connection; what is on its way to a client is lost, and the wills are published. */
  cutOff(): void {
    for (const client of [...this.#clients]) this.#drop(client, 'connection cut', true);
  }

  #connect(options: MqttOptions, handlers: MqttHandlers): MqttConnection {
    const client: Client = { options, handlers, topics: new Set(), isConnected: false };
    this.#clients.add(client);
    this.#time.after(this.#delayMs, () => {
      if (!this.#clients.has(client)) return;
      if (!this.#isOpen) {
        this.#drop(client, 'connection refused', false);
        return;
      }
      for (const other of [...this.#clients]) {
        if (other !== client && other.options.clientId === options.clientId)
          this.#drop(other, 'taken over', true);
      }
      client.isConnected = true;
      handlers.onConnected();
    });
    return {
      subscribe: topics => this.#subscribe(client, topics),
      publish: (topic, payload, { qos, retain }) => {
        if (!client.isConnected) return;
        this.#route({ topic, payload: payload.slice(), qos, retain, clientId: options.clientId });
      },
      close: () => {
        client.isConnected = false;
        this.#clients.delete(client);
      },
    };
  }

  #subscribe(client: Client, topics: readonly string[]): void {
    for (const topic of topics) {
      client.topics.add(topic);
      for (const [name, payload] of this.retained) {
        if (!matches(topic, name)) continue;
        this.#send(client, { topic: name, payload, qos: 1, retain: true, clientId: '' });
      }
    }
  }

  #route(message: BrokerMessage): void {
    if (message.retain) {
      if (message.payload.length === 0) this.retained.delete(message.topic);
      else this.retained.set(message.topic, message.payload);
    }
    for (const { topic, hear } of this.#listeners) {
      if (message.clientId !== '' && matches(topic, message.topic)) this.#carry(message, () => hear(message));
    }
    for (const client of this.#clients) {
      if ([...client.topics].some(topic => matches(topic, message.topic))) this.#send(client, message);
    }
  }

  #send(client: Client, message: BrokerMessage): void {
    this.#carry(message, () => {
      if (client.isConnected) client.handlers.onMessage(message.topic, message.payload.slice());
    });
  }

  #carry(message: BrokerMessage, deliver: () => void): void {
    if (this.faults.lose?.(message)) return;
    const copies = this.faults.duplicate?.(message) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      this.#time.after(this.#delayMs + (this.faults.delayMs?.(message) ?? 0), deliver);
    }
  }

  #drop(client: Client, why: string, withWill: boolean): void {
    if (!this.#clients.delete(client)) return;
    const wasConnected = client.isConnected;
    client.isConnected = false;
    if (withWill && wasConnected) {
      const { topic, payload, retain } = client.options.will;
      this.#route({ topic, payload, qos: 1, retain, clientId: client.options.clientId });
    }
    client.handlers.onClosed(why);
  }
}

const matches = (filter: string, topic: string): boolean =>
  filter === topic || (filter.endsWith('/#') && topic.startsWith(filter.slice(0, -1)));
