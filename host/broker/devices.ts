import { createHash } from 'node:crypto';
import type { Client, Subscription } from 'aedes';
import { topicPrefix } from '#core/wire/topics.ts';
import type { BrokerOptions } from './broker.ts';
import type { BrokerCounters } from './counters.ts';
import { DeviceAccount, type DeviceListener } from './device-account.ts';
import { Flood } from './flood.ts';
import { brokerLimits } from './limits.ts';
import { filterCovers, isTopicFilter } from './topic-filter.ts';

/** What devices log in with. It is good as long as somebody listens with it, and kept nowhere here but as a hash. */
export interface DeviceLogin {
  readonly username: string;
  readonly password: string;
}

/** Devices of third parties at the embedded broker, as connectors see them. */
export interface DeviceDesk {
  /** Lets devices in with this login, and hears what they say on topics that the filters cover. */
  listen(login: DeviceLogin, listener: DeviceListener): () => void;
  /** Says something to those devices of the login that subscribed to it. */
  publish(login: DeviceLogin, topic: string, payload: Uint8Array): void;
  /** Some of the topics on which devices of the login spoke last. */
  recentTopics(login: DeviceLogin): readonly string[];
}

export interface DevicesOptions extends Pick<BrokerOptions, 'onRefused'> {
  readonly counters: BrokerCounters;
  /** Monotonic. */
  readonly nowMs: () => number;
}

interface Device {
  readonly name: string;
  readonly account: DeviceAccount;
  readonly key: string;
  readonly client: Client;
  readonly flood: Flood;
  readonly filters: Set<string>;
}

/**
 * Plugs, readers and bridges that no gateway is: they log in with what was made for a connector, and what they say goes to
 * the connectors that listen with it. Nothing of `joulegate/#` is theirs to say or to hear, and none hears another: the
 * library knows of their subscriptions, and never has anything to deliver to them.
 */
export class Devices implements DeviceDesk {
  readonly #options: DevicesOptions;
  readonly #accounts = new Map<string, DeviceAccount>();
  readonly #claimed = new WeakMap<Client, string>();
  readonly #of = new WeakMap<Client, Device>();
  /** The newest connection of each name. */
  readonly #devices = new Map<string, Device>();

  constructor(options: DevicesOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#devices.size;
  }

  listen(login: DeviceLogin, listener: DeviceListener): () => void {
    const key = keyOf(login);
    const account = this.#accounts.get(key) ?? new DeviceAccount();
    this.#accounts.set(key, account);
    const cancel = account.listen(listener);
    this.#count(account);
    return () => {
      cancel();
      if (account.isListenedTo) return;
      setTimeout(() => this.#endIfIdle(key, account), brokerLimits.deviceAccountGraceMs).unref();
    };
  }

  publish(login: DeviceLogin, topic: string, payload: Uint8Array): void {
    const account = this.#accounts.get(keyOf(login));
    let isHeard = false;
    for (const device of this.#devices.values()) {
      if (device.account !== account || ![...device.filters].some(filter => filterCovers(filter, topic)))
        continue;
      this.#send(device, topic, payload);
      isHeard = true;
    }
    if (!isHeard && account?.leave(topic, payload, this.#options.nowMs()) === true)
      this.#options.counters.deviceUnkept++;
  }

  recentTopics(login: DeviceLogin): readonly string[] {
    return this.#accounts.get(keyOf(login))?.recentTopics ?? [];
  }

  /** What a client called itself, before its session was named after its user. */
  claims(client: Client, clientId: string | undefined): void {
    this.#claimed.set(client, clientId ?? '');
  }

  isRight(username: string, password: string): boolean {
    return this.#accounts.get(keyOf({ username, password }))?.isListenedTo ?? false;
  }

  /** The client has logged in so. Its session has a name that no gateway, no program and no other account can have. */
  arrives(login: DeviceLogin, client: Client): void {
    const key = keyOf(login);
    const account = this.#accounts.get(key);
    if (account === undefined) return;
    const name = `device/${key}/${this.#claimed.get(client) ?? ''}`;
    client.id = name;
    const flood = new Flood(this.#options.nowMs, brokerLimits.deviceFlood);
    const device: Device = { name, account, key, client, flood, filters: new Set() };
    if (this.#devices.has(name)) this.#options.counters.takenOver++;
    this.#of.set(client, device);
    this.#devices.set(name, device);
    client.conn.once('close', () => this.left(client));
    this.#count(account);
  }

  /** Whether there is room for one that calls itself so. */
  hasRoom({ username, password }: DeviceLogin, client: Client): boolean {
    const name = `device/${keyOf({ username, password })}/${this.#claimed.get(client) ?? ''}`;
    return this.#devices.size < brokerLimits.devices || this.#devices.has(name);
  }

  isOne(client: Client): boolean {
    return this.#of.has(client);
  }

  left(client: Client): void {
    const device = this.#of.get(client);
    if (device === undefined || this.#devices.get(device.name) !== device) return;
    // Its last will is said after it has gone, and counts only while it did not come anew.
    this.#devices.delete(device.name);
    this.#count(device.account);
  }

  /** Whether it may subscribe: to anything, as nothing is delivered but what connectors say to it. */
  mayListen(client: Client, filter: string): boolean {
    const device = this.#of.get(client);
    if (device === undefined) return false;
    const isRoom = device.filters.has(filter) || device.filters.size < brokerLimits.deviceFilters;
    if (isRoom && !isForbidden(filter) && isTopicFilter(filter)) {
      // At once: one packet may ask for thousands, and each is asked of before any has been granted.
      device.filters.add(filter);
      return true;
    }
    const { counters, onRefused } = this.#options;
    counters.subscriptionsRefused++;
    const shown = JSON.stringify(filter.slice(0, 80));
    const why = isRoom
      ? 'which is not for devices, or no filter of 256 characters at most'
      : `one more than the ${brokerLimits.deviceFilters} that are allowed`;
    onRefused(undefined, 'mqtt.subscription', `a device asked for ${shown}, ${why}`);
    return false;
  }

  subscribed(client: Client, subscriptions: readonly Subscription[]): void {
    // One that was refused has another quality than those there are.
    const device = this.#of.get(client);
    for (const { topic, qos } of subscriptions) {
      if (device === undefined || qos > 2) continue;
      const left = device.account.takeLeft(topic, this.#options.nowMs());
      for (const [to, payload] of left) this.#send(device, to, payload);
    }
  }

  unsubscribed(client: Client, filters: readonly string[]): void {
    for (const filter of filters) this.#of.get(client)?.filters.delete(filter);
  }

  /** What a device publishes: for the connectors that listen to it; all else is swallowed. */
  said(client: Client, topic: string, payload: Uint8Array, isToKeep: boolean): void {
    const device = this.#of.get(client);
    if (device === undefined) return;
    const { counters, onRefused } = this.#options;
    counters.received++;
    const newest = this.#devices.get(device.name);
    if (newest !== undefined && newest !== device) return;
    const outcome = device.flood.take(device.name, payload.length);
    if (outcome !== 'passed') {
      counters.flooded++;
      const { perSecond } = brokerLimits.deviceFlood;
      const detail = `a device sent more than the ${perSecond} messages a second that are allowed`;
      if (outcome === 'refusedFirst') onRefused(undefined, 'mqtt.flood', detail);
      return;
    }
    if (isForbidden(topic)) {
      counters.foreign++;
      const shown = JSON.stringify(topic.slice(0, 80));
      onRefused(undefined, 'mqtt.foreign', `a device published to ${shown}, which it may not`);
      return;
    }
    if (isToKeep && !device.account.keep(topic, payload)) counters.deviceUnkept++;
    if (device.account.said(topic, payload)) counters.deviceMessages++;
    else counters.deviceIgnored++;
  }

  #send({ client }: Device, topic: string, bytes: Uint8Array): void {
    if (client.closed) return;
    const { counters, onRefused } = this.#options;
    if (client.conn.writableLength > brokerLimits.waitingBytes) {
      counters.tooSlow++;
      onRefused(
        undefined,
        'mqtt.tooSlow',
        `a device left more than ${brokerLimits.waitingBytes} bytes unread`,
      );
      client.close();
      return;
    }
    counters.sent++;
    const payload = Buffer.from(bytes);
    client.publish({ cmd: 'publish', topic, payload, qos: 0, retain: false, dup: false }, error => {
      if (error) onRefused(undefined, 'mqtt.send', `to a device: ${error.message}`);
    });
  }

  #endIfIdle(key: string, account: DeviceAccount): void {
    if (account.isListenedTo || this.#accounts.get(key) !== account) return;
    this.#accounts.delete(key);
    for (const device of this.#devices.values()) if (device.account === account) device.client.close();
  }

  #count(account: DeviceAccount): void {
    let connected = 0;
    for (const device of this.#devices.values()) if (device.account === account) connected++;
    account.connected = connected;
  }
}

/** What is the gateways', the broker's own, or shared: no device's to say or to ask for by name. */
const isForbidden = (topic: string): boolean =>
  topic.startsWith('$') || topic === topicPrefix || topic.startsWith(`${topicPrefix}/`);

const keyOf = ({ username, password }: DeviceLogin): string =>
  `${username}/${createHash('sha256').update(password).digest('base64url')}`;
