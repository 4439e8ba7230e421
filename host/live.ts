import { randomUUID } from 'node:crypto';
import { protocolVersion } from '#core/wire/topics.ts';
import type { Broker } from './broker/broker.ts';
import type { Fleet } from './fleet.ts';

const askedSeconds = 30;
const renewedEveryMs = 20_000;

/**
 * Live values flow only while somebody looks: as long as there is a watcher, every gateway that is online is
 * asked for `live`, again and again before the time asked for runs out.
 */
export class Live {
  readonly #fleet: Fleet;
  readonly #broker: Broker;
  #watchers = 0;
  #renewal: NodeJS.Timeout | undefined;

  constructor(fleet: Fleet, broker: Broker) {
    this.#fleet = fleet;
    this.#broker = broker;
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
    this.#broker.send(gateway, 'command', request);
  }

  close(): void {
    clearInterval(this.#renewal);
  }

  #askAll(): void {
    for (const { id, online } of this.#fleet.gateways()) if (online) this.ask(id);
  }
}
