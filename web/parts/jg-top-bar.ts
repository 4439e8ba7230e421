import { css, html, nothing, type TemplateResult } from 'lit';
import { type Address, dataAddress, formatAddress, gatewayAddress, type View } from '../address.ts';
import { historyAddress } from '../addresses/history-address.ts';
import { ledgerAddress } from '../addresses/ledger-address.ts';
import { chooseLanguage, language, languageIds, languages, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import type { LinkState } from '../live.ts';
import { basics, controls } from '../styles.ts';
import { chooseTheme, theme, themes } from '../theme.ts';
import { icon } from './icons.ts';

/** What the bar leads to. */
type Target = Exclude<View, 'meter'>;

const targets: Readonly<Record<Target, Address>> = Object.freeze({
  overview: { view: 'overview' },
  history: historyAddress(null),
  structure: { view: 'structure' },
  ledger: ledgerAddress(null),
  gateways: gatewayAddress(null),
  data: dataAddress('corrections'),
  settings: { view: 'settings' },
});

const main: readonly Target[] = Object.freeze([
  'overview',
  'history',
  'structure',
  'ledger',
  'gateways',
  'data',
]);

/** Product, views, whether values are live, and a menu for language, appearance and signing out. */
export class JgTopBar extends JgElement {
  static override properties = {
    user: { attribute: false },
    view: { attribute: false },
    link: { attribute: false },
  };
  static override styles = [
    basics,
    controls,
    css`
      header {
        display: flex;
        align-items: center;
        gap: 0.5rem;
        max-width: 80rem;
        margin: 0 auto;
        padding: 0.75rem clamp(1rem, 3vw, 2.5rem);
      }
      .brand {
        display: flex;
        align-items: center;
        gap: 0.625rem;
        font-weight: 650;
        font-size: 1.0625rem;
        letter-spacing: -0.01em;
        margin-right: 1rem;
        color: inherit;
        text-decoration: none;
      }
      .mark {
        display: grid;
        place-items: center;
        width: 2rem;
        height: 2rem;
        border-radius: 9px;
        background: light-dark(#2a5bd7, #2f5fd6);
        color: #fff;
      }
      nav {
        display: flex;
        gap: 0.25rem;
      }
      nav a {
        display: flex;
        align-items: center;
        gap: 0.5rem;
        padding: 0.5rem 0.75rem;
        border-radius: var(--jg-radius-small);
        color: var(--jg-muted);
        text-decoration: none;
        font-weight: 500;
      }
      nav a:hover {
        background: var(--jg-idle-tint);
      }
      nav a[aria-current] {
        color: var(--jg-accent);
        background: var(--jg-accent-tint);
      }
      .space {
        flex: 1;
      }
      .link {
        display: flex;
        align-items: center;
        gap: 0.5rem;
        font-size: 0.875rem;
        font-weight: 500;
        color: var(--jg-well);
        padding: 0.25rem 0.5rem;
        white-space: nowrap;
      }
      .link::before {
        content: '';
        width: 0.5rem;
        height: 0.5rem;
        border-radius: 50%;
        background: currentColor;
      }
      .link.reconnecting,
      .link.connecting {
        color: var(--jg-warn);
      }
      .link.reconnecting::before,
      .link.connecting::before {
        background: none;
        border: 2px solid currentColor;
      }
      .link.reconnecting::before {
        animation: blink 1s infinite alternate;
      }
      @keyframes blink {
        to {
          opacity: 0.2;
        }
      }
      .menu {
        padding: 0.375rem 0.625rem;
      }
      .popover {
        position: fixed;
        inset: 4rem max(1rem, calc((100vw - 80rem) / 2 + 2.5rem)) auto auto;
        width: 16rem;
        margin: 0;
        padding: 1.25rem;
        color: inherit;
      }
      .popover:popover-open {
        display: grid;
        gap: 1rem;
      }
      .strip {
        display: none;
        padding: 0.375rem 1rem;
        font-size: 0.875rem;
        background: var(--jg-warn-tint);
        color: var(--jg-warn);
      }
      @media (max-width: 40rem) {
        .strip {
          display: block;
        }
        .link span {
          position: absolute;
          width: 1px;
          height: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }
        .name {
          margin-right: 0.5rem;
        }
        .brand {
          margin-right: 0;
        }
        header {
          gap: 0.25rem;
        }
        /* Within reach of the thumb. */
        nav {
          position: fixed;
          inset: auto 0 0;
          z-index: 2;
          justify-content: space-around;
          gap: 0;
          padding: 0.25rem 0.25rem calc(0.25rem + env(safe-area-inset-bottom));
          background: var(--jg-surface);
          border-top: 1px solid var(--jg-border);
        }
        nav a {
          flex: 1;
          flex-direction: column;
          gap: 0.125rem;
          padding: 0.375rem 0.25rem;
          font-size: 0.75rem;
        }
      }
    `,
  ];

  declare user: string | null;
  declare view: View;
  declare link: LinkState | null;

  constructor() {
    super();
    this.user = null;
    this.view = 'overview';
    this.link = null;
  }

  protected override render(): TemplateResult {
    const { nav, product, settings } = words();
    return html`<header>
      <a class="brand" href=${formatAddress(targets.overview)} aria-label=${product} @click=${this.#to(targets.overview)}>
        <span class="mark">${icon('logo')}</span><span class="name">${product}</span>
      </a>
      ${this.user === null ? nothing : html`<nav aria-label=${nav.main}>${main.map(view => this.#item(view))}</nav>`}
      <span class="space"></span>
      ${this.#linkState()}
      <button class="quiet menu" popovertarget="menu" aria-label=${settings.title}>${icon('menu')}</button>
      <div id="menu" class="popover panel" popover>
        ${this.#choice(
          'language',
          settings.language,
          language(),
          languageIds.map(id => [id, languages[id].language]),
          chooseLanguage,
        )}
        ${this.#choice(
          'theme',
          settings.theme,
          theme(),
          themes.map(id => [id, settings[id]]),
          chooseTheme,
        )}
        ${this.user === null ? nothing : html`<button popovertarget="menu" popovertargetaction="hide" @click=${() => this.tell('jg-sign-out')}>${nav.signOut} (${this.user})</button>`}
      </div>
    </header>${this.#strip()}`;
  }

  #item(view: Target): TemplateResult {
    const target = targets[view];
    return html`<a
      href=${formatAddress(target)}
      aria-current=${this.view === view ? 'page' : nothing}
      @click=${this.#to(target)}
      >${icon(view)}${words().nav[view]}</a
    >`;
  }

  #linkState(): TemplateResult | typeof nothing {
    if (this.link === null || this.link === 'stopped') return nothing;
    const { link } = words();
    return html`<span class="link ${this.link}" role="status"><span>${link[this.link]}</span></span>`;
  }

  /** Where the bar has no room for words: what it means that values stand still. */
  #strip(): TemplateResult | typeof nothing {
    if (this.link !== 'reconnecting') return nothing;
    const { link } = words();
    return html`<p class="strip">${link.reconnecting}. ${link.help}</p>`;
  }

  #choice(
    id: string,
    label: string,
    chosen: string,
    options: readonly (readonly [value: string, text: string])[],
    choose: (value: string) => void,
  ): TemplateResult {
    return html`<div class="field">
      <label for=${id}>${label}</label>
      <select id=${id} @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}>
        ${options.map(([value, text]) => html`<option value=${value} ?selected=${value === chosen}>${text}</option>`)}
      </select>
    </div>`;
  }

  /** A plain click stays in the page; with a key held the browser opens its tab as usual. */
  #to(address: Address) {
    return (event: MouseEvent) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      this.tell('jg-address', address);
    };
  }
}

customElements.define('jg-top-bar', JgTopBar);
