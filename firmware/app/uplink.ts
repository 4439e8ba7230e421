import { Backoff } from '../core/backoff.ts';
import { encodeMessage } from '../core/wire/messages.ts';
import {
  type Channel,
  type DownChannel,
  downChannels,
  parseTopic,
  topicOf,
  type UpChannel,
} from '../core/wire/topics.ts';
import type { Cancel, MqttConnection, MqttHandlers, Ports } from '../ports.ts';

export interface UplinkOptions {
  readonly id: string;
  readonly ports: Pick<Ports, 'time' | 'mqtt' | 'random' | 'log'>;
  /** A connection stands, subscribed and said to be online. */
  readonly onConnected: () => void;
  readonly onDisconnected: () => void;
  readonly onMessage: (channel: DownChannel, payload: Uint8Array) => void;
}

const keepAliveS = 30;
/** The port should end an attempt itself; one that forgets must not keep the gateway silent for ever. */
const connectTimeoutMs = 30_000;
const firstWaitMs = 1000;
const mostWaitMs = 60_000;
/** A connection that lasted this long was a good one: the next wait is a short one again. */
const goodConnectionMs = 10_000;

/** `resting` between two attempts. */
type State = 'stopped' | 'resting' | 'connecting' | 'online';

/** The connection to the broker: kept up, said online with a last will, heard and spoken on under one's own id. */
export class Uplink {
  connects = 0;
  readonly #options: UplinkOptions;
  readonly #backoff: Backoff;
  #state: State = 'stopped';
  #connection: MqttConnection | undefined;
  /** Counts attempts: what an earlier connection still says is not heard. */
  #attempt = 0;
  #onlineSinceTicksMs = 0;
  #stepAtTicks = Number.POSITIVE_INFINITY;
  #cancel: Cancel | undefined;

  constructor(options: UplinkOptions) {
    this.#options = options;
    const { random } = options.ports;
    this.#backoff = new Backoff(firstWaitMs, mostWaitMs, () => random.unit());
  }

  get isOnline(): boolean {
    return this.#state === 'online';
  }

  /** When its next step is due, while it is not online: to be past it for long is to be stuck. */
  get stepAtTicks(): number {
    return this.#state === 'resting' || this.#state === 'connecting'
      ? this.#stepAtTicks
      : Number.POSITIVE_INFINITY;
  }

  start(): void {
    if (this.#state === 'stopped') this.connect();
  }

  /** Says offline and closes. */
  stop(): void {
    if (this.#state === 'online') {
      this.publish('status', encodeMessage('status', { v: 1, state: 'offline' }), { qos: 1, retain: true });
      this.#options.onDisconnected();
    }
    this.#attempt++;
    this.#cancel?.();
    this.#connection?.close();
    this.#connection = undefined;
    this.#state = 'stopped';
  }

  /** Sends a message where there is a connection; otherwise it is not sent, now or later. */
  publish(channel: UpChannel, payload: Uint8Array, options: { qos: 0 | 1; retain: boolean }): void {
    if (this.#state === 'online')
      this.#connection?.publish(topicOf(this.#options.id, channel), payload, options);
  }

  private connect(): void {
    const { id, ports } = this.#options;
    const attempt = ++this.#attempt;
    this.#state = 'connecting';
    this.#stepAtTicks = ports.time.ticksMs() + connectTimeoutMs;
    this.#cancel = ports.time.after(connectTimeoutMs, () => {
      this.#connection?.close();
      this.lost('no answer for 30 s');
    });
    const will = {
      topic: topicOf(id, 'status'),
      payload: encodeMessage('status', { v: 1, state: 'offline' }),
      retain: true,
    };
    const handlers = new Attempt(this, attempt);
    const connection = ports.mqtt.connect({ clientId: id, keepAliveS, will }, handlers);
    // It may have ended during the call, or stand already.
    if (attempt !== this.#attempt) return;
    this.#connection = connection;
    if (handlers.isEarly) this.connected();
  }

  /** What the port says to one attempt; an earlier one is not heard. */
  heardConnected(of: Attempt): void {
    if (of.number !== this.#attempt) return;
    if (this.#connection === undefined) of.isEarly = true;
    else this.connected();
  }

  heardMessage(of: Attempt, topic: string, payload: Uint8Array): void {
    const parsed = of.number === this.#attempt ? parseTopic(topic) : undefined;
    if (parsed?.gateway === this.#options.id && isDown(parsed.channel))
      this.#options.onMessage(parsed.channel, payload);
  }

  heardClosed(of: Attempt, why: string): void {
    if (of.number === this.#attempt) this.lost(why);
  }

  private connected(): void {
    const { id, ports } = this.#options;
    this.#cancel?.();
    this.#state = 'online';
    this.connects++;
    this.#onlineSinceTicksMs = ports.time.ticksMs();
    ports.log('info', `connected to the broker as ${id}`);
    this.#connection?.subscribe(downChannels.map(channel => topicOf(id, channel)));
    this.publish('status', encodeMessage('status', { v: 1, state: 'online' }), { qos: 1, retain: true });
    this.#options.onConnected();
  }

  private lost(why: string): void {
    const { ports } = this.#options;
    const wasOnline = this.#state === 'online';
    this.#attempt++;
    this.#cancel?.();
    this.#connection = undefined;
    this.#state = 'resting';
    if (wasOnline && ports.time.ticksMs() - this.#onlineSinceTicksMs >= goodConnectionMs)
      this.#backoff.reset();
    const waitMs = this.#backoff.next();
    this.#stepAtTicks = ports.time.ticksMs() + waitMs;
    ports.log('warn', `no connection to the broker: ${why}; tried again in ${Math.ceil(waitMs / 1000)} s`);
    this.#cancel = ports.time.after(waitMs, () => this.connect());
    if (wasOnline) this.#options.onDisconnected();
  }
}

/** One attempt at a connection, as the port knows it: a class, as three functions of its own would take ten times the heap. */
class Attempt implements MqttHandlers {
  readonly number: number;
  /** It stood before `connect` came back. */
  isEarly = false;
  readonly uplink: Uplink;

  constructor(uplink: Uplink, number: number) {
    this.uplink = uplink;
    this.number = number;
  }

  onConnected(): void {
    this.uplink.heardConnected(this);
  }

  onMessage(topic: string, payload: Uint8Array): void {
    this.uplink.heardMessage(this, topic, payload);
  }

  onClosed(why: string): void {
    this.uplink.heardClosed(this, why);
  }
}

const isDown = (channel: Channel): channel is DownChannel =>
  (downChannels as readonly string[]).includes(channel);
