import { css, html, type TemplateResult } from 'lit';
import { errorText } from '../error-text.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { icon } from '../parts/icons.ts';
import { RequestError } from '../request-error.ts';
import { basics, controls } from '../styles.ts';

/** The page was opened and its host does not answer: what there is without it, and what comes once it is back. */
export class JgAway extends JgElement {
  static override properties = { error: { attribute: false } };
  static override styles = [
    basics,
    controls,
    css`
      section {
        display: grid;
        gap: 1rem;
        justify-items: start;
        max-width: 34rem;
        margin: clamp(0.5rem, 8vh, 5rem) auto 0;
        padding: clamp(1.5rem, 4vw, 2.5rem);
      }
      .mark {
        display: grid;
        place-items: center;
        width: 3rem;
        height: 3rem;
        border-radius: 50%;
        background: var(--jg-warn-tint);
        color: var(--jg-warn);
      }
    `,
  ];

  declare error: unknown;

  protected override render(): TemplateResult {
    const { away, connection } = words().frame;
    const isDeviceOffline = !navigator.onLine;
    // Another error than silence: the host is there and says what it has.
    const says = this.error instanceof RequestError && this.error.status !== 0;
    const why = isDeviceOffline && !says ? connection.noNetwork : errorText(this.error);
    return html`<section class="panel" aria-labelledby="title">
      <span class="mark">${icon('offline', 26)}</span>
      <h1 id="title">${away.title}</h1>
      <p role="status">${why}</p>
      <p class="muted">${away.help}</p>
      <p class="muted">${away.afterwards}</p>
      <button class="primary" @click=${() => this.tell('jg-reconnect')}>${connection.again}</button>
      <p class="small muted">${away.trying}</p>
    </section>`;
  }
}

customElements.define('jg-away', JgAway);
