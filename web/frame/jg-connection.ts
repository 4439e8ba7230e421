import { css, html, nothing, type TemplateResult } from 'lit';
import { errorText } from '../error-text.ts';
import { formatAgo, formatDuration } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { icon } from '../parts/icons.ts';
import type { RequestError } from '../request-error.ts';
import { hostNow } from '../site/clock.ts';
import type { LinkState } from '../site/connection.ts';
import type { Site } from '../site/site.ts';
import { basics, controls } from '../styles.ts';
import { Ticking } from '../ticking.ts';

/** What is wrong between this page and its host, in words, while it is; that it is over, for a moment. */
export class JgConnection extends JgElement {
  static override properties = {
    site: { attribute: false },
    // What of it is drawn; the site itself stays the same object.
    link: { attribute: false },
    error: { attribute: false },
    isBack: { attribute: false },
  };
  static override styles = [
    basics,
    controls,
    css`
      .told {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.5rem 0.75rem;
        margin-bottom: 1.5rem;
        padding: 0.625rem 1rem;
        border-radius: var(--jg-radius-small);
        background: var(--jg-warn-tint);
        color: var(--jg-warn);
      }
      .told .text {
        flex: 1 1 14rem;
      }
      .told svg {
        flex: none;
      }
      .well {
        background: var(--jg-well-tint);
        color: var(--jg-well);
      }
    `,
  ];

  declare site: Site;
  declare link: LinkState;
  declare error: RequestError | null;
  declare isBack: boolean;

  constructor() {
    super();
    new Ticking(this);
    this.link = 'stopped';
    this.error = null;
    this.isBack = false;
  }

  protected override render(): TemplateResult {
    const { connection } = words().frame;
    const { isLost, isLoaded } = this.site;
    // Where nothing was ever loaded, the view itself says why.
    const isTroubled = this.link !== 'reconnecting' && this.error !== null && isLoaded;
    const isBad = isLost || isTroubled;
    const text = isBad ? this.#why(isLost) : this.isBack ? connection.back : '';
    return html`<div class=${isBad ? 'told' : this.isBack ? 'told well' : ''}>
      ${text === '' ? nothing : icon(isBad ? 'offline' : 'tick')}
      <div class="text" role="group" aria-label=${connection.title}>
        <p role="status">${text}</p>
        ${isBad ? html`<p class="small number">${this.#newest()} ${this.#wait()}</p>` : nothing}
      </div>
      ${isBad ? html`<button @click=${() => this.tell('jg-reconnect')}>${connection.again}</button>` : nothing}
    </div>`;
  }

  #why(isLost: boolean): string {
    const { link, frame } = words();
    // A stream that still stands says nothing of whether anything else gets through.
    const isCutOff = isLost || this.error?.code === 'unreachable';
    if (isCutOff && !navigator.onLine) return `${frame.connection.noNetwork} ${link.help}`;
    const cause = this.error === null ? '' : errorText(this.error);
    return isLost
      ? `${link.reconnecting}. ${link.help} ${cause}`.trim()
      : `${cause} ${frame.connection.trouble}`.trim();
  }

  /** Beside what is told aloud, as it moves each second. */
  #newest(): string {
    const { newestMs } = this.site;
    if (newestMs === null) return '';
    return words().frame.connection.newest(formatAgo(hostNow() - newestMs, locale()));
  }

  #wait(): string {
    const { retryAtMs } = this.site;
    const waitMs = retryAtMs === null ? 0 : retryAtMs - Date.now();
    return waitMs < 1000 ? '' : words().frame.connection.wait(formatDuration(waitMs, locale()));
  }
}

customElements.define('jg-connection', JgConnection);
