import { css, html, nothing, type TemplateResult } from 'lit';
import { type Address, formatAddress } from '../address.ts';
import { goTo } from '../go-to.ts';
import { JgElement } from '../jg-element.ts';
import { basics } from '../styles.ts';

/** A part of a view, with an address of its own. */
export interface Tab {
  readonly address: Address;
  readonly text: string;
  readonly isShown: boolean;
}

/**
 * The parts of a view as links in one row. Where there is no room for all of them the row is scrolled: an edge behind which
 * there are more fades under an arrow, and the part that is shown is always in sight, as is a link that gets the focus by keys.
 */
export class JgTabs extends JgElement {
  static override properties = {
    label: { attribute: false },
    tabs: { attribute: false },
    isMoreBefore: { state: true },
    isMoreAfter: { state: true },
  };
  static override styles = [
    basics,
    css`
      :host {
        position: relative;
        min-width: 0;
        box-shadow: inset 0 -1px var(--jg-border);
      }
      nav {
        --before: 0rem;
        --after: 0rem;
        display: flex;
        gap: 0.25rem;
        overflow-x: auto;
        overscroll-behavior-x: contain;
        scrollbar-width: none;
        mask-image: linear-gradient(
          to right,
          transparent calc(var(--before) / 2),
          black var(--before),
          black calc(100% - var(--after)),
          transparent calc(100% - var(--after) / 2)
        );
      }
      .before nav {
        --before: 3rem;
      }
      .after nav {
        --after: 3rem;
      }
      .before::before,
      .after::after {
        position: absolute;
        top: 50%;
        width: 0.5rem;
        height: 0.5rem;
        border: solid var(--jg-muted);
        border-width: 2px 2px 0 0;
        content: '';
        pointer-events: none;
      }
      .before::before {
        left: 0.25rem;
        transform: translateY(-50%) rotate(-135deg);
      }
      .after::after {
        right: 0.25rem;
        transform: translateY(-50%) rotate(45deg);
      }
      a {
        flex: none;
        padding: 0.5rem 0.875rem;
        border-bottom: 3px solid transparent;
        color: var(--jg-muted);
        text-decoration: none;
        font-weight: 500;
        white-space: nowrap;
      }
      a:hover {
        color: var(--jg-text);
      }
      a[aria-current] {
        color: var(--jg-accent);
        border-color: var(--jg-accent);
      }
      /* Beside what they lead to, where there is room for that, as a list. */
      @media (min-width: 56.01rem) {
        :host([beside]) {
          box-shadow: none;
        }
        :host([beside]) nav {
          display: grid;
          gap: 0.125rem;
        }
        :host([beside]) a {
          padding: 0.5rem 0.75rem;
          border: 0;
          border-radius: var(--jg-radius-small);
        }
        :host([beside]) a:hover {
          background: var(--jg-idle-tint);
        }
        :host([beside]) a[aria-current] {
          background: var(--jg-accent-tint);
        }
      }
      /* What scrolls would cut an outline that lies around it. */
      a:focus-visible {
        outline-offset: -3px;
      }
      @media (max-width: 40rem) {
        nav {
          gap: 0;
        }
        a {
          padding-inline: 0.625rem;
          font-size: 0.9375rem;
        }
      }
    `,
  ];

  declare label: string;
  declare tabs: readonly Tab[];
  declare isMoreBefore: boolean;
  declare isMoreAfter: boolean;
  readonly #resized = new ResizeObserver(() => this.#show());
  #shown: string | null = null;

  constructor() {
    super();
    this.label = '';
    this.tabs = [];
    this.isMoreBefore = false;
    this.isMoreAfter = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized.disconnect();
  }

  protected override updated(): void {
    const shown = JSON.stringify(this.tabs);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#show();
  }

  protected override render(): TemplateResult {
    return html`<div class="${this.isMoreBefore ? 'before' : ''} ${this.isMoreAfter ? 'after' : ''}">
      <nav aria-label=${this.label} @scroll=${this.#look} @focusin=${this.#focused}>
        ${this.tabs.map(
          ({ address, text, isShown }) =>
            html`<a href=${formatAddress(address)} aria-current=${isShown ? 'page' : nothing} @click=${goTo(address)}>${text}</a>`,
        )}
      </nav>
    </div>`;
  }

  #show(): void {
    const link = this.renderRoot.querySelector<HTMLElement>('[aria-current]');
    if (link !== null) this.#bring(link);
  }

  /** Browsers leave alone what is in sight in part. Under a finger or a mouse nothing may move: the click would be lost. */
  readonly #focused = ({ target }: FocusEvent): void => {
    if (target instanceof HTMLElement && target.matches(':focus-visible')) this.#bring(target);
  };

  /** Brings a link to the middle of the row, and never moves the page. */
  #bring(link: HTMLElement): void {
    const nav = this.renderRoot.querySelector('nav');
    if (nav === null) return;
    nav.scrollLeft = link.offsetLeft - (nav.clientWidth - link.offsetWidth) / 2;
    this.#look();
  }

  readonly #look = (): void => {
    const nav = this.renderRoot.querySelector('nav');
    if (nav === null) return;
    const { scrollLeft, scrollWidth, clientWidth } = nav;
    this.isMoreBefore = scrollLeft > 1;
    this.isMoreAfter = scrollLeft + clientWidth < scrollWidth - 1;
  };
}

customElements.define('jg-tabs', JgTabs);
