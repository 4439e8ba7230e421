import { css, html, nothing, type TemplateResult } from 'lit';
import type { Gateway } from '../../host/api/contract.ts';
import { api } from '../api.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { RefusedByGateway } from '../line-link.ts';
import { commandErrorText } from '../line-words.ts';
import { basics, controls } from '../styles.ts';
import './jg-notice.ts';

/** What a gateway can be asked to do: say who it is, and start anew. */
export class JgGatewayActions extends JgElement {
  static override properties = {
    gateway: { attribute: false },
    isAsking: { state: true },
    isBusy: { state: true },
    said: { state: true },
    error: { state: true },
  };
  static override styles = [
    basics,
    controls,
    css`
      :host,
      .box {
        display: grid;
        gap: 0.75rem;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }
    `,
  ];

  declare gateway: Gateway;
  declare isAsking: boolean;
  declare isBusy: boolean;
  declare said: string;
  declare error: unknown;

  constructor() {
    super();
    this.isAsking = false;
    this.isBusy = false;
    this.said = '';
    this.error = null;
  }

  protected override render(): TemplateResult {
    const { pages } = words().gatewayPages;
    const isOff = !this.gateway.online || this.isBusy;
    return html`<div class="row">
        <button ?disabled=${isOff} @click=${() => this.#do('about', pages.identified)}>${pages.identify}</button>
        <button ?disabled=${isOff} aria-expanded=${this.isAsking} @click=${() => {
          this.isAsking = !this.isAsking;
        }}>${pages.restart}</button>
      </div>
      ${
        this.isAsking
          ? html`<div class="box" role="group" aria-label=${pages.restart}>
              <p>${pages.restartAsk}</p>
              <div class="row">
                <button class="primary" ?disabled=${isOff} @click=${() => this.#do('restart', pages.restarted)}>${pages.restartYes}</button>
                <button @click=${() => {
                  this.isAsking = false;
                }}>${pages.cancel}</button>
              </div>
            </div>`
          : nothing
      }
      <p role="status" class="small">${this.said}</p>
      ${this.error === null ? nothing : html`<jg-notice kind="bad" .text=${commandErrorText(this.error)}></jg-notice>`}`;
  }

  async #do(name: 'about' | 'restart', done: string): Promise<void> {
    this.isAsking = false;
    this.isBusy = true;
    this.said = '';
    this.error = null;
    try {
      const { ok, message = '' } = await api.command(this.gateway.id, { name });
      if (ok) this.said = done;
      else this.error = new RefusedByGateway(message);
    } catch (error) {
      this.error = error;
    }
    this.isBusy = false;
  }
}

customElements.define('jg-gateway-actions', JgGatewayActions);
