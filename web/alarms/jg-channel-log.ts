import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { ChannelDelivery } from '../../host/api/contract.ts';
import { api, RequestError } from '../api.ts';
import { errorText } from '../error-text.ts';
import { formatNumber, formatTime } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import '../parts/jg-notice.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { tableStyles } from '../parts/table-styles.ts';
import { basics } from '../styles.ts';

const againMs = 5000;

/** What a channel was told last, and what became of it. */
export class JgChannelLog extends JgElement {
  static override properties = {
    channel: { attribute: false },
    zone: { attribute: false },
    deliveries: { state: true },
    error: { state: true },
  };
  static override styles = [
    basics,
    pageStyles,
    tableStyles,
    css`
      th,
      td {
        text-align: left;
      }
      .frame {
        max-height: 20rem;
        background: var(--jg-surface);
      }
    `,
  ];

  declare channel: string;
  declare zone: string | undefined;
  declare deliveries: readonly ChannelDelivery[] | null;
  declare error: unknown;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.deliveries = null;
    this.error = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => void this.#load(), againMs);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('channel')) void this.#load();
  }

  async #load(): Promise<void> {
    try {
      this.deliveries = await api.channelDeliveries(this.channel);
      this.error = null;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      this.error = error;
    }
  }

  protected override render(): TemplateResult {
    const { channels: text } = words().alarms;
    if (this.error !== null) return html`<jg-notice kind="bad" .text=${errorText(this.error)}></jg-notice>`;
    if (this.deliveries === null)
      return html`<p class="small muted" role="status">${words().load.loading}</p>`;
    if (this.deliveries.length === 0) return html`<p class="small muted">${text.logNone}</p>`;
    return html`<div class="frame" tabindex="0" role="region" aria-label=${text.log}>
      <table>
        <thead><tr><th scope="col">${text.logTime}</th><th scope="col">${text.logWhat}</th><th scope="col">${text.logState}</th><th scope="col">${text.logSaid}</th></tr></thead>
        <tbody>${this.deliveries.map(delivery => this.#row(delivery))}</tbody>
      </table>
    </div>`;
  }

  #row({ kind, rule, queuedMs, state, tries, said }: ChannelDelivery): TemplateResult {
    const { channels: text } = words().alarms;
    const tone = state === 'sent' ? 'well' : state === 'failed' ? 'bad' : 'warn';
    const tried = tries > 1 ? ` (${text.tries(formatNumber(tries, locale(), 0))})` : nothing;
    return html`<tr>
      <td>${formatTime(queuedMs, 'dayTimeSeconds', locale(), this.zone)}</td>
      <td>${text.notices[kind] ?? kind}: ${rule}</td>
      <td class=${tone}>${text.states[state] ?? state}${tried}</td>
      <td lang="en">${said ?? nothing}</td>
    </tr>`;
  }
}

customElements.define('jg-channel-log', JgChannelLog);
