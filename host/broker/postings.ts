import { topicPrefix } from '#core/wire/topics.ts';
import { filterCovers, isTopicFilter } from './topic-filter.ts';

/** Whose a message of the host is: of a gateway, or of a site. Null: of no site. */
export type PostingOwner = { readonly gateway: string } | { readonly site: string | null };

export interface Posting {
  readonly owner: PostingOwner;
  readonly topic: string;
  readonly payload: Uint8Array;
}

/** The host's own messages to programs at the embedded broker, such as those by which a home automation finds meters. */
export interface ProgramDesk {
  /**
   * Says something to all programs that listen and may. `isKept`: whoever begins to listen later is told, too, until an
   * empty one takes its place. Resolves when nobody has much of it left to read.
   */
  post(posting: Posting, isKept: boolean): Promise<void>;
  /** Lets every program say something on a topic, and hears it, until the function given back is called. */
  hear(topic: string, listener: (payload: Uint8Array) => void): () => void;
}

/** Where home automations look by default, also before anything is set up. */
const usualRoots = ['homeassistant', topicPrefix];

/** What the host said and keeps, and the topics on which programs are heard. */
export class Postings {
  readonly #kept = new Map<string, Posting>();
  readonly #listeners = new Map<string, Set<(payload: Uint8Array) => void>>();

  keep(posting: Posting): void {
    if (posting.payload.length === 0) this.#kept.delete(posting.topic);
    else this.#kept.set(posting.topic, posting);
  }

  keptFor(filter: string): Posting[] {
    return [...this.#kept.values()].filter(({ topic }) => filterCovers(filter, topic));
  }

  /** Whether anything of the host may ever be on a topic that the filter covers. */
  mayCover(filter: string): boolean {
    const [first = ''] = filter.split('/', 1);
    if (!isTopicFilter(filter)) return false;
    if (first === '#' || first === '+' || usualRoots.includes(first)) return true;
    const begins = (topic: string) => topic.startsWith(`${first}/`);
    return [...this.#kept.keys(), ...this.#listeners.keys()].some(begins);
  }

  hear(topic: string, listener: (payload: Uint8Array) => void): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(topic);
    };
  }

  /** Whether programs may say something there; those that listen are told. */
  said(topic: string, payload: Uint8Array): boolean {
    const listeners = this.#listeners.get(topic);
    for (const listener of listeners ?? []) listener(payload);
    return listeners !== undefined;
  }
}
