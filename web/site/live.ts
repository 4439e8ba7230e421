import type { CommittedEvent, GatewayEvent, LiveEvent, SiteEvent } from '../../host/api/contract.ts';
import type { LinkState } from './connection.ts';
import { SilenceWatch } from './silence-watch.ts';

export interface LinkListener {
  state(state: LinkState): void;
  live(event: LiveEvent): void;
  gateway(event: GatewayEvent): void;
  committed(event: CommittedEvent): void;
  /** Somebody changed names, roles, the tree or the tariff. */
  site(event: SiteEvent): void;
  /** An alarm began or ended, or somebody looks after it. */
  alarm(): void;
}

const firstWaitMs = 1000;
const longestWaitMs = 15_000;

/**
 * The stream of server-sent events. The browser comes back by itself after a broken connection, but gives up for
 * good after an answer that is no stream (a restarting host, a proxy's error page): then this tries again, after
 * 1 s at first and 15 s at most. A stream that falls silent (a phone in another WiFi, a laptop that slept) is opened
 * anew.
 */
export class LiveLink {
  readonly #url: () => URL;
  readonly #listener: LinkListener;
  #source: EventSource | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  readonly #silence = new SilenceWatch();
  #waitMs = firstWaitMs;
  #state: LinkState = 'stopped';

  constructor(url: () => URL, listener: LinkListener) {
    this.#url = url;
    this.#listener = listener;
  }

  start(): void {
    this.stop();
    this.#become('connecting');
    this.#open();
    this.#silence.start(
      () => this.#state === 'live',
      () => this.reopen(),
    );
  }

  stop(): void {
    clearTimeout(this.#retry);
    this.#silence.stop();
    this.#source?.close();
    this.#source = null;
    this.#waitMs = firstWaitMs;
    this.#state = 'stopped';
  }

  /** Tries at once, as after a change of the network. */
  reopen(): void {
    if (this.#state === 'stopped') return;
    clearTimeout(this.#retry);
    this.#source?.close();
    this.#become('reconnecting');
    this.#open();
  }

  #open(): void {
    const source = new EventSource(this.#url());
    this.#source = source;
    const on = (type: string, take: (data: string) => void) =>
      source.addEventListener(type, event => {
        this.#silence.heard();
        take(event.data);
      });
    source.addEventListener('open', () => {
      this.#silence.heard();
      this.#waitMs = firstWaitMs;
      this.#become('live');
    });
    source.addEventListener('error', () => this.#broken(source));
    on('live', data => this.#listener.live(JSON.parse(data)));
    on('gateway', data => this.#listener.gateway(JSON.parse(data)));
    on('committed', data => this.#listener.committed(JSON.parse(data)));
    on('site', data => this.#listener.site(JSON.parse(data)));
    for (const type of ['alarm', 'alarmEvent']) on(type, () => this.#listener.alarm());
    on('beat', () => undefined);
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
