import type {
  CommittedEvent,
  Gateway,
  Health,
  Ledger,
  LiveEvent,
  Meter,
  SiteSettings,
  Site as VisibleSite,
} from '../../host/api/contract.ts';
import { setSite } from '../access.ts';
import { api } from '../api.ts';
import { readPreference, writePreference } from '../preferences.ts';
import { askOfSite } from '../request.ts';
import { RequestError } from '../request-error.ts';
import { hostNow } from './clock.ts';
import { backMs, Connection, type LinkState } from './connection.ts';
import { GatheredValues } from './gathered-values.ts';
import { LiveLink } from './live.ts';

/** Health, counters and today's energy move without an event; they are asked for this often. */
const refreshMs = 15_000;
/** What became of the last week is summed up over all meters, and moves slowly. */
const ledgerMs = 60_000;
const ledgerDaysMs = 6 * 86_400_000;
/** Events of one burst (a gateway that comes online) make one request. */
const settleMs = 250;
/**
 * What the page knows of the site: meters and gateways as the host gave them, kept current by its events. Listen
 * to `change` for anything, `committed` (detail: CommittedEvent) for new rows, `alarm` where one began, ended or was looked after, `restored` (detail: Missed) when the host
 * answers again and what was not heard meanwhile can be asked for, `signedOut` when the session ended.
 */
export class Site extends EventTarget {
  /** Which of them is shown; null until it is known, or where none may be seen. */
  id: string | null = null;
  /** All that may be seen. */
  sites: readonly VisibleSite[] = [];
  /** The one that the address names, before it is known whether it may be seen. */
  wanted: string | null = null;
  meters: readonly Meter[] = [];
  gateways: readonly Gateway[] = [];
  /** Name, tree and tariff, as people said them; null until it is there. */
  settings: SiteSettings | null = null;
  /** Why the host is not well. */
  reasons: Health['reasons'] = [];
  /** The last seven days; null until it is there. */
  ledger: Ledger | null = null;
  isLoaded = false;
  readonly #connection = new Connection<RequestError>({ here: Date.now, host: hostNow });
  readonly #live = new LiveLink(api.eventsUrl, {
    state: state => this.#linked(state),
    live: event => this.#measured.add(event),
    gateway: () => this.#soon(),
    committed: event => this.#committed(event),
    site: () => this.#soon(),
    alarm: () => this.dispatchEvent(new Event('alarm')),
  });
  readonly #measured = new GatheredValues(values => this.#took(values));
  #timer: ReturnType<typeof setInterval> | undefined;
  #pending: ReturnType<typeof setTimeout> | undefined;
  #backTimer: ReturnType<typeof setTimeout> | undefined;
  #ledgerAskedMs = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | null = null;

  start(): void {
    this.#timer = setInterval(() => this.#regular(), refreshMs);
    addEventListener('online', this.#networkChanged);
    addEventListener('offline', this.#networkChanged);
    document.addEventListener('visibilitychange', this.#seenAgain);
    void this.refresh();
  }

  stop(): void {
    this.#live.stop();
    this.#measured.stop();
    clearInterval(this.#timer);
    clearTimeout(this.#pending);
    clearTimeout(this.#backTimer);
    removeEventListener('online', this.#networkChanged);
    removeEventListener('offline', this.#networkChanged);
    document.removeEventListener('visibilitychange', this.#seenAgain);
    this.#pending = undefined;
    this.#connection.reset();
    this.reasons = [];
    this.sites = [];
    this.#become(null);
  }

  /** Whether there is more than one to choose from. */
  get isOneOfSeveral(): boolean {
    return this.sites.length > 1;
  }

  /** Shows another one, where it may be seen; it is remembered on this device. */
  choose(id: string): void {
    if (id === this.id || !this.sites.some(site => site.id === id)) return;
    writePreference('site', id);
    this.#become(id);
    this.#changed();
    this.#running = null;
    void this.refresh();
  }

  /** Shows the site of a gateway, where that is another one that may be seen. */
  async chooseOf(gateway: string): Promise<void> {
    if (!this.isOneOfSeveral || !this.isLoaded || this.gateway(gateway) !== undefined) return;
    try {
      const found = (await api.gatewaysOfAll()).find(({ id }) => id === gateway);
      if (found !== undefined) this.choose(found.site);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
    }
  }

  /** Nothing of another site is shown for this one, not even for a moment. */
  #become(id: string | null): void {
    this.id = id;
    setSite(id);
    askOfSite(id ?? '', this.isOneOfSeveral);
    this.#live.stop();
    this.#measured.stop();
    this.meters = [];
    this.gateways = [];
    this.settings = null;
    this.ledger = null;
    this.#ledgerAskedMs = Number.NEGATIVE_INFINITY;
    this.isLoaded = false;
    this.#connection.error = null;
    if (id !== null) this.#live.start();
  }

  /** Asks anew which there are, as after one was made, named or removed. */
  async refreshSites(): Promise<void> {
    await this.#findSites();
    await this.refresh();
    this.#changed();
  }

  /** Finds out what may be seen: the one the address names is shown, or the one chosen here before, or the first. */
  async #findSites(): Promise<void> {
    const wasAlone = !this.isOneOfSeveral;
    this.sites = await api.sites();
    const chosen = [this.id ?? this.wanted, readPreference('site')].find(id =>
      this.sites.some(site => site.id === id),
    );
    const id = chosen ?? this.sites[0]?.id ?? null;
    if (id !== this.id || wasAlone === this.isOneOfSeveral) this.#become(id);
  }

  meter(key: string): Meter | undefined {
    return this.meters.find(meter => meter.key === key);
  }

  gateway(id: string): Gateway | undefined {
    return this.gateways.find(gateway => gateway.id === id);
  }

  /** When the newest value was measured; null where there is none. */
  get newestMs(): number | null {
    const times = this.meters.flatMap(({ latest, lastWindowMs }) => [latest?.atMs ?? 0, lastWindowMs ?? 0]);
    const newest = Math.max(0, ...times);
    return newest === 0 ? null : newest;
  }

  get link(): LinkState {
    return this.#connection.link;
  }

  /** Why the host could not be asked; what it said before stays. */
  get error(): RequestError | null {
    return this.#connection.error;
  }

  /** When the host is asked again, by this device's clock, where the host named a time itself. */
  get retryAtMs(): number | null {
    return this.#connection.retryAtMs;
  }

  /** Whether the connection is lost for so long that it is worth a word. */
  get isLost(): boolean {
    return this.#connection.isLost;
  }

  /** That the connection is back, for a moment after it was told that it was lost. */
  get isBack(): boolean {
    return this.#connection.isBack;
  }

  /** Tries at once: the stream where it is down, and everything else. */
  reconnect(): void {
    this.#connection.retryAtMs = null;
    if (this.link === 'reconnecting') this.#live.reopen();
    void this.refresh();
  }

  /** Asks the host for everything, once at a time; a live value that came in meanwhile is newer and stays. */
  refresh(): Promise<void> {
    if (this.#running !== null) return this.#running;
    const running = this.#ask().finally(() => {
      if (this.#running === running) this.#running = null;
    });
    this.#running = running;
    return running;
  }

  async #ask(): Promise<void> {
    try {
      if (this.id === null) await this.#findSites();
      const { id } = this;
      const [meters, gateways, settings, { reasons }] = await Promise.all([
        api.meters(),
        api.gateways(),
        id === null ? null : api.site(),
        api.health(),
      ]);
      // Another one was chosen meanwhile, and is asked for.
      if (id !== this.id) return;
      this.reasons = reasons;
      this.meters = meters.map(meter => withNewer(meter, this.meter(meter.key)));
      this.gateways = gateways;
      this.settings = settings;
      this.isLoaded = true;
      this.#answered();
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      this.#failed(error);
    }
    this.#changed();
    if (this.isLoaded) await this.#account();
  }

  #failed(error: RequestError): void {
    if (error.code === 'site.unknown') this.id = null;
    const waitMs = this.#connection.failed(error, this.isLoaded, this.id === null);
    if (error.status === 401) this.dispatchEvent(new Event('signedOut'));
    else if (waitMs !== null) this.#soon(waitMs);
  }

  /** Live again and answered: what was missed is there, and views may ask for theirs. */
  #answered(): void {
    const missed = this.#connection.answered();
    if (missed === null) return;
    clearTimeout(this.#backTimer);
    if (this.isBack) this.#backTimer = setTimeout(() => this.#changed(), backMs + 50);
    this.dispatchEvent(new CustomEvent('restored', { detail: missed }));
  }

  #regular(): void {
    if (this.#connection.isDue) void this.refresh();
  }

  readonly #networkChanged = () => this.#live.reopen();

  /** A tab that was put away may have slept: what it shows is asked for anew. */
  readonly #seenAgain = () => {
    if (!document.hidden) this.#soon();
  };

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
    const isToBeAsked = this.#connection.linked(state);
    this.#changed();
    if (isToBeAsked) this.#soon();
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

  #soon(waitMs = settleMs): void {
    this.#pending ??= setTimeout(() => {
      this.#pending = undefined;
      void this.refresh();
    }, waitMs);
  }

  #changed(): void {
    this.dispatchEvent(new Event('change'));
  }
}

function withNewer(fresh: Meter, known: Meter | undefined): Meter {
  const isOlder = known?.latest != null && (fresh.latest === null || fresh.latest.atMs < known.latest.atMs);
  return isOlder ? { ...fresh, latest: known.latest } : fresh;
}
