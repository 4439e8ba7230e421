import { css, html, nothing, type TemplateResult } from 'lit';
import { errorText } from '../error-text.ts';
import { formatDuration } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { RequestError } from '../request-error.ts';
import { basics } from '../styles.ts';

const tickMs = 1000;

/** Why a form was refused; after too many tries it counts the time down until one may try again. */
export class JgRefusal extends JgElement {
  static override properties = { error: { attribute: false } };
  static override styles = [
    basics,
    css`
      p {
        background: var(--jg-bad-tint);
        color: var(--jg-bad);
        border-radius: var(--jg-radius-small);
        padding: 0.75rem 1rem;
      }
      p.over {
        background: var(--jg-well-tint);
        color: var(--jg-well);
      }
    `,
  ];

  declare error: unknown;
  /** By this device's clock, which counts alone; null: there is nothing to wait for. */
  #untilMs: number | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.error = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#count();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (!changed.has('error')) return;
    const { error } = this;
    const seconds = error instanceof RequestError && error.status === 429 ? error.retryAfterS : null;
    this.#untilMs = seconds === null ? null : Date.now() + seconds * 1000;
    this.#count();
  }

  #count(): void {
    clearInterval(this.#timer);
    if (this.#untilMs !== null && this.isConnected) this.#timer = setInterval(() => this.#tick(), tickMs);
  }

  #tick(): void {
    if (this.#leftMs <= 0) clearInterval(this.#timer);
    this.requestUpdate();
  }

  get #leftMs(): number {
    return (this.#untilMs ?? 0) - Date.now();
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.error === null) return nothing;
    if (this.#untilMs === null) return html`<p role="alert">${errorText(this.error)}</p>`;
    if (this.#leftMs <= 0) return html`<p class="over" role="alert">${words().account.tryAgain}</p>`;
    // Who hears it is told once how long, and not each second.
    return html`<div role="alert" class="visually-hidden">${errorText(this.error)}</div>
      <p aria-hidden="true" class="number">${words().errors.throttled(formatDuration(this.#leftMs, locale()))}</p>`;
  }
}

customElements.define('jg-refusal', JgRefusal);
