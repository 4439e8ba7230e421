import { css, html, nothing, type TemplateResult } from 'lit';
import type { GatewayCredential, PairingCode } from '../../host/api/contract.ts';
import { api } from '../api.ts';
import { errorText } from '../error-text.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { basics, controls } from '../styles.ts';
import './jg-pairing.ts';

/**
 * A dialog that makes a pairing code for a new gateway, or its MQTT credential by hand, and shows it, once. It stands beside
 * what changes with the site's state, so that nothing closes it before it was read.
 */
export class JgAddGateway extends JgElement {
  static override properties = {
    isBusy: { state: true },
    error: { state: true },
    made: { state: true },
    code: { state: true },
  };
  static override styles = [
    basics,
    controls,
    css`
      dialog {
        width: min(28rem, calc(100vw - 2rem));
        padding: 1.75rem;
        color: inherit;
      }
      dialog::backdrop {
        background: #0b1118a6;
      }
      form,
      .done {
        display: grid;
        gap: 1.25rem;
      }
      h2 {
        margin-bottom: 1rem;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        justify-content: end;
        gap: 0.75rem;
      }
      code {
        display: block;
        padding: 0.5rem 0.75rem;
        border-radius: var(--jg-radius-small);
        background: var(--jg-sunken);
        user-select: all;
        overflow-wrap: anywhere;
        font-size: 0.9375rem;
      }
      .error {
        color: var(--jg-bad);
      }
      dt {
        font-weight: 500;
        margin-bottom: 0.25rem;
      }
      dd + dt {
        margin-top: 0.75rem;
      }
    `,
  ];

  declare isBusy: boolean;
  declare error: unknown;
  declare made: GatewayCredential | null;
  declare code: PairingCode | null;

  constructor() {
    super();
    this.isBusy = false;
    this.error = null;
    this.made = null;
    this.code = null;
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector('dialog');
  }

  protected override render(): TemplateResult {
    const { addGateway } = words();
    return html`<dialog class="panel" aria-labelledby="title" @close=${this.#closed}>
        <h2 id="title">${addGateway.title}</h2>
        ${this.#content()}
      </dialog>`;
  }

  #content(): TemplateResult {
    if (this.code !== null) return this.#paired(this.code);
    return this.made === null ? this.#form() : this.#done(this.made);
  }

  #paired(code: PairingCode): TemplateResult {
    return html`<div class="done">
      <jg-pairing .pairing=${code} @jg-address=${() => this.#dialog?.close()}></jg-pairing>
      <div class="actions"><button @click=${() => this.#dialog?.close()}>${words().addGateway.close}</button></div>
    </div>`;
  }

  #form(): TemplateResult {
    const { addGateway } = words();
    return html`<form @submit=${this.#submit}>
      <div class="field">
        <label for="id">${addGateway.id}</label>
        <input id="id" name="id" maxlength="64" pattern="[a-z0-9][a-z0-9_\\-]*" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="help" />
        <p id="help" class="small muted">${addGateway.idHelp}</p>
      </div>
      <div aria-live="assertive">${this.error === null ? nothing : html`<p class="error">${errorText(this.error)}</p>`}</div>
      <div class="actions">
        <button type="button" @click=${() => this.#dialog?.close()}>${addGateway.close}</button>
        <button type="button" ?disabled=${this.isBusy} @click=${this.#byHand}>${this.isBusy ? addGateway.busy : addGateway.submit}</button>
        <button class="primary" ?disabled=${this.isBusy}>${addGateway.pair}</button>
      </div>
    </form>`;
  }

  #done({ id, username, password, localPin }: GatewayCredential): TemplateResult {
    const { addGateway, life } = words();
    return html`<div class="done">
      <p role="status">${addGateway.done(id)}</p>
      <dl>
        <dt>${addGateway.user}</dt>
        <dd><code>${username}</code></dd>
        <dt>${addGateway.password}</dt>
        <dd><code>${password}</code></dd>
        <dt>${life.localPin}</dt>
        <dd><code>${localPin.slice(0, 4)}-${localPin.slice(4)}</code> <span class="small muted">${life.localPinHelp}</span></dd>
      </dl>
      <div class="actions"><button class="primary" @click=${() => this.#dialog?.close()}>${addGateway.close}</button></div>
    </div>`;
  }

  /** Opens the dialog, empty. */
  open(): void {
    this.#dialog?.showModal();
  }

  #closed(): void {
    if (this.made !== null || this.code !== null) this.tell('jg-refresh');
    this.made = null;
    this.code = null;
    this.error = null;
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const { value = '' } = this.#id ?? {};
    void this.#make(async () => {
      this.code = await api.newPairing(value === '' ? {} : { gateway: value });
    });
  }

  /** A credential without pairing needs a name. */
  #byHand(): void {
    const id = this.#id;
    if (id === null) return;
    id.required = true;
    const isRight = id.reportValidity();
    id.required = false;
    if (!isRight) return;
    void this.#make(async () => {
      this.made = await api.addGateway(id.value);
    });
  }

  get #id(): HTMLInputElement | null {
    return this.renderRoot.querySelector('#id');
  }

  async #make(make: () => Promise<void>): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    this.error = null;
    try {
      await make();
    } catch (error) {
      this.error = error;
    } finally {
      this.isBusy = false;
    }
  }
}

customElements.define('jg-add-gateway', JgAddGateway);
