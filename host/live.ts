import { randomUUID } from 'node:crypto';
import type { Message } from '#core/wire/messages.ts';
import { protocolVersion } from '#core/wire/topics.ts';
import type { Fleet } from './fleet.ts';

/** What a gateway is asked. */
export type LiveRequest = Message<'command'> & { readonly name: 'live'; readonly seconds: number };

const askedSeconds = 30;
const renewedEveryMs = 20_000;

/**
 * Live values flow only while somebody looks: as long as there is a watcher, every gateway that is online is
 * asked for `live`, again and again before the time asked for runs out.
 */
export class Live {
  readonly #fleet: Fleet;
  readonly #ask: (gateway: string, request: LiveRequest) => void;
  #watchers = 0;
  #renewal: NodeJS.Timeout | undefined;

  constructor(fleet: Fleet, ask: (gateway: string, request: LiveRequest) => void) {
    this.#fleet = fleet;
    this.#ask = ask;
  }

  /** One more listener; the function given back ends it (once). */
  watch(): () => void {
    this.#watchers++;
    if (this.#watchers === 1) {
      this.#askAll();
      this.#renewal = setInterval(() => this.#askAll(), renewedEveryMs);
      this.#renewal.unref();
    }
    let isWatching = true;
    return () => {
      if (!isWatching) return;
      isWatching = false;
      this.#watchers--;
      if (this.#watchers === 0) clearInterval(this.#renewal);
    };
  }

  get watchers(): number {
    return this.#watchers;
  }

  /** To be called when a gateway came online: it does not have to wait for the next renewal. */
  ask(gateway: string): void {
    if (this.#watchers === 0) return;
    const request = { v: protocolVersion, id: randomUUID(), name: 'live', seconds: askedSeconds } as const;
    this.#ask(gateway, request);
  }

  close(): void {
    clearInterval(this.#renewal);
  }

  #askAll(): void {
    for (const { id, online } of this.#fleet.gateways()) if (online) this.ask(id);
  }
}
