import type {
  CommittedEvent,
  Gateway,
  Health,
  Ledger,
  LiveEvent,
  Meter,
  SiteSettings,
} from '../host/api/contract.ts';
import { api, RequestError } from './api.ts';
import { hostNow } from './clock.ts';
import { GatheredValues } from './gathered-values.ts';
import { type LinkState, LiveLink } from './live.ts';

/** Health, counters and today's energy move without an event; they are asked for this often. */
const refreshMs = 15_000;
/** What became of the last week is summed up over all meters, and moves slowly. */
const ledgerMs = 60_000;
const ledgerDaysMs = 6 * 86_400_000;
/** Events of one burst (a gateway that comes online) make one request. */
const settleMs = 250;

/**
 * What the page knows of the site: meters and gateways as the host gave them, kept current by its events. Listen
 * to `change` for anything, `committed` (detail: CommittedEvent) for new rows, `signedOut` when the session ended.
 */
export class Site extends EventTarget {
  meters: readonly Meter[] = [];
  gateways: readonly Gateway[] = [];
  /** Name, tree and tariff, as people said them; null until it is there. */
  settings: SiteSettings | null = null;
  link: LinkState = 'stopped';
  /** Why the host is not well. */
  reasons: Health['reasons'] = [];
  /** The last seven days; null until it is there. */
  ledger: Ledger | null = null;
  isLoaded = false;
  error: RequestError | null = null;

  readonly #live = new LiveLink(api.eventsUrl, {
    state: state => this.#linked(state),
    live: event => this.#measured.add(event),
    gateway: () => this.#soon(),
    committed: event => this.#committed(event),
    site: () => this.#soon(),
  });
  readonly #measured = new GatheredValues(values => this.#took(values));
  #timer: ReturnType<typeof setInterval> | undefined;
  #pending: ReturnType<typeof setTimeout> | undefined;
  #ledgerAskedMs = Number.NEGATIVE_INFINITY;

  start(): void {
    this.#live.start();
    this.#timer = setInterval(() => void this.refresh(), refreshMs);
    void this.refresh();
  }

  stop(): void {
    this.#live.stop();
    this.#measured.stop();
    clearInterval(this.#timer);
    clearTimeout(this.#pending);
    this.#pending = undefined;
    this.meters = [];
    this.gateways = [];
    this.settings = null;
    this.reasons = [];
    this.ledger = null;
    this.#ledgerAskedMs = Number.NEGATIVE_INFINITY;
    this.isLoaded = false;
    this.error = null;
  }

  meter(key: string): Meter | undefined {
    return this.meters.find(meter => meter.key === key);
  }

  gateway(id: string): Gateway | undefined {
    return this.gateways.find(gateway => gateway.id === id);
  }

  /** Asks the host for everything; a live value that came in meanwhile is newer and stays. */
  async refresh(): Promise<void> {
    try {
      const [meters, gateways, settings, { reasons }] = await Promise.all([
        api.meters(),
        api.gateways(),
        api.site(),
        api.health(),
      ]);
      this.reasons = reasons;
      this.meters = meters.map(meter => withNewer(meter, this.meter(meter.key)));
      this.gateways = gateways;
      this.settings = settings;
      this.isLoaded = true;
      this.error = null;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      this.error = error;
      if (error.status === 401) this.dispatchEvent(new Event('signedOut'));
    }
    this.#changed();
    if (this.isLoaded) await this.#account();
  }

  /** A small line on each meter's card, and no reason to complain where it cannot be had. */
  async #account(): Promise<void> {
    if (this.meters.length === 0 || Date.now() - this.#ledgerAskedMs < ledgerMs) return;
    this.#ledgerAskedMs = Date.now();
    const nowMs = Math.ceil(hostNow());
    try {
      this.ledger = await api.ledger(nowMs - ledgerDaysMs, nowMs + 1);
      this.#changed();
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
    }
  }

  #linked(state: LinkState): void {
    const isBack = state === 'live' && this.link === 'reconnecting';
    this.link = state;
    this.#changed();
    // What happened meanwhile was not told; a closed stream may also mean that the session ended.
    if (isBack || state === 'reconnecting') this.#soon();
  }

  #took(measured: ReadonlyMap<string, LiveEvent>): void {
    this.meters = this.meters.map(meter => {
      const newest = measured.get(meter.key);
      if (newest === undefined) return meter;
      const { atMs, values } = newest;
      return { ...meter, latest: { atMs, values: { ...meter.latest?.values, ...values } } };
    });
    this.#changed();
  }

  #committed(event: CommittedEvent): void {
    this.meters = this.meters.map(meter =>
      event.meters.includes(meter.key)
        ? { ...meter, lastWindowMs: Math.max(event.toMs, meter.lastWindowMs ?? 0) }
        : meter,
    );
    this.dispatchEvent(new CustomEvent('committed', { detail: event }));
    // A meter not known yet: the first rows of a new gateway.
    if (event.meters.some(key => this.meter(key) === undefined)) this.#soon();
  }

  #soon(): void {
    this.#pending ??= setTimeout(() => {
      this.#pending = undefined;
      void this.refresh();
    }, settleMs);
  }

  #changed(): void {
    this.dispatchEvent(new Event('change'));
  }
}

function withNewer(fresh: Meter, known: Meter | undefined): Meter {
  const isOlder = known?.latest != null && (fresh.latest === null || fresh.latest.atMs < known.latest.atMs);
  return isOlder ? { ...fresh, latest: known.latest } : fresh;
}
