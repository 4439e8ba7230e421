import { css, html, nothing, type TemplateResult } from 'lit';
import type { Gateway, GatewayCommand } from '../../host/api/contract.ts';
import { mayHere } from '../access.ts';
import { api } from '../api.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { askBox } from '../parts/ask-box.ts';
import { basics, controls } from '../styles.ts';
import { gatewayStyles } from './gateway-styles.ts';
import { RefusedByGateway } from './line-link.ts';
import { commandErrorText } from './line-words.ts';
import './jg-gateway-access.ts';
import '../parts/jg-notice.ts';
import { pageStyles } from '../parts/page-styles.ts';

/** What a gateway can be asked to do: say who it is, blink, start anew, go to another network, forget everything. */
export class JgGatewayActions extends JgElement {
  static override properties = {
    gateway: { attribute: false },
    asking: { state: true },
    isBusy: { state: true },
    said: { state: true },
    error: { state: true },
  };
  static override styles = [
    basics,
    controls,
    pageStyles,
    gatewayStyles,
    css`
      .row {
        gap: 0.5rem;
      }
    `,
  ];

  declare gateway: Gateway;
  /** What is asked once more before it is done. */
  declare asking: 'restart' | 'factoryReset' | 'network' | null;
  declare isBusy: boolean;
  declare said: string;
  declare error: unknown;

  constructor() {
    super();
    this.asking = null;
    this.isBusy = false;
    this.said = '';
    this.error = null;
  }

  protected override render(): TemplateResult {
    const { gatewayPages, life } = words();
    const { pages } = gatewayPages;
    const isOff = !this.gateway.online || this.isBusy;
    const asks = (asking: NonNullable<JgGatewayActions['asking']>, text: string) =>
      html`<button ?disabled=${isOff} aria-expanded=${this.asking === asking} @click=${() => {
        this.asking = this.asking === asking ? null : asking;
      }}>${text}</button>`;
    return html`<section class="panel small" aria-labelledby="actions">
      <h3 id="actions">${life.actions}</h3>
      <div class="row">
        <button ?disabled=${isOff} @click=${() => this.#do({ name: 'about' }, pages.identified)}>${pages.identify}</button>
        <button ?disabled=${isOff} @click=${() => this.#do({ name: 'identify', seconds: 30 }, life.blinked)}>${life.blink}</button>
        ${asks('restart', pages.restart)} ${this.gateway.network === undefined || !mayHere('admin') ? nothing : asks('network', life.network)}
        ${mayHere('admin') ? asks('factoryReset', life.forget) : nothing}
      </div>
      ${this.#question(isOff)}
      ${mayHere('admin') ? html`<jg-gateway-access .gateway=${this.gateway}></jg-gateway-access>` : nothing}
      <p role="status" class="small">${this.said}</p>
      ${this.error === null ? nothing : html`<jg-notice kind="bad" .text=${commandErrorText(this.error)}></jg-notice>`}
    </section>`;
  }

  #question(isOff: boolean): TemplateResult | typeof nothing {
    const { gatewayPages, life } = words();
    const { pages } = gatewayPages;
    if (this.asking === null) return nothing;
    if (this.asking === 'network') return this.#network(isOff);
    const isRestart = this.asking === 'restart';
    const done = isRestart ? pages.restarted : life.forgotten;
    return askBox({
      label: isRestart ? pages.restart : life.forget,
      text: isRestart ? pages.restartAsk : life.forgetAsk,
      yes: isRestart ? pages.restartYes : life.forgetYes,
      isOff,
      onYes: () => void this.#do({ name: isRestart ? 'restart' : 'factoryReset' }, done),
      onNo: () => {
        this.asking = null;
      },
    });
  }

  #network(isOff: boolean): TemplateResult {
    const { life } = words();
    const field = (name: string, label: string, type = 'text') =>
      html`<label class="field"><span class="small">${label}</span><input name=${name} type=${type} autocomplete="off" autocapitalize="none" spellcheck="false" /></label>`;
    return html`<form class="box" aria-label=${life.network} @submit=${this.#tryNetwork}>
      <p class="small">${life.networkHelp}</p>
      ${field('wifiName', life.networkName)} ${field('wifiPassword', life.networkPassword, 'password')}
      ${field('broker', life.networkBroker)} ${field('port', life.networkPort)}
      <div class="row">
        <button class="primary" ?disabled=${isOff}>${life.networkTry}</button>
        <button type="button" @click=${() => {
          this.asking = null;
        }}>${words().gatewayPages.pages.cancel}</button>
      </div>
    </form>`;
  }

  #tryNetwork(event: SubmitEvent): void {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    const text = (name: string) => String(given.get(name) ?? '').trim();
    const port = text('port');
    const network = {
      ...(text('wifiName') !== '' && { wifiName: text('wifiName') }),
      ...(text('wifiPassword') !== '' && { wifiPassword: text('wifiPassword') }),
      ...(text('broker') !== '' && { broker: text('broker') }),
      ...(port !== '' && { port: Number(port) }),
    };
    void this.#do({ name: 'network', network }, words().life.networkTried);
  }

  async #do(command: GatewayCommand, done: string): Promise<void> {
    this.asking = null;
    this.isBusy = true;
    this.said = '';
    this.error = null;
    try {
      const { ok, message = '' } = await api.command(this.gateway.id, command);
      if (ok) this.said = done;
      else this.error = new RefusedByGateway(message);
    } catch (error) {
      this.error = error;
    }
    this.isBusy = false;
  }
}

customElements.define('jg-gateway-actions', JgGatewayActions);
