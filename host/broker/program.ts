import type { Client } from 'aedes';
import type { UpChannel } from '#core/wire/topics.ts';
import type { Cover } from './program-filters.ts';
import { filterCovers } from './topic-filter.ts';

/** One program that is connected, and what it listens to. */
export class Program {
  readonly id: string;
  readonly client: Client;
  /** By topic filter, with the quality that it asked for. */
  readonly #filters = new Map<string, { readonly cover: Cover | undefined; readonly qos: 0 | 1 }>();
  /** Quality by channel, of each gateway and (null) of all. */
  #heard = new Map<string | null, Map<UpChannel, 0 | 1>>();
  /** Those that cover more than one topic. */
  #wide: readonly string[] = [];

  constructor(id: string, client: Client) {
    this.id = id;
    this.client = client;
  }

  get filters(): number {
    return this.#filters.size;
  }

  has(filter: string): boolean {
    return this.#filters.has(filter);
  }

  listen(filter: string, cover: Cover | undefined, qos: 0 | 1): void {
    this.#filters.set(filter, { cover, qos });
    this.#heard = this.#newHeard();
  }

  leave(filter: string): void {
    if (this.#filters.delete(filter)) this.#heard = this.#newHeard();
  }

  /** The quality in which it hears a gateway's channel; undefined: not at all. One message, however many filters cover it. */
  qosOf(gateway: string, channel: UpChannel): 0 | 1 | undefined {
    const ofAll = this.#heard.get(null)?.get(channel);
    const ofOne = this.#heard.get(gateway)?.get(channel);
    return ofAll === 1 || ofOne === 1 ? 1 : (ofAll ?? ofOne);
  }

  /** The quality in which it hears what the host says on a topic of its own; undefined: not at all. */
  qosOfTopic(topic: string): 0 | 1 | undefined {
    let best = this.#filters.get(topic)?.qos;
    for (const filter of this.#wide) {
      if (best === 1) return best;
      if (filterCovers(filter, topic)) best = this.#filters.get(filter)?.qos === 1 ? 1 : (best ?? 0);
    }
    return best;
  }

  /** Whether it hears that channel of anybody. */
  hears(channel: UpChannel): boolean {
    for (const channels of this.#heard.values()) if (channels.has(channel)) return true;
    return false;
  }

  #newHeard(): Map<string | null, Map<UpChannel, 0 | 1>> {
    const heard = new Map<string | null, Map<UpChannel, 0 | 1>>();
    this.#wide = [...this.#filters.keys()].filter(filter => /[#+]/.test(filter));
    for (const { cover, qos } of this.#filters.values()) {
      if (cover === undefined) continue;
      const channels = heard.get(cover.gateway) ?? new Map<UpChannel, 0 | 1>();
      heard.set(cover.gateway, channels);
      for (const channel of cover.channels)
        channels.set(channel, qos === 1 || channels.get(channel) === 1 ? 1 : 0);
    }
    return heard;
  }
}
