import { css, html, nothing, type TemplateResult } from 'lit';
import type { Gateway, PairingCode } from '../../host/api/contract.ts';
import { api } from '../api.ts';
import { errorText } from '../error-text.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { askBox } from '../parts/ask-box.ts';
import { basics, controls } from '../styles.ts';
import { gatewayStyles } from './gateway-styles.ts';
import '../parts/jg-notice.ts';
import './jg-pairing.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { Work } from '../parts/work.ts';

/** Whether a gateway may connect at all: its credential can be taken away, and a code gives it, or its successor, a new one. */
export class JgGatewayAccess extends JgElement {
  static override properties = {
    gateway: { attribute: false },
    isAsking: { state: true },
    code: { state: true },
  };
  static override styles = [
    basics,
    controls,
    pageStyles,
    gatewayStyles,
    css`
      :host {
        display: grid;
        gap: 0.75rem;
      }
    `,
  ];

  declare gateway: Gateway;
  declare isAsking: boolean;
  declare code: PairingCode | null;
  readonly #work = new Work(this);

  constructor() {
    super();
    this.isAsking = false;
    this.code = null;
  }

  protected override render(): TemplateResult {
    const { pairing } = words();
    const { isBusy, error } = this.#work;
    const { hasCredential = true } = this.gateway;
    return html`<div class="row">
        <button ?disabled=${isBusy} @click=${this.#pairAnew}>${pairing.again}</button>
        <button ?disabled=${isBusy || !hasCredential} aria-expanded=${this.isAsking} @click=${() => {
          this.isAsking = !this.isAsking;
        }}>${pairing.revoke}</button>
      </div>
      ${
        this.isAsking
          ? askBox({
              label: pairing.revoke,
              text: pairing.revokeAsk,
              yes: pairing.revokeYes,
              isOff: isBusy,
              onYes: () => void this.#revoke(),
              onNo: () => {
                this.isAsking = false;
              },
            })
          : nothing
      }
      ${hasCredential ? nothing : html`<p role="status" class="small">${pairing.revoked}</p>`}
      ${this.code === null ? nothing : html`<jg-pairing .pairing=${this.code}></jg-pairing>`}
      ${error === null ? nothing : html`<jg-notice kind="bad" .text=${errorText(error)}></jg-notice>`}`;
  }

  #pairAnew(): Promise<void> {
    return this.#work.do(async () => {
      this.code = await api.newPairing({ gateway: this.gateway.id, renew: true });
    });
  }

  #revoke(): Promise<void> {
    this.isAsking = false;
    return this.#work.do(async () => {
      await api.revokeCredential(this.gateway.id);
      this.tell('jg-refresh');
    });
  }
}

customElements.define('jg-gateway-access', JgGatewayAccess);
