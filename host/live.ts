import { randomUUID } from 'node:crypto';
import type { Message } from '#core/wire/messages.ts';
import { protocolVersion } from '#core/wire/topics.ts';
import type { Fleet } from './fleet.ts';

/** What a gateway is asked. */
export type LiveRequest = Message<'command'> & { readonly name: 'live'; readonly seconds: number };

const askedSeconds = 30;
const renewedEveryMs = 20_000;

/**
 * Live values flow only while somebody looks: as long as there is a watcher, every gateway that is online (or the one
 * that is watched) is asked for `live`, again and again before the time asked for runs out.
 */
export class Live {
  readonly #fleet: Fleet;
  readonly #ask: (gateway: string, request: LiveRequest) => void;
  #watchers = 0;
  /** Watchers of one gateway alone. */
  readonly #ofGateway = new Map<string, number>();
  #renewal: NodeJS.Timeout | undefined;

  constructor(fleet: Fleet, ask: (gateway: string, request: LiveRequest) => void) {
    this.#fleet = fleet;
    this.#ask = ask;
  }

  /** One more listener; the function given back ends it (once). */
  watch(): () => void {
    this.#watchers++;
    if (this.#watchers === 1) this.#askAll();
    this.#keepAsking();
    return once(() => {
      this.#watchers--;
      this.#keepAsking();
    });
  }

  /** One more who wants the values of this gateway alone; the function given back ends it (once). */
  watchGateway(gateway: string): () => void {
    const before = this.#ofGateway.get(gateway) ?? 0;
    this.#ofGateway.set(gateway, before + 1);
    if (before === 0) this.ask(gateway);
    this.#keepAsking();
    return once(() => {
      const left = (this.#ofGateway.get(gateway) ?? 1) - 1;
      if (left > 0) this.#ofGateway.set(gateway, left);
      else this.#ofGateway.delete(gateway);
      this.#keepAsking();
    });
  }

  get watchers(): number {
    return this.#watchers;
  }

  /** To be called when a gateway came online: it does not have to wait for the next renewal. */
  ask(gateway: string): void {
    if (this.#watchers === 0 && !this.#ofGateway.has(gateway)) return;
    const request = { v: protocolVersion, id: randomUUID(), name: 'live', seconds: askedSeconds } as const;
    this.#ask(gateway, request);
  }

  close(): void {
    clearInterval(this.#renewal);
  }

  /** As long as there is somebody. */
  #keepAsking(): void {
    const isAny = this.#watchers > 0 || this.#ofGateway.size > 0;
    if (isAny === (this.#renewal !== undefined)) return;
    clearInterval(this.#renewal);
    this.#renewal = isAny ? setInterval(() => this.#askAll(), renewedEveryMs).unref() : undefined;
  }

  #askAll(): void {
    for (const { id, online } of this.#fleet.gateways()) if (online) this.ask(id);
  }
}

function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    work();
  };
}
