import type { Client, Subscription } from 'aedes';
import { encodeMessage, type Message } from '#core/wire/messages.ts';
import { type DownChannel, topicOf } from '#core/wire/topics.ts';
import type { BrokerOptions } from './broker.ts';
import type { BrokerCounters } from './counters.ts';
import { brokerLimits } from './limits.ts';

interface Peer {
  readonly client: Client;
  /** Topics it hears. */
  readonly topics: Set<string>;
}

export interface PeersOptions extends Pick<BrokerOptions, 'onRefused' | 'onConnection'> {
  readonly counters: BrokerCounters;
}

const desiredChannel = 'settings/desired';

/**
 * The gateways that are connected to the embedded broker, and what they are sent. Messages go straight to the one
 * connection that hears them, and what is retained is kept here: the library would look through the retained
 * messages of all gateways whenever one subscribes.
 */
export class Peers {
  readonly #options: PeersOptions;
  readonly #peers = new Map<string, Peer>();
  /** Clients that have logged in and not yet taken the place of their gateway. */
  readonly #arriving = new Map<string, Client>();
  /** As objects, which their fleet has anyway: encoded when somebody hears them. */
  readonly #desired = new Map<string, Message<typeof desiredChannel>>();

  constructor(options: PeersOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#peers.size;
  }

  has(gateway: string): boolean {
    return this.#peers.has(gateway);
  }

  /** The gateway of a client that has logged in and not been replaced. */
  gatewayOf(client: Client): string | undefined {
    return this.#peers.get(client.id)?.client === client ? client.id : undefined;
  }

  arrives(gateway: string, client: Client): void {
    this.#arriving.set(gateway, client);
  }

  isReplaced(client: Client): boolean {
    const arriving = this.#arriving.get(client.id);
    return arriving !== undefined && arriving !== client && !arriving.closed;
  }

  came(client: Client): void {
    if (this.#arriving.get(client.id) === client) this.#arriving.delete(client.id);
    if (client.closed) {
      // It was hung up on while it took the place of the one before, which is gone too.
      if (this.#peers.delete(client.id)) this.#options.onConnection(client.id, false);
      return;
    }
    this.#peers.set(client.id, { client, topics: new Set() });
  }

  ready(client: Client): void {
    // One that was hung up on meanwhile is told ready all the same.
    if (this.gatewayOf(client) === undefined) return;
    this.#options.counters.connects++;
    this.#options.onConnection(client.id, true);
  }

  left(client: Client): void {
    if (this.gatewayOf(client) === undefined) return;
    if (this.isReplaced(client)) {
      this.#options.counters.takenOver++;
      return;
    }
    this.#peers.delete(client.id);
    this.#options.onConnection(client.id, false);
  }

  subscribed(client: Client, subscriptions: readonly Subscription[]): void {
    const peer = this.#peers.get(client.id);
    if (peer?.client !== client) return;
    // A subscription that was refused has another quality than those there are.
    for (const { topic, qos } of subscriptions) if (qos <= 2) peer.topics.add(topic);
    const desired = this.#desired.get(client.id);
    const topic = topicOf(client.id, desiredChannel);
    const isAsked = subscriptions.some(each => each.topic === topic && each.qos <= 2);
    if (isAsked && desired !== undefined) this.#publish(peer, desiredChannel, desired, true);
  }

  unsubscribed(client: Client, topics: readonly string[]): void {
    const peer = this.#peers.get(client.id);
    if (peer?.client === client) for (const topic of topics) peer.topics.delete(topic);
  }

  send<C extends DownChannel>(gateway: string, channel: C, message: Message<C>): void {
    if (isDesired(channel, message)) this.#desired.set(gateway, message);
    const peer = this.#peers.get(gateway);
    if (peer === undefined) return;
    const { counters, onRefused } = this.#options;
    if (isTooSlow(peer.client)) {
      counters.tooSlow++;
      const most = brokerLimits.waitingBytes;
      onRefused(gateway, 'mqtt.tooSlow', `left more than ${most} bytes unread`);
      peer.client.close();
      return;
    }
    if (peer.topics.has(topicOf(gateway, channel))) this.#publish(peer, channel, message, false);
  }

  disconnect(gateway: string): void {
    this.#peers.get(gateway)?.client.close();
    // It may be just about to come, by the credential of before.
    this.#arriving.get(gateway)?.close();
  }

  #publish<C extends DownChannel>({ client }: Peer, channel: C, message: Message<C>, retain: boolean): void {
    const payload = Buffer.from(encodeMessage(channel, message));
    const topic = topicOf(client.id, channel);
    const { counters, onRefused } = this.#options;
    counters.sent++;
    client.publish({ cmd: 'publish', topic, payload, qos: 1, retain, dup: false }, error => {
      if (error) onRefused(client.id, 'mqtt.send', error.message);
    });
  }
}

const isDesired = (
  channel: DownChannel,
  message: Message<DownChannel>,
): message is Message<typeof desiredChannel> => channel === desiredChannel && 'settings' in message;

/** Whether it is time to hang up on a client; one that is closed already has been. */
const isTooSlow = ({ closed, conn }: Client): boolean =>
  !closed && conn.writableLength > brokerLimits.waitingBytes;
