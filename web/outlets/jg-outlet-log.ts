import { css, html, type PropertyValues, type TemplateResult } from 'lit';
import type { ForwardDetails } from '../../host/api/contract.ts';
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

/** The last deliveries of a forward, and what the other side said to each. */
export class JgOutletLog extends JgElement {
  static override properties = {
    forward: { attribute: false },
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

  /** Its id. */
  declare forward: string;
  declare zone: string;
  declare deliveries: ForwardDetails['deliveries'] | null;
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
    if (changed.has('forward')) void this.#load();
  }

  async #load(): Promise<void> {
    try {
      this.deliveries = (await api.forward(this.forward)).deliveries;
      this.error = null;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      this.error = error;
    }
  }

  protected override render(): TemplateResult {
    const { outlets: text, load, alarms } = words();
    const { logTime, logState, logSaid } = alarms.channels;
    if (this.error !== null) return html`<jg-notice kind="bad" .text=${errorText(this.error)}></jg-notice>`;
    if (this.deliveries === null) return html`<p class="small muted" role="status">${load.loading}</p>`;
    if (this.deliveries.length === 0) return html`<p class="small muted">${text.logNone}</p>`;
    return html`<div class="frame" tabindex="0" role="region" aria-label=${text.log}>
      <table>
        <thead><tr>${[logTime, logState, text.logWindows, text.logValues, logSaid].map(name => html`<th scope="col">${name}</th>`)}</tr></thead>
        <tbody>${this.deliveries.map(
          ({ atMs, state, windows, values, said }) => html`<tr>
            <td>${formatTime(atMs, 'dayTimeSeconds', locale(), this.zone)}</td>
            <td class=${state === 'taken' ? 'well' : 'bad'}>${text.sent[state] ?? state}</td>
            <td>${formatNumber(windows, locale(), 0)}</td>
            <td>${formatNumber(values, locale(), 0)}</td>
            <td lang="en">${said}</td>
          </tr>`,
        )}</tbody>
      </table>
    </div>`;
  }
}

customElements.define('jg-outlet-log', JgOutletLog);
