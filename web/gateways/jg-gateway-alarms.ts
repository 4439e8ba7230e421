import { css, html, type PropertyValues, type TemplateResult } from 'lit';
import { isQuantityId, quantities } from '#core/quantities.ts';
import type { Alarm, Gateway } from '../../host/api/contract.ts';
import { api } from '../api.ts';
import { formatNumber, formatTime } from '../format.ts';
import { locale, quantityName, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { RequestError } from '../request-error.ts';
import { basics } from '../styles.ts';
import { gatewayStyles } from './gateway-styles.ts';
import '../parts/jg-state.ts';
import { pageStyles } from '../parts/page-styles.ts';

const shown = 10;
const refreshMs = 5000;

/** What a gateway's own alarm rules told, the newest first. */
export class JgGatewayAlarms extends JgElement {
  static override properties = { gateway: { attribute: false }, alarms: { state: true } };
  static override styles = [
    basics,
    pageStyles,
    gatewayStyles,
    css`
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 0 1rem;
        padding: 0.5rem 0;
        border-top: 1px solid var(--jg-border);
      }
      li span:last-child {
        grid-column: 1 / -1;
      }
    `,
  ];

  declare gateway: Gateway;
  declare alarms: readonly Alarm[];
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.alarms = [];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => void this.#load(), refreshMs);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  protected override willUpdate(changed: PropertyValues): void {
    const before: Gateway | undefined = changed.get('gateway');
    if (!changed.has('gateway') || before?.id === this.gateway.id) return;
    this.alarms = [];
    void this.#load();
  }

  async #load(): Promise<void> {
    const { id } = this.gateway;
    try {
      const alarms = await api.alarms(id, shown);
      if (id === this.gateway.id) this.alarms = alarms;
    } catch (error) {
      // The page says already that the host is not there.
      if (!(error instanceof RequestError)) throw error;
    }
  }

  protected override render(): TemplateResult {
    const { life } = words();
    const dropped = this.gateway.life?.alarmsDropped ?? 0;
    return html`<section class="panel small" aria-labelledby="alarms">
      <h3 id="alarms">${life.alarms}</h3>
      ${dropped === 0 ? '' : html`<p class="warn">${life.alarmsDropped(formatNumber(dropped, locale(), 0))}</p>`}
      ${
        this.alarms.length === 0
          ? html`<p class="muted">${life.noAlarms}</p>`
          : html`<ul>${this.alarms.map(alarm => this.#alarm(alarm))}</ul>`
      }
    </section>`;
  }

  #alarm({ id, meter, quantity, isOn, value, atMs, receivedMs }: Alarm): TemplateResult {
    const { life } = words();
    const at = formatTime(atMs ?? receivedMs, 'dayTime', locale());
    const unit = isQuantityId(quantity) ? quantities[quantity].unit : '1';
    const reading =
      value === null ? life.alarmAbsent : `${formatNumber(value, locale(), 1)} ${unit === '1' ? '' : unit}`;
    return html`<li>
      <strong>${id}</strong>
      <jg-state .tone=${isOn ? 'bad' : 'idle'} .text=${isOn ? life.alarmOn : life.alarmOff}></jg-state>
      <span class="muted number">${at} · <code>${meter}</code> ${quantityName(quantity)}: ${reading}</span>
    </li>`;
  }
}

customElements.define('jg-gateway-alarms', JgGatewayAlarms);
