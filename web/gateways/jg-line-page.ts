import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type {
  DiagnosisEvent,
  Gateway,
  GatewaySettings,
  LineSettings,
  ScanEvent,
} from '../../host/api/contract.ts';
import { mayHere } from '../access.ts';
import { gatewayAddress } from '../address.ts';
import { linkTo } from '../go-to.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { basics, controls } from '../styles.ts';
import { LineLink } from './line-link.ts';
import { commandErrorText, speedText } from './line-words.ts';
import './jg-aim.ts';
import './jg-bus-doctor.ts';
import '../parts/jg-notice.ts';
import './jg-scan.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { JgTrace } from './jg-trace.ts';

/** A line while somebody looks at it: what is wrong, what goes over it, what hangs on it. */
export class JgLinePage extends JgElement {
  static override properties = {
    gateway: { attribute: false },
    line: { attribute: false },
    settings: { attribute: false },
    diagnosis: { state: true },
    scan: { state: true },
    error: { state: true },
  };
  static override styles = [
    basics,
    controls,
    pageStyles,
    css`
      :host {
        display: grid;
        gap: 1.5rem;
        min-width: 0;
      }
    `,
  ];

  declare gateway: Gateway;
  declare line: LineSettings;
  declare settings: GatewaySettings | null;
  declare diagnosis: DiagnosisEvent | null;
  declare scan: ScanEvent | null;
  declare error: unknown;
  #link: LineLink | null = null;
  #watched = '';

  constructor() {
    super();
    this.diagnosis = null;
    this.scan = null;
    this.error = null;
    this.addEventListener('jg-trace', event => {
      const isWanted = (event as CustomEvent<boolean>).detail;
      if (isWanted) this.#link?.ask('trace');
      else this.#link?.leave('trace');
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leave();
  }

  protected override willUpdate(_changed: PropertyValues): void {
    const { id, online } = this.gateway;
    const watched = online ? `${id} ${this.line.id}` : '';
    if (watched === this.#watched) return;
    this.#leave();
    this.#watched = watched;
    if (watched !== '') this.#watch(id, this.line.id);
  }

  #watch(gateway: string, line: string): void {
    this.#link = new LineLink(gateway, line, {
      diagnosis: event => {
        this.diagnosis = event;
        this.error = null;
      },
      trace: event => {
        const trace = this.renderRoot.querySelector('jg-trace');
        if (trace instanceof JgTrace) trace.add(event);
      },
      scan: event => {
        this.scan = event;
      },
      failed: error => {
        this.error = error;
      },
    });
    this.#link.start('diagnose');
    // A trace that runs goes on when its gateway is back.
    const trace = this.renderRoot.querySelector('jg-trace');
    if (trace instanceof JgTrace && trace.state === 'running') this.#link.ask('trace');
  }

  #leave(): void {
    this.#link?.stop();
    this.#link = null;
    this.#watched = '';
    this.diagnosis = null;
    this.scan = null;
    this.error = null;
  }

  protected override render(): TemplateResult {
    const { pages, doctor, aim } = words().gatewayPages;
    const { gateway, line } = this;
    const isHead = line.kind === 'ir';
    const fault = gateway.lineFaults[line.id];
    return html`<div class="head">
        <div>
          <h1>${isHead ? aim.title(line.id) : doctor.title(line.id)}</h1>
          <p class="muted small">
            ${pages.kinds[line.kind]} · <code>${line.port}</code> · ${speedText(line)}
          </p>
        </div>
        ${mayHere('admin') ? linkTo(gatewayAddress(gateway.id, 'settings', line.id), doctor.settings, 'button') : nothing}
      </div>
      ${gateway.online ? nothing : html`<jg-notice kind="warn" .text=${pages.offline}></jg-notice>`}
      ${fault === undefined ? nothing : html`<jg-notice kind="bad" .text=${`${pages.fault}: ${fault}`}></jg-notice>`}
      ${this.error === null ? nothing : html`<jg-notice kind="bad" .text=${commandErrorText(this.error)}></jg-notice>`}
      ${isHead ? this.#head(line) : this.#bus(line)}`;
  }

  #head(line: LineSettings): TemplateResult {
    return html`<jg-aim .head=${this.diagnosis?.head ?? null} .causes=${this.diagnosis?.causes ?? []} .baud=${line.baud ?? 9600}></jg-aim>
      ${this.#trace([])}`;
  }

  #bus(line: LineSettings): TemplateResult {
    const meters = this.settings?.meters.filter(meter => meter.line === line.id) ?? [];
    return html`<jg-bus-doctor .diagnosis=${this.diagnosis} .meters=${meters} .isAsked=${this.gateway.online && this.error === null}></jg-bus-doctor>
      ${this.#trace(this.diagnosis?.slaves.map(({ address }) => address) ?? [])}
      <jg-scan .gateway=${this.gateway} .line=${line} .meters=${meters} .scan=${this.scan}></jg-scan>`;
  }

  #trace(addresses: readonly number[]): TemplateResult {
    return html`<jg-trace .addresses=${addresses} .line=${this.line.id} .isHead=${this.line.kind === 'ir'} .canRun=${this.gateway.online}></jg-trace>`;
  }
}

customElements.define('jg-line-page', JgLinePage);
