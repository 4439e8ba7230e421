import { html, type TemplateResult } from 'lit';
import type { ForwardDetails } from '../../host/api/contract.ts';
import { api } from '../api.ts';
import { formatNumber, formatTime } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { faultLine } from '../parts/fault-line.ts';
import { Polled } from '../polled.ts';
import { deliveryLog, deliveryLogStyles } from '../set-up/delivery-log.ts';

const againMs = 5000;

/** The last deliveries of a forward, and what the other side said to each. */
export class JgOutletLog extends JgElement {
  static override properties = { forward: { attribute: false }, zone: { attribute: false } };
  static override styles = deliveryLogStyles;

  /** Its id; another forward has another log. */
  declare forward: string;
  declare zone: string;
  readonly #told = new Polled(this, againMs, () => api.forward(this.forward));

  protected override render(): TemplateResult {
    const { outlets: text, alarms } = words();
    const { logTime, logState, logSaid } = alarms.channels;
    return this.#told.drawn(({ deliveries }) =>
      deliveryLog({
        label: text.log,
        none: text.logNone,
        heads: [logTime, logState, text.logWindows, text.logValues, logSaid],
        deliveries,
        row: delivery => this.#row(delivery),
      }),
    );
  }

  #row({ atMs, state, windows, values, said, why }: ForwardDetails['deliveries'][number]): TemplateResult {
    return html`<tr>
      <td>${formatTime(atMs, 'dayTimeSeconds', locale(), this.zone)}</td>
      <td class=${state === 'taken' ? 'well' : 'bad'}>${words().outlets.sent[state] ?? state}</td>
      <td>${formatNumber(windows, locale(), 0)}</td>
      <td>${formatNumber(values, locale(), 0)}</td>
      <td>${faultLine(said, why)}</td>
    </tr>`;
  }
}

customElements.define('jg-outlet-log', JgOutletLog);
