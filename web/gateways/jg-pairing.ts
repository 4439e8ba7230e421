import { css, html, nothing, type TemplateResult } from 'lit';
import type { PairingCode, PairingState } from '../../host/api/contract.ts';
import { gatewayAddress } from '../address.ts';
import { api } from '../api.ts';
import { formatDuration } from '../format.ts';
import { linkTo } from '../go-to.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { hostNow } from '../site/clock.ts';
import { basics, controls } from '../styles.ts';

const lookEveryMs = 2000;

/** A pairing code with what to do with it, how long it is good, and what became of it. */
export class JgPairing extends JgElement {
  static override properties = { pairing: { attribute: false }, now: { state: true } };
  static override styles = [
    basics,
    controls,
    css`
      :host {
        display: grid;
        gap: 1rem;
      }
      code {
        display: block;
        padding: 0.75rem;
        border-radius: var(--jg-radius-small);
        background: var(--jg-sunken);
        user-select: all;
        overflow-wrap: anywhere;
      }
      .code {
        font-size: 1.5rem;
        letter-spacing: 0.08em;
        text-align: center;
      }
      .bad {
        color: var(--jg-bad);
      }
      ol {
        display: grid;
        gap: 0.5rem;
        margin: 0;
        list-style: decimal;
        padding-left: 1.5rem;
      }
    `,
  ];

  declare pairing: PairingCode;
  /** What the host said last; null: as the code was made. */
  declare now: PairingState | null;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.now = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => void this.#look(), lookEveryMs);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  protected override render(): TemplateResult {
    const state = this.now?.state ?? this.pairing.state;
    if (state === 'used') return this.#came();
    const { pairing } = words();
    if (state !== 'open') return html`<p class="bad" role="alert">${pairing.ended[state]}</p>`;
    return this.#open();
  }

  #open(): TemplateResult {
    const { pairing } = words();
    const { code, hosts, isLoopback, expiresMs } = this.pairing;
    const left = formatDuration(Math.max(0, expiresMs - hostNow()), locale());
    const wrong = this.now?.wrongTries ?? 0;
    return html`${isLoopback ? html`<p class="bad">${pairing.loopback}</p>` : nothing}
      <code class="code" aria-label=${pairing.code}>${code}</code>
      <p class="small muted">${pairing.left(left)}</p>
      ${wrong > 0 ? html`<p class="small bad">${pairing.wrongTries(String(wrong))}</p>` : nothing}
      <ol>
        ${pairing.steps.map(step => html`<li>${step}</li>`)}
      </ol>
      ${hosts.map(host => html`<code aria-label=${pairing.host}>${host}</code>`)}
      <p role="status" class="small">${pairing.waiting}</p>`;
  }

  #came(): TemplateResult {
    const { pairing } = words();
    const { gateway = null, localPin = null } = this.now ?? {};
    return html`<p role="status">${pairing.came(gateway ?? '')}</p>
      ${localPin === null ? nothing : html`<p class="small">${pairing.pin}</p><code>${localPin}</code>`}
      <p>${linkTo(gatewayAddress(gateway), pairing.open, 'button')}</p>`;
  }

  async #look(): Promise<void> {
    if ((this.now?.state ?? 'open') !== 'open') return;
    try {
      this.now = await api.pairing(this.pairing.id);
    } catch {
      // Looked for again; meanwhile the time that is left goes on.
      this.requestUpdate();
      return;
    }
    if (this.now.state === 'used') this.tell('jg-refresh');
  }
}

customElements.define('jg-pairing', JgPairing);
