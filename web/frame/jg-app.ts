import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type { Session } from '../../host/api/contract.ts';
import { type Address, formatAddress, parseAddress, type View } from '../address.ts';
import type { OverviewAddress } from '../addresses/overview-address.ts';
import { siteInHash, withSite } from '../addresses/site-in-hash.ts';
import { OpenAlarms } from '../alarms/open-alarms.ts';
import { healthText } from '../health-text.ts';
import { locale, words } from '../i18n/language.ts';
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
import { notFound } from '../parts/not-found.ts';
import './jg-top-bar.ts';
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
import { Visit } from './visit.ts';

/** The code of a view, which is loaded when the view is first wanted. */
type ViewModule = 'loading' | 'ready' | 'failed';

const chartsAfterMs = 2000;
const noticeKinds = { failing: 'bad', degraded: 'warn', notice: 'info' } as const;

/** The page: holds the site's state and shows the view of the address to who may see it. */
export class JgApp extends JgElement {
  static override properties = {
    address: { state: true },
    modules: { state: true },
  };
  static override styles = [basics, controls, appStyles];

  declare address: Address;
  declare modules: Readonly<Partial<Record<View, ViewModule>>>;
  readonly #site = new Site();
  readonly #keys = new KeyReader();
  readonly #places = new Places(history);
  readonly #openAlarms = new OpenAlarms(() => this.requestUpdate());
  readonly #visit = new Visit(this, {
    entered: view => this.#entered(view),
    left: () => this.#site.stop(),
  });
  /** The gateway whose site was looked for last. */
  #sought: string | null = null;
  /** Another view was gone to and is not drawn yet. */
  #arriving: { readonly topPx: number } | null = null;

  constructor() {
    super();
    this.modules = {};
    this.#visit.takeLink();
    this.address = parseAddress(location.hash);
    this.#site.wanted = siteInHash(location.hash);
    this.#site.addEventListener('change', () => this.requestUpdate());
    this.#site.addEventListener('signedOut', () => this.#visit.end());
    this.#site.addEventListener('alarm', () => this.#openAlarms.askSoon());
    this.#site.addEventListener('restored', () => {
      this.#loadFailed();
      this.#openAlarms.askSoon();
    });
    this.addEventListener('jg-address', event => this.#go((event as CustomEvent<Address>).detail));
    this.addEventListener('jg-signed-in', event => this.#visit.enter((event as CustomEvent<Session>).detail));
    this.addEventListener('jg-link-closed', () => this.#visit.closeLink());
    this.addEventListener('jg-second-factor', event =>
      this.#visit.setSecondFactor((event as CustomEvent<boolean>).detail),
    );
    this.addEventListener('jg-sign-out', () => void this.#visit.signOut());
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
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('popstate', this.#moved);
    window.removeEventListener('scroll', this.#scrolled);
    window.removeEventListener('keydown', this.#pressed);
    window.removeEventListener('online', this.#online);
    this.#site.stop();
  }

  get #main(): HTMLElement | null {
    return this.renderRoot.querySelector('main');
  }

  get #view(): HTMLElement | null {
    return this.#main?.querySelector<HTMLElement>(`jg-${this.address.view}`) ?? null;
  }

  readonly #moved = () => {
    if (this.#visit.takeLink()) {
      void this.#visit.start();
      return;
    }
    const site = siteInHash(location.hash);
    if (site !== null) this.#site.choose(site);
    this.#arrive(parseAddress(location.hash), this.#places.arrive());
  };

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
    if (this.#visit.phase === 'unreachable') this.#reconnect();
  };

  readonly #pressed = (event: KeyboardEvent) => {
    if (!this.#visit.isIn || !isForPage(event)) return;
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

  #reconnect(): void {
    if (this.#visit.phase === 'unreachable') void this.#visit.start();
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

  #entered(view: string | null): void {
    if (view !== null) {
      history.replaceState(null, '', view);
      this.address = parseAddress(view);
    }
    this.#site.stop();
    this.#site.start();
    // The charts are half of the page's code and come after what is seen first.
    setTimeout(() => {
      if (this.modules.history === undefined) void this.#load('history');
    }, chartsAfterMs);
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
    this.#openAlarms.of(this.#visit.isIn && this.#site.isLoaded ? this.#site.id : null);
    if (!this.#visit.isIn) return;
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
    const { isIn } = this.#visit;
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
    const { isIn, session } = this.#visit;
    return html`
      <a class="skip" href="#main" @click=${this.#skip}>${words().nav.skip}</a>
      <jg-top-bar
        .user=${isIn ? (session?.user ?? null) : null}
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
    const { phase, session, error, hasEnded, linkToken } = this.#visit;
    switch (phase) {
      case 'starting':
        return nothing;
      case 'unreachable':
        return html`<jg-away .error=${error}></jg-away>`;
      case 'setUp':
      case 'signIn':
      case 'newPassword':
        return html`<jg-sign-in
          .isSetup=${phase === 'setUp'}
          .hasEnded=${hasEnded}
          .mustChange=${phase === 'newPassword' ? session : null}
        ></jg-sign-in>`;
      case 'link':
        return html`<jg-link .token=${linkToken} .user=${session?.kind === 'account' ? session.user : null}></jg-link>`;
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
    const strange = siteInHash(location.hash);
    if (strange !== null && site.isLoaded && !site.sites.some(({ id }) => id === strange))
      return notFound(words().account.codes['site.unknown'] ?? '', targets.overview, words().nav.overview);
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
          .session=${this.#visit.session}
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
      ${reasons.map(reason => {
        const { text, detail, said } = healthText(reason, words().health, locale());
        return html`<jg-notice
          kind=${noticeKinds[reason.level]}
          .text=${text}
          .detail=${detail}
          .said=${said}
        ></jg-notice>`;
      })}
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
