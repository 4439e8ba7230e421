import type { CommittedEvent, GatewayEvent, LiveEvent, SiteEvent } from '../host/api/contract.ts';

export type LinkState = 'connecting' | 'live' | 'reconnecting' | 'stopped';

export interface LinkListener {
  state(state: LinkState): void;
  live(event: LiveEvent): void;
  gateway(event: GatewayEvent): void;
  committed(event: CommittedEvent): void;
  /** Somebody changed names, roles, the tree or the tariff. */
  site(event: SiteEvent): void;
}

const firstWaitMs = 1000;
const longestWaitMs = 15_000;

/**
 * The stream of server-sent events. The browser comes back by itself after a broken connection, but gives up for
 * good after an answer that is no stream (a restarting host, a proxy's error page): then this tries again, after
 * 1 s at first and 15 s at most.
 */
export class LiveLink {
  readonly #url: URL;
  readonly #listener: LinkListener;
  #source: EventSource | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #waitMs = firstWaitMs;
  #state: LinkState = 'stopped';

  constructor(url: URL, listener: LinkListener) {
    this.#url = url;
    this.#listener = listener;
  }

  start(): void {
    this.stop();
    this.#become('connecting');
    this.#open();
  }

  stop(): void {
    clearTimeout(this.#retry);
    this.#source?.close();
    this.#source = null;
    this.#state = 'stopped';
  }

  #open(): void {
    const source = new EventSource(this.#url);
    this.#source = source;
    source.addEventListener('open', () => {
      this.#waitMs = firstWaitMs;
      this.#become('live');
    });
    source.addEventListener('error', () => this.#broken(source));
    source.addEventListener('live', event => this.#listener.live(JSON.parse(event.data)));
    source.addEventListener('gateway', event => this.#listener.gateway(JSON.parse(event.data)));
    source.addEventListener('site', event => this.#listener.site(JSON.parse(event.data)));
    source.addEventListener('committed', event => this.#listener.committed(JSON.parse(event.data)));
  }

  #broken(source: EventSource): void {
    if (source !== this.#source) return;
    this.#become('reconnecting');
    if (source.readyState !== EventSource.CLOSED) return;
    this.#retry = setTimeout(() => this.#open(), this.#waitMs);
    this.#waitMs = Math.min(longestWaitMs, this.#waitMs * 2);
  }

  #become(state: LinkState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#listener.state(state);
  }
}
