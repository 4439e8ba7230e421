import { css, html, nothing, type TemplateResult } from 'lit';
import { type Address, formatAddress, parseAddress } from '../address.ts';
import { api, RequestError } from '../api.ts';
import { errorText } from '../error-text.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import '../parts/jg-notice.ts';
import '../parts/jg-top-bar.ts';
import { readPreference, writePreference } from '../preferences.ts';
import { Site } from '../site.ts';
import { basics, controls } from '../styles.ts';
import './jg-ledger.ts';
import './jg-overview.ts';
import './jg-sign-in.ts';

/** A part of the page that is loaded when it is needed. */
type Part = 'loading' | 'ready' | 'failed';

/** Where the page is between being opened and showing values. */
type Phase = 'starting' | 'unreachable' | 'setUp' | 'signIn' | 'signedIn';

const retryMs = 3000;

/** The page: finds out who may see what, holds the site's state and shows the view of the address. */
export class JgApp extends JgElement {
  static override properties = {
    phase: { state: true },
    address: { state: true },
    charts: { state: true },
    pages: { state: true },
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
  declare charts: Part;
  declare pages: Part;
  readonly #site = new Site();
  #user: string | null = null;
  #hasEnded = false;
  #error: unknown = null;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.phase = 'starting';
    this.charts = 'loading';
    this.pages = 'loading';
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

  /** The charts are half of the page's code and come after what is seen first. */
  async #loadHistory(): Promise<void> {
    try {
      await import('./jg-history.ts');
      this.charts = 'ready';
    } catch {
      this.charts = 'failed';
    }
  }

  /** The pages of gateways are for now and then. */
  async #loadPages(): Promise<void> {
    try {
      await import('./jg-gateways.ts');
      this.pages = 'ready';
    } catch {
      this.pages = 'failed';
    }
  }

  #enter(user: string): void {
    writePreference('signedIn', 'yes');
    this.#user = user;
    this.#hasEnded = false;
    this.phase = 'signedIn';
    this.#site.start();
    void this.#loadHistory();
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
    switch (address.view) {
      case 'history':
        return this.#history(address);
      case 'ledger':
        return html`<jg-ledger .meters=${this.#site.meters} .address=${address}></jg-ledger>`;
      case 'gateways':
        return this.#gateways(address);
      case 'overview':
        return this.#overview();
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

  #history(address: Address): TemplateResult {
    return (
      this.#waiting(this.charts) ??
      html`<jg-history .site=${this.#site} .meters=${this.#site.meters} .address=${address}></jg-history>`
    );
  }

  #gateways(address: Extract<Address, { view: 'gateways' }>): TemplateResult {
    if (this.pages === 'loading') void this.#loadPages();
    return (
      this.#waiting(this.pages) ??
      html`<jg-gateways .site=${this.#site} .gateways=${this.#site.gateways} .address=${address}></jg-gateways>`
    );
  }

  /** What is shown of a part of the page that is not there yet. */
  #waiting(part: Part): TemplateResult | undefined {
    if (part === 'loading') return html`<p class="muted" role="status">${words().load.loading}</p>`;
    if (part === 'failed') return html`<jg-notice kind="bad" .text=${words().load.part}></jg-notice>`;
    return undefined;
  }

  #skip(event: Event): void {
    event.preventDefault();
    this.renderRoot.querySelector<HTMLElement>('main')?.focus();
  }
}

customElements.define('jg-app', JgApp);
