import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type { Session } from '../../host/api/contract.ts';
import { setSession } from '../access.ts';
import { shareTokenOf } from '../account/share-token.ts';
import { type Address, formatAddress, parseAddress, type View } from '../address.ts';
import type { OverviewAddress } from '../addresses/overview-address.ts';
import { siteInHash, withSite } from '../addresses/site-in-hash.ts';
import { OpenAlarms } from '../alarms/open-alarms.ts';
import { api, RequestError } from '../api.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { KeyReader } from './key-reader.ts';
import { isForPage } from './key-use.ts';
import { type KeyCommand, sendViewCommand } from './keys.ts';
import './jg-away.ts';
import './jg-connection.ts';
import { JgKeys } from './jg-keys.ts';
import './jg-link.ts';
import './jg-newer.ts';
import '../parts/jg-notice.ts';
import './jg-top-bar.ts';
import { readPreference, writePreference } from '../preferences.ts';
import { Site } from '../site/site.ts';
import { basics, controls } from '../styles.ts';
import { settle } from './app-arrival.ts';
import { appStyles } from './app-styles.ts';
import { Places } from './places.ts';
import { isOpen, targets } from './targets.ts';
import '../overview/jg-overview.ts';
import './jg-sign-in.ts';
import { gatewayOf, subjectOf, titleOf } from './app-title.ts';
import { loadView } from './view-modules.ts';

/** The code of a view, which is loaded when the view is first wanted. */
type ViewModule = 'loading' | 'ready' | 'failed';

/** Where the page is between being opened and showing values. */
type Phase = 'starting' | 'unreachable' | 'setUp' | 'signIn' | 'newPassword' | 'link' | 'signedIn';

const retryMs = 3000;
const chartsAfterMs = 2000;

/** The page: finds out who may see what, holds the site's state and shows the view of the address. */
export class JgApp extends JgElement {
  static override properties = {
    phase: { state: true },
    address: { state: true },
    modules: { state: true },
  };
  static override styles = [basics, controls, appStyles];

  declare phase: Phase;
  declare address: Address;
  declare modules: Readonly<Partial<Record<View, ViewModule>>>;
  readonly #site = new Site();
  readonly #keys = new KeyReader();
  readonly #places = new Places(history);
  readonly #openAlarms = new OpenAlarms(() => this.requestUpdate());
  /** Who is signed in, or was a moment ago. */
  #session: Session | null = null;
  /** What of the address lets a stranger in; it is in no history. */
  #linkToken: string | null = null;
  #hasEnded = false;
  /** The gateway whose site was looked for last. */
  #sought: string | null = null;
  #error: unknown = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  /** Another view was gone to and is not drawn yet. */
  #arriving: { readonly topPx: number } | null = null;

  constructor() {
    super();
    this.phase = 'starting';
    this.modules = {};
    this.#takeLink();
    this.address = parseAddress(location.hash);
    this.#site.wanted = siteInHash(location.hash);
    this.#site.addEventListener('change', () => this.requestUpdate());
    this.#site.addEventListener('signedOut', () => {
      if (this.phase === 'signedIn') this.#ended();
    });
    this.#site.addEventListener('alarm', () => this.#openAlarms.askSoon());
    this.#site.addEventListener('restored', () => {
      this.#loadFailed();
      this.#openAlarms.askSoon();
    });
    this.addEventListener('jg-address', event => this.#go((event as CustomEvent<Address>).detail));
    this.addEventListener('jg-signed-in', event => this.#enter((event as CustomEvent<Session>).detail));
    this.addEventListener('jg-link-closed', () => this.#closeLink());
    this.addEventListener('jg-second-factor', event =>
      this.#hasFactor((event as CustomEvent<boolean>).detail),
    );
    this.addEventListener('jg-sign-out', () => void this.#signOut());
    this.addEventListener('jg-site', event => this.#chooseSite((event as CustomEvent<string>).detail));
    this.addEventListener('jg-sites', () => void this.#site.refreshSites());
    this.addEventListener('jg-refresh', () => void this.#site.refresh());
    this.addEventListener('jg-reconnect', () => this.#reconnect());
    this.addEventListener('jg-keys', () => this.#listKeys());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // The browser would scroll before the view is there.
    history.scrollRestoration = 'manual';
    window.addEventListener('popstate', this.#moved);
    window.addEventListener('scroll', this.#scrolled, { passive: true });
    window.addEventListener('keydown', this.#pressed);
    window.addEventListener('online', this.#online);
    void this.#start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('popstate', this.#moved);
    window.removeEventListener('scroll', this.#scrolled);
    window.removeEventListener('keydown', this.#pressed);
    window.removeEventListener('online', this.#online);
    clearTimeout(this.#retry);
    this.#site.stop();
  }

  get #main(): HTMLElement | null {
    return this.renderRoot.querySelector('main');
  }

  get #view(): HTMLElement | null {
    return this.#main?.querySelector<HTMLElement>(`jg-${this.address.view}`) ?? null;
  }

  readonly #moved = () => {
    if (this.#takeLink()) {
      void this.#start();
      return;
    }
    const site = siteInHash(location.hash);
    if (site !== null) this.#site.choose(site);
    this.#arrive(parseAddress(location.hash), this.#places.arrive());
  };

  /** A link's token goes out of the address and the history at once; whether there was one. */
  #takeLink(): boolean {
    const token = shareTokenOf(location.hash);
    if (token === null) return false;
    this.#linkToken = token;
    history.replaceState(null, '', formatAddress(targets.overview));
    return true;
  }

  #chooseSite(id: string): void {
    this.#site.choose(id);
    const { address } = this;
    // What is about a meter or a gateway is of their site: another one begins at the view's beginning.
    if (gatewayOf(address) === null) this.#go(address);
    else this.#go(targets[address.view === 'meter' ? 'overview' : address.view]);
  }

  readonly #scrolled = () => {
    // While a view is being drawn the window scrolls because it is short.
    if (this.#arriving === null) this.#places.scrolled(window.scrollY);
  };

  readonly #online = () => {
    if (this.phase === 'unreachable') this.#reconnect();
  };

  readonly #pressed = (event: KeyboardEvent) => {
    if (this.phase !== 'signedIn' || !isForPage(event)) return;
    const command = this.#keys.read(event.key, event.timeStamp);
    if (command !== null && this.#do(command)) event.preventDefault();
  };

  #do(command: KeyCommand): boolean {
    switch (command.is) {
      case 'list':
        this.#listKeys();
        return true;
      case 'go':
        if (!isOpen(command.view)) return false;
        this.#go(targets[command.view]);
        return true;
      case 'refresh':
        this.#site.reconnect();
        break;
    }
    return this.#view !== null && sendViewCommand(this.#view, command);
  }

  #listKeys(): void {
    const list = this.renderRoot.querySelector('jg-keys');
    if (list instanceof JgKeys) list.open();
  }

  async #start(): Promise<void> {
    clearTimeout(this.#retry);
    try {
      if (this.#linkToken !== null) {
        await this.#askForLink();
        return;
      }
      // Asking for a session that is not there is an error in the browser's console: only ask where one may be.
      if (readPreference('signedIn') !== null && (await this.#resume())) return;
      const { setUp } = await api.health();
      this.#hasEnded &&= setUp;
      this.phase = setUp ? 'signIn' : 'setUp';
    } catch (error) {
      this.#error = error;
      this.phase = 'unreachable';
      this.requestUpdate();
      const waitS = error instanceof RequestError ? (error.retryAfterS ?? 0) : 0;
      this.#retry = setTimeout(() => void this.#start(), Math.max(retryMs, waitS * 1000));
    }
  }

  /** Who was signed in most likely is: nothing else is asked before. False where the session is over. */
  async #resume(): Promise<boolean> {
    try {
      this.#enter(await api.session());
      return true;
    } catch (error) {
      if (!(error instanceof RequestError && error.status === 401)) throw error;
      writePreference('signedIn', null);
      this.#hasEnded = true;
      return false;
    }
  }

  /** Opening a link ends the session there is: who has one is asked before. */
  async #askForLink(): Promise<void> {
    this.#session = null;
    if (readPreference('signedIn') !== null) {
      try {
        this.#session = await api.session();
      } catch (error) {
        if (!(error instanceof RequestError && error.status === 401)) throw error;
        writePreference('signedIn', null);
      }
    }
    this.phase = 'link';
    this.requestUpdate();
  }

  /** The link is over, or who is signed in stays. */
  #closeLink(): void {
    this.#linkToken = null;
    const session = this.#session;
    if (session === null) void this.#start();
    else this.#enter(session);
  }

  #reconnect(): void {
    if (this.phase === 'unreachable') void this.#start();
    else this.#site.reconnect();
  }

  async #load(view: View): Promise<void> {
    const note = (state: ViewModule) => {
      this.modules = { ...this.modules, [view]: state };
    };
    note('loading');
    try {
      await loadView(view);
      note('ready');
    } catch {
      note('failed');
    }
  }

  /** The host is back: views whose code it could not give are asked for when they are shown. */
  #loadFailed(): void {
    const ready = Object.entries(this.modules).filter(([, state]) => state !== 'failed');
    this.modules = Object.fromEntries(ready);
  }

  #enter(session: Session): void {
    writePreference('signedIn', 'yes');
    this.#session = session;
    this.#hasEnded = false;
    if (session.mustChangePassword) {
      this.phase = 'newPassword';
      return;
    }
    setSession(session);
    // By a link that was opened just now; its view is where the visitor begins.
    if (this.#linkToken !== null && session.view !== null) {
      history.replaceState(null, '', session.view);
      this.address = parseAddress(session.view);
    }
    this.#linkToken = null;
    this.phase = 'signedIn';
    this.#site.stop();
    this.#site.start();
    // The charts are half of the page's code and come after what is seen first.
    setTimeout(() => {
      if (this.modules.history === undefined) void this.#load('history');
    }, chartsAfterMs);
  }

  #hasFactor(hasSecondFactor: boolean): void {
    if (this.#session !== null) this.#session = { ...this.#session, hasSecondFactor };
    this.requestUpdate();
  }

  #ended(): void {
    writePreference('signedIn', null);
    setSession(null);
    this.#site.stop();
    this.#hasEnded = true;
    this.phase = 'signIn';
  }

  async #signOut(): Promise<void> {
    this.#site.stop();
    this.phase = 'starting';
    // The host may be gone or the session over: signed out is what the person wants to be either way.
    await api.signOut().catch(() => undefined);
    this.#ended();
    this.#hasEnded = false;
    this.requestUpdate();
  }

  #go(address: Address): void {
    const { id, isOneOfSeveral } = this.#site;
    history.pushState(null, '', withSite(formatAddress(address), isOneOfSeveral ? id : null));
    this.#arrive(address, this.#places.arrive());
  }

  /** Another view begins at its top and its heading; within a view everything stays where it is. */
  #arrive(address: Address, topPx: number): void {
    const isOther = subjectOf(address) !== subjectOf(this.address);
    this.address = address;
    if (isOther) this.#arriving = { topPx };
  }

  protected override willUpdate(): void {
    const { view } = this.address;
    this.#openAlarms.of(this.phase === 'signedIn' && this.#site.isLoaded ? this.#site.id : null);
    if (this.phase !== 'signedIn') return;
    const module = this.modules[view];
    if (module === undefined) void this.#load(view);
    const gateway = gatewayOf(this.address);
    if (gateway !== null && gateway !== this.#sought && this.#site.isLoaded) {
      this.#sought = gateway;
      void this.#site.chooseOf(gateway);
    }
  }

  protected override updated(changed: PropertyValues): void {
    const { product, signIn } = words();
    const isIn = this.phase === 'signedIn';
    const view = isIn ? titleOf(this.address, this.#site) : signIn.title;
    const site = (isIn ? this.#site.settings?.name : null) ?? product;
    document.title = `${view} · ${site}`;
    if (changed.has('address') && this.#arriving !== null) void this.#settle();
  }

  async #settle(): Promise<void> {
    const arriving = this.#arriving;
    if (arriving === null) return;
    await settle({
      topPx: arriving.topPx,
      view: () => this.#view,
      main: () => this.#main,
      isWanted: () => this.#arriving === arriving,
    });
    if (this.#arriving === arriving) this.#arriving = null;
  }

  protected override render(): TemplateResult {
    const isIn = this.phase === 'signedIn';
    return html`
      <a class="skip" href="#main" @click=${this.#skip}>${words().nav.skip}</a>
      <jg-top-bar
        .user=${isIn ? (this.#session?.user ?? null) : null}
        .sites=${isIn ? this.#site.sites : []}
        .site=${this.#site.id}
        .view=${this.address.view}
        .link=${isIn ? this.#site.link : null}
        .alarms=${isIn ? this.#openAlarms.count : 0}
      ></jg-top-bar>
      <main id="main" tabindex="-1">
        <jg-newer></jg-newer>
        ${isIn ? html`${this.#connection()}${this.#health()}` : nothing}${this.#content()}
      </main>
      <jg-keys></jg-keys>
    `;
  }

  #content(): TemplateResult | typeof nothing {
    switch (this.phase) {
      case 'starting':
        return nothing;
      case 'unreachable':
        return html`<jg-away .error=${this.#error}></jg-away>`;
      case 'setUp':
      case 'signIn':
      case 'newPassword':
        return html`<jg-sign-in
          .isSetup=${this.phase === 'setUp'}
          .hasEnded=${this.#hasEnded}
          .mustChange=${this.phase === 'newPassword' ? this.#session : null}
        ></jg-sign-in>`;
      case 'link':
        return html`<jg-link .token=${this.#linkToken} .user=${this.#session?.kind === 'account' ? this.#session.user : null}></jg-link>`;
      case 'signedIn':
        // What a view remembers is of one site.
        return html`${keyed(this.#site.id, this.#signedIn(this.address))}`;
    }
  }

  #signedIn(address: Address): TemplateResult {
    const module = this.modules[address.view];
    if (address.view !== 'overview' && module !== 'ready') return this.#waiting(module);
    const site = this.#site;
    if (site.id === null && !site.isLoaded && address.view !== 'overview') return this.#waiting(undefined);
    if (site.isLoaded && site.id === null && address.view !== 'settings')
      return html`<jg-notice kind="warn" .text=${words().account.site.none}></jg-notice>`;
    switch (address.view) {
      case 'overview':
        return this.#overview(address);
      case 'history':
        return html`<jg-history .site=${site} .meters=${site.meters} .address=${address}></jg-history>`;
      case 'meter':
        return html`<jg-meter .site=${site} .meters=${site.meters} .address=${address}></jg-meter>`;
      case 'structure':
        return html`<jg-structure .site=${site} .meters=${site.meters} .address=${address}></jg-structure>`;
      case 'ledger':
        return html`<jg-ledger .meters=${site.meters} .address=${address}></jg-ledger>`;
      case 'gateways':
        return html`<jg-gateways .site=${site} .gateways=${site.gateways} .address=${address}></jg-gateways>`;
      case 'alarms':
        return html`<jg-alarms .site=${site} .meters=${site.meters} .address=${address}></jg-alarms>`;
      case 'data':
        return html`<jg-data .site=${site} .meters=${site.meters} .address=${address}></jg-data>`;
      case 'settings':
        return html`<jg-settings
          .site=${site}
          .address=${address}
          .settings=${site.settings}
          .gateways=${site.gateways}
          .sites=${site.sites}
          .session=${this.#session}
        ></jg-settings>`;
    }
  }

  #connection(): TemplateResult {
    const { link, error, isBack } = this.#site;
    return html`<jg-connection .site=${this.#site} .link=${link} .error=${error} .isBack=${isBack}></jg-connection>`;
  }

  /** Why the host is not well, above whatever is looked at. */
  #health(): TemplateResult | typeof nothing {
    const { reasons } = this.#site;
    if (reasons.length === 0) return nothing;
    return html`<div class="health">
      ${reasons.map(
        ({ code, level, detail }) => html`<jg-notice
          kind=${level === 'failing' ? 'bad' : 'warn'}
          .text=${[words().health[code] ?? code, detail].filter(Boolean).join(' ')}
        ></jg-notice>`,
      )}
    </div>`;
  }

  #overview(address: OverviewAddress): TemplateResult {
    const { meters, gateways, isLoaded, error, ledger, settings } = this.#site;
    return html`<jg-overview
      .site=${this.#site}
      .meters=${meters}
      .gateways=${gateways}
      .ledger=${ledger}
      .tariff=${settings?.tariff ?? null}
      .address=${address}
      .isLoaded=${isLoaded}
      .error=${isLoaded ? null : error}
    ></jg-overview>`;
  }

  /** What is shown of a view whose code is not there yet. */
  #waiting(module: ViewModule | undefined): TemplateResult {
    const { load } = words();
    return module === 'failed'
      ? html`<div class="failed">
          <jg-notice kind="bad" .text=${load.part}></jg-notice>
          <button @click=${() => location.reload()}>${words().frame.newer.reload}</button>
        </div>`
      : html`<p class="muted" role="status">${load.loading}</p>`;
  }

  #skip(event: Event): void {
    event.preventDefault();
    this.#main?.focus();
  }
}

customElements.define('jg-app', JgApp);
