import { css, html, nothing, type TemplateResult } from 'lit';
import { type Address, formatAddress, parseAddress, type View } from '../address.ts';
import { api, RequestError } from '../api.ts';
import { errorText } from '../error-text.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import '../parts/jg-notice.ts';
import '../parts/jg-top-bar.ts';
import { readPreference, writePreference } from '../preferences.ts';
import { Site } from '../site.ts';
import { basics, controls } from '../styles.ts';
import './jg-overview.ts';
import './jg-sign-in.ts';
import { loadView } from './view-modules.ts';

/** The code of a view, which is loaded when the view is first wanted. */
type ViewModule = 'loading' | 'ready' | 'failed';

/** Where the page is between being opened and showing values. */
type Phase = 'starting' | 'unreachable' | 'setUp' | 'signIn' | 'signedIn';

const retryMs = 3000;

/** The page: finds out who may see what, holds the site's state and shows the view of the address. */
export class JgApp extends JgElement {
  static override properties = {
    phase: { state: true },
    address: { state: true },
    modules: { state: true },
  };
  static override styles = [
    basics,
    controls,
    css`
      main {
        max-width: 80rem;
        margin: 0 auto;
        padding: 1.5rem clamp(1rem, 3vw, 2.5rem) 4rem;
      }
      @media (max-width: 40rem) {
        main {
          padding-bottom: 6rem;
        }
      }
      main:focus {
        outline: none;
      }
      .skip {
        position: absolute;
        left: 1rem;
        top: -4rem;
        z-index: 3;
        background: var(--jg-surface);
        padding: 0.5rem 1rem;
        border-radius: var(--jg-radius-small);
      }
      .skip:focus {
        top: 0.75rem;
      }
      .health {
        display: grid;
        gap: 0.5rem;
        margin-bottom: 1.5rem;
      }
      .alone {
        display: grid;
        place-items: center;
        min-height: 60vh;
      }
    `,
  ];

  declare phase: Phase;
  declare address: Address;
  declare modules: Readonly<Partial<Record<View, ViewModule>>>;
  readonly #site = new Site();
  #user: string | null = null;
  #hasEnded = false;
  #error: unknown = null;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.phase = 'starting';
    this.modules = {};
    this.address = parseAddress(location.hash);
    this.#site.addEventListener('change', () => this.requestUpdate());
    this.#site.addEventListener('signedOut', () => this.#ended());
    this.addEventListener('jg-address', event => this.#go((event as CustomEvent<Address>).detail));
    this.addEventListener('jg-signed-in', event => this.#enter((event as CustomEvent<string>).detail));
    this.addEventListener('jg-sign-out', () => void this.#signOut());
    this.addEventListener('jg-refresh', () => void this.#site.refresh());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('popstate', this.#moved);
    void this.#start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('popstate', this.#moved);
    clearTimeout(this.#retry);
    this.#site.stop();
  }

  readonly #moved = () => {
    this.address = parseAddress(location.hash);
  };

  async #start(): Promise<void> {
    try {
      const health = await api.health();
      if (!health.setUp) this.phase = 'setUp';
      // Asking for a session that is not there is an error in the browser's console: only ask where one may be.
      else if (readPreference('signedIn') === null) this.phase = 'signIn';
      else this.#enter((await api.session()).user);
    } catch (error) {
      if (error instanceof RequestError && error.status === 401) return this.#ended();
      this.#error = error;
      this.phase = 'unreachable';
      this.#retry = setTimeout(() => void this.#start(), retryMs);
    }
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

  #enter(user: string): void {
    writePreference('signedIn', 'yes');
    this.#user = user;
    this.#hasEnded = false;
    this.phase = 'signedIn';
    this.#site.start();
    // The charts are half of the page's code and come after what is seen first.
    void this.#load('history');
  }

  #ended(): void {
    writePreference('signedIn', null);
    this.#site.stop();
    this.#hasEnded = true;
    this.phase = 'signIn';
  }

  async #signOut(): Promise<void> {
    // The host may be gone or the session over: signed out is what the person wants to be either way.
    await api.signOut().catch(() => undefined);
    this.#ended();
    this.#hasEnded = false;
    this.requestUpdate();
  }

  #go(address: Address): void {
    history.pushState(null, '', formatAddress(address));
    this.address = address;
  }

  protected override willUpdate(): void {
    const { view } = this.address;
    if (this.phase === 'signedIn' && this.modules[view] === undefined) void this.#load(view);
  }

  protected override updated(): void {
    const { nav, product, signIn } = words();
    const view = this.phase === 'signedIn' ? nav[this.address.view] : signIn.title;
    document.title = `${view} · ${product}`;
  }

  protected override render(): TemplateResult {
    const isIn = this.phase === 'signedIn';
    return html`
      <a class="skip" href="#main" @click=${this.#skip}>${words().nav.skip}</a>
      <jg-top-bar
        .user=${isIn ? this.#user : null}
        .view=${this.address.view}
        .link=${isIn ? this.#site.link : null}
      ></jg-top-bar>
      <main id="main" tabindex="-1">${isIn ? this.#health() : nothing}${this.#view()}</main>
    `;
  }

  #view(): TemplateResult | typeof nothing {
    switch (this.phase) {
      case 'starting':
        return nothing;
      case 'unreachable':
        return html`<div class="alone"><jg-notice kind="bad" .text=${errorText(this.#error)}></jg-notice></div>`;
      case 'setUp':
      case 'signIn':
        return html`<jg-sign-in .isSetup=${this.phase === 'setUp'} .hasEnded=${this.#hasEnded}></jg-sign-in>`;
      case 'signedIn':
        return this.#signedIn(this.address);
    }
  }

  #signedIn(address: Address): TemplateResult {
    const module = this.modules[address.view];
    if (address.view !== 'overview' && module !== 'ready') return this.#waiting(module);
    const site = this.#site;
    switch (address.view) {
      case 'overview':
        return this.#overview();
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
      case 'data':
        return html`<jg-data .site=${site} .meters=${site.meters} .address=${address}></jg-data>`;
      case 'settings':
        return html`<jg-settings .site=${site} .user=${this.#user}></jg-settings>`;
    }
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

  #overview(): TemplateResult {
    const { meters, gateways, isLoaded, error, ledger } = this.#site;
    return html`<jg-overview
      .meters=${meters}
      .gateways=${gateways}
      .ledger=${ledger}
      .isLoaded=${isLoaded}
      .error=${error}
    ></jg-overview>`;
  }

  /** What is shown of a view whose code is not there yet. */
  #waiting(module: ViewModule | undefined): TemplateResult {
    return module === 'failed'
      ? html`<jg-notice kind="bad" .text=${words().load.part}></jg-notice>`
      : html`<p class="muted" role="status">${words().load.loading}</p>`;
  }

  #skip(event: Event): void {
    event.preventDefault();
    this.renderRoot.querySelector<HTMLElement>('main')?.focus();
  }
}

customElements.define('jg-app', JgApp);
