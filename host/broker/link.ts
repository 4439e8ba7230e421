import { randomBytes } from 'node:crypto';
import { Socket } from 'node:net';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { Backoff } from '#core/backoff.ts';
import type { MqttVersion } from '../settings.ts';
import type { ExternalBroker } from './broker.ts';
import type { BrokerCounters } from './counters.ts';
import { brokerLimits } from './limits.ts';

export interface LinkOptions extends ExternalBroker {
  /** What it hears, in this order. */
  readonly subscriptions: readonly { readonly topic: string; readonly qos: 0 | 1 }[];
  readonly counters: Pick<BrokerCounters, 'linkConnects' | 'linkFailures' | 'tooSlow'>;
  /** What the broker says, retained, where the connection ends without a good-bye. */
  readonly will?: { readonly topic: string; readonly payload: string };
  /** Where its user name and password are set, for whoever reads that they are wrong. */
  readonly loginAt?: string;
  /** `isRetained`: it was said before this connection stood. */
  readonly onMessage: (topic: string, payload: Uint8Array, isRetained: boolean) => void;
  /** The connection stands and hears. */
  readonly onUp: (version: MqttVersion) => void;
  /** It ended or could not be made; tried again after `waitMs`. `wasUp`: it stood before. */
  readonly onDown: (why: string, waitMs: number, wasUp: boolean) => void;
}

const connectTimeoutMs = 10_000;
/** What MQTT.js says where no answer to its CONNECT has come in that time. */
const silentBroker = 'connack timeout';
const keepAliveS = 30;
/** How long a good-bye may wait for what the broker has not acknowledged. */
const closeTimeoutMs = 1000;
/** How a broker says that it does not know the version: in MQTT 3.1.1 and in MQTT 5. */
const unknownVersion: readonly unknown[] = [1, 132];
/** And that it does not let this user in. */
const badLogin: readonly unknown[] = [4, 5, 134, 135];

/**
 * The connection to an external broker, made again for as long as it takes. Each is a new session: what a broker
 * keeps for a host that is away are messages the gateways send again anyway, older each time.
 */
export class Link {
  readonly #options: LinkOptions;
  readonly #backoff = new Backoff(500, 30_000, Math.random);
  readonly #clientId = `joulegate-host-${randomBytes(6).toString('hex')}`;
  #version: MqttVersion;
  #state: 'connecting' | 'up' | 'resting' | 'closed' = 'resting';
  #client: MqttClient | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#version = options.version;
    this.#connect();
  }

  get isUp(): boolean {
    return this.#state === 'up';
  }

  /** Sends QoS 1; `onDone` tells whether the broker has taken it. Only where it is up. */
  publish(topic: string, payload: Uint8Array, retain: boolean, onDone: (error?: Error) => void): void {
    const client = this.#client;
    if (client === undefined || this.#state !== 'up') {
      onDone(new Error('not connected'));
      return;
    }
    if (client.stream.writableLength > brokerLimits.linkWaitingBytes) {
      this.#options.counters.tooSlow++;
      client.stream.destroy(new Error(`left more than ${brokerLimits.linkWaitingBytes} bytes unread`));
      onDone(new Error('the broker does not read'));
      return;
    }
    client.publish(topic, Buffer.from(payload), { qos: 1, retain }, error => onDone(error ?? undefined));
  }

  async close(): Promise<void> {
    const client = this.#client;
    const wasUp = this.#state === 'up';
    this.#state = 'closed';
    clearTimeout(this.#timer);
    if (client === undefined) return;
    const timer = setTimeout(() => client.stream?.destroy(), closeTimeoutMs);
    const closed = new Promise<void>(resolve => client.once('close', () => resolve()));
    client.end(!wasUp);
    if (client.stream?.destroyed === false) await closed;
    clearTimeout(timer);
  }

  #connect(): void {
    const { url, username, password, counters, subscriptions, will, onMessage, onUp } = this.#options;
    const { loginAt = 'JOULEGATE_MQTT_USER and JOULEGATE_MQTT_PASSWORD' } = this.#options;
    this.#state = 'connecting';
    const options: IClientOptions = {
      clientId: this.#clientId,
      protocolVersion: this.#version === '5' ? 5 : 4,
      clean: true,
      keepalive: keepAliveS,
      connectTimeout: connectTimeoutMs,
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
      ...(will !== undefined && {
        will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1 as const, retain: true },
      }),
      // MQTT 5 alone lets the host ask for more at once than the broker's default (Mosquitto: 20), and tell it not
      // to hand on what no gateway may send.
      ...(this.#version === '5' && {
        properties: { receiveMaximum: 65_535, maximumPacketSize: brokerLimits.linkPacketBytes },
      }),
    };
    const client = connect(url, options);
    this.#client = client;
    let isReached = false;
    client.stream.once('connect', () => {
      isReached = true;
    });
    let why = 'connection closed';
    let code: unknown;
    let isOver = false;
    let late: NodeJS.Timeout | undefined;
    const over = () => {
      if (isOver) return;
      isOver = true;
      clearTimeout(late);
      client.end(true);
      if (this.#client === client) this.#client = undefined;
      if (this.#state !== 'closed') this.#lost(why, code);
    };
    client.on('connect', () => {
      if (client.stream instanceof Socket) client.stream.setNoDelay(true);
      const isUp = () => {
        this.#state = 'up';
        counters.linkConnects++;
        this.#backoff.reset();
        onUp(this.#version);
      };
      const topics = Object.fromEntries(subscriptions.map(({ topic, qos }) => [topic, { qos }]));
      // The library takes an empty list for a mistake.
      if (subscriptions.length === 0) {
        isUp();
        return;
      }
      late = setTimeout(() => {
        why = silentBroker;
        over();
      }, connectTimeoutMs);
      client.subscribe(topics, (error, granted = []) => {
        clearTimeout(late);
        if (isOver || this.#state !== 'connecting') return;
        const refused = granted.filter(({ qos }) => qos >= 128).map(({ topic }) => topic);
        if (error !== null || refused.length > 0) {
          code = 'subscription';
          why = `may not hear ${refused.join(', ') || error?.message}; see the rights of its user at the broker`;
          over();
          return;
        }
        isUp();
      });
    });
    client.on('message', (topic, payload, { retain }) => {
      if (!isOver && this.#state !== 'closed') onMessage(topic, payload, retain);
    });
    client.on('error', error => {
      code = 'code' in error ? error.code : undefined;
      why = error.message === '' ? String(code ?? error.name) : error.message;
      // The library says the same of who takes no connection and of who takes it and says nothing.
      if (why === silentBroker && !isReached)
        why = `ETIMEDOUT: no connection in ${connectTimeoutMs / 1000} s`;
      if (badLogin.includes(code)) why += `; see ${loginAt}`;
      // What stands does not end by every error; what never stood does.
      if (this.#state !== 'up') over();
    });
    client.on('close', over);
  }

  #lost(why: string, code: unknown): void {
    const { counters, version, onDown } = this.#options;
    const wasUp = this.#state === 'up';
    this.#state = 'resting';
    counters.linkFailures++;
    const isUnknown = unknownVersion.includes(code);
    // After one that stood everything may be new. Some old brokers say nothing and hang up, so both are tried.
    if (wasUp) this.#version = version;
    else if (version === '5' && (isUnknown || code === undefined))
      this.#version = this.#version === '5' ? '3.1.1' : '5';
    const waitMs = isUnknown && this.#version === '3.1.1' ? 0 : this.#backoff.next();
    this.#timer = setTimeout(() => this.#connect(), waitMs);
    onDown(why, waitMs, wasUp);
  }
}
