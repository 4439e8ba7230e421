import { LitElement } from 'lit';
import { onLanguage } from './i18n/language.ts';

/** What every component of the page is: a Lit element that speaks the chosen language. */
export class JgElement extends LitElement {
  #forgetLanguage: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#forgetLanguage = onLanguage(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#forgetLanguage?.();
  }

  /** Tells those outside, through shadow roots. */
  protected tell<T>(type: string, detail?: T): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}
