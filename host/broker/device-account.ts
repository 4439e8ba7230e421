import { brokerLimits } from './limits.ts';
import { filterCovers } from './topic-filter.ts';

export interface DeviceListener {
  readonly filters: readonly string[];
  readonly onMessage: (topic: string, payload: Uint8Array, isRetained: boolean) => void;
  /** How many devices of the account are connected; told at once and with each change. */
  readonly onDevices: (connected: number) => void;
}

/** Longer topics no settings take. */
const longestTold = 128;

/** One user name and password for devices: who listens to them, and what they left for those who come later. */
export class DeviceAccount {
  readonly #listeners = new Set<DeviceListener>();
  readonly #kept = new Map<string, Uint8Array>();
  /** What was said to a device that had not subscribed yet, and when. */
  readonly #left = new Map<string, { readonly payload: Uint8Array; readonly atMs: number }>();
  /** Topics on which something was said, newest last. */
  readonly #recent = new Set<string>();
  #keptBytes = 0;
  #connected = 0;

  get isListenedTo(): boolean {
    return this.#listeners.size > 0;
  }

  set connected(count: number) {
    if (count === this.#connected) return;
    this.#connected = count;
    for (const { onDevices } of this.#listeners) onDevices(count);
  }

  /** Tells what was kept, then all that comes. */
  listen(listener: DeviceListener): () => void {
    this.#listeners.add(listener);
    listener.onDevices(this.#connected);
    // Not while the listener is still being made.
    queueMicrotask(() => {
      for (const [topic, payload] of this.#kept)
        if (this.#listeners.has(listener) && isWanted(listener, topic))
          listener.onMessage(topic, payload, true);
    });
    return () => void this.#listeners.delete(listener);
  }

  /** Hands it to those that listen. Whether anybody does. */
  said(topic: string, payload: Uint8Array): boolean {
    let isHeard = false;
    for (const listener of this.#listeners) {
      if (!isWanted(listener, topic)) continue;
      isHeard = true;
      listener.onMessage(topic, payload, false);
    }
    this.#recent.delete(topic);
    if (topic.length <= longestTold) {
      this.#recent.add(topic);
      const [oldest] = this.#recent;
      if (oldest !== undefined && this.#recent.size > brokerLimits.deviceFilters) this.#recent.delete(oldest);
    }
    return isHeard;
  }

  /** Some of the topics on which something was said last: for whoever mistook one. */
  get recentTopics(): readonly string[] {
    return [...this.#recent];
  }

  /** Nobody heard it: for a device that has only just come and subscribes in a moment. Whether an older one made way. */
  leave(topic: string, payload: Uint8Array, nowMs: number): boolean {
    this.#left.delete(topic);
    const [oldest] = this.#left.keys();
    const isFull = oldest !== undefined && this.#left.size >= brokerLimits.deviceFilters;
    if (isFull) this.#left.delete(oldest);
    this.#left.set(topic, { payload, atMs: nowMs });
    return isFull;
  }

  /** What was left of late for this filter; given once. */
  takeLeft(filter: string, nowMs: number): [topic: string, payload: Uint8Array][] {
    const taken: [string, Uint8Array][] = [];
    for (const [topic, { payload, atMs }] of this.#left) {
      if (!filterCovers(filter, topic)) continue;
      this.#left.delete(topic);
      if (nowMs - atMs <= brokerLimits.deviceQuestionMs) taken.push([topic, payload]);
    }
    return taken;
  }

  /**
   * The newest of its topic, for whoever listens later; empty ends it (MQTT 3.1.1, section 3.3.1.3). False where there is no
   * room: then nothing is kept of the topic, not what was true before either.
   */
  keep(topic: string, payload: Uint8Array): boolean {
    const before = this.#kept.get(topic);
    if (before !== undefined) {
      this.#kept.delete(topic);
      this.#keptBytes -= topic.length + before.length;
    }
    const bytes = topic.length + payload.length;
    if (payload.length === 0) return true;
    if (this.#kept.size >= brokerLimits.deviceKeptTopics) return false;
    if (this.#keptBytes + bytes > brokerLimits.deviceKeptBytes) return false;
    this.#kept.set(topic, payload.slice());
    this.#keptBytes += bytes;
    return true;
  }
}

const isWanted = ({ filters }: DeviceListener, topic: string): boolean =>
  filters.some(filter => filterCovers(filter, topic));
