import { html, nothing, type TemplateResult } from 'lit';
import type { ChannelDelivery } from '../../host/api/contract.ts';
import { api } from '../api.ts';
import { formatNumber, formatTime } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { faultLine } from '../parts/fault-line.ts';
import { Polled } from '../polled.ts';
import { deliveryLog, deliveryLogStyles } from '../set-up/delivery-log.ts';

const againMs = 5000;

/** What a channel was told last, and what became of it. */
export class JgChannelLog extends JgElement {
  static override properties = { channel: { attribute: false }, zone: { attribute: false } };
  static override styles = deliveryLogStyles;

  /** Its id; another channel has another log. */
  declare channel: string;
  declare zone: string | undefined;
  readonly #told = new Polled(this, againMs, () => api.channelDeliveries(this.channel));

  protected override render(): TemplateResult {
    const { channels: text } = words().alarms;
    return this.#told.drawn(deliveries =>
      deliveryLog({
        label: text.log,
        none: text.logNone,
        heads: [text.logTime, text.logWhat, text.logState, text.logSaid],
        deliveries,
        row: delivery => this.#row(delivery),
      }),
    );
  }

  #row({ kind, rule, queuedMs, state, tries, said, why }: ChannelDelivery): TemplateResult {
    const { channels: text } = words().alarms;
    const tone = state === 'sent' ? 'well' : state === 'failed' ? 'bad' : 'warn';
    const tried = tries > 1 ? ` (${text.tries(formatNumber(tries, locale(), 0))})` : nothing;
    return html`<tr>
      <td>${formatTime(queuedMs, 'dayTimeSeconds', locale(), this.zone)}</td>
      <td>${text.notices[kind] ?? kind}: ${rule}</td>
      <td class=${tone}>${text.states[state] ?? state}${tried}</td>
      <td>${said === null ? nothing : faultLine(said, why)}</td>
    </tr>`;
  }
}

customElements.define('jg-channel-log', JgChannelLog);
