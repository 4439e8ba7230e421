import { html, nothing, type TemplateResult } from 'lit';
import { doorStyles } from '../account/account-styles.ts';
import { api } from '../api.ts';
import { errorText } from '../error-text.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { RequestError } from '../request-error.ts';
import { basics, controls } from '../styles.ts';
import '../parts/jg-notice.ts';

/**
 * Lets somebody in by a link; who is signed in as a person is asked before, since that ends. Tells `jg-signed-in` with the
 * session, or `jg-link-closed`.
 */
export class JgLink extends JgElement {
  static override properties = {
    token: { attribute: false },
    user: { attribute: false },
    isBusy: { state: true },
    error: { state: true },
  };
  static override styles = [basics, controls, doorStyles];

  declare token: string | null;
  /** Who is signed in in this browser; null: nobody. */
  declare user: string | null;
  declare isBusy: boolean;
  declare error: unknown;

  constructor() {
    super();
    this.token = null;
    this.user = null;
    this.isBusy = false;
    this.error = null;
  }

  protected override firstUpdated(): void {
    if (this.user === null) void this.#open();
  }

  protected override render(): TemplateResult {
    const { link } = words().account;
    const isAsked = this.user !== null && !this.isBusy && this.error === null;
    return html`<section class="panel">
      <div class="head">
        <h1>${isAsked ? link.askTitle : link.visitor}</h1>
        ${isAsked ? html`<p>${link.ask(this.user ?? '')}</p>` : nothing}
        ${this.isBusy ? html`<p class="muted" role="status">${link.opening}</p>` : nothing}
      </div>
      <div class="stack">
        ${this.error === null ? nothing : html`<jg-notice kind="bad" .text=${this.#why()}></jg-notice>`}
        ${isAsked ? html`<button class="primary" @click=${() => void this.#open()}>${link.yes}</button>` : nothing}
        ${this.#isOver || this.error === null ? nothing : html`<button class="primary" @click=${() => void this.#open()}>${words().load.again}</button>`}
        ${
          isAsked || this.error !== null
            ? html`<button @click=${() => this.tell('jg-link-closed')}>${this.user === null ? words().signIn.title : link.no}</button>`
            : nothing
        }
      </div>
    </section>`;
  }

  /** Whether trying again makes no sense. */
  get #isOver(): boolean {
    return this.error instanceof RequestError && [400, 401, 403, 404, 410].includes(this.error.status);
  }

  #why(): string {
    return this.#isOver ? words().account.link.over : errorText(this.error);
  }

  async #open(): Promise<void> {
    if (this.token === null || this.isBusy) return;
    this.isBusy = true;
    this.error = null;
    try {
      this.tell('jg-signed-in', await api.signInByLink(this.token));
    } catch (error) {
      this.error = error;
    }
    this.isBusy = false;
  }
}

customElements.define('jg-link', JgLink);
