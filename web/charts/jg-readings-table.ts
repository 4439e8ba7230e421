import { css, html, nothing, type TemplateResult } from 'lit';
import type { Unit } from '#core/quantities.ts';
import type { Missing, Readings } from '../../host/api/contract.ts';
import { formatNumber, formatReading, formatText, formatTime } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { tableStyles } from '../parts/table-styles.ts';
import { basics } from '../styles.ts';
import { type Row, rowsOf } from './rows.ts';

const mostRows = 500;

/** The numbers behind the chart, newest first, with what is missing as rows of its own. */
export class JgReadingsTable extends JgElement {
  static override properties = {
    readings: { attribute: false },
    missing: { attribute: false },
    unit: { attribute: false },
    caption: { attribute: false },
  };
  static override styles = [
    basics,
    tableStyles,
    css`
      .missing td {
        text-align: left;
        color: var(--jg-bad);
        white-space: normal;
      }
      p {
        margin-top: 0.5rem;
      }
    `,
  ];

  declare readings: Readings;
  declare missing: Missing;
  declare unit: Unit;
  declare caption: string;

  protected override render(): TemplateResult {
    const { history } = words();
    const all = rowsOf(this.readings, this.missing);
    const isGauge = this.readings.kind === 'gauge';
    const count = (value: number) => formatNumber(value, locale(), 0);
    return html`<div class="frame" tabindex="0" role="region" aria-label=${this.caption}>
        <table>
          <caption>${this.caption}</caption>
          <thead>
            <tr>
              <th scope="col">${history.time}</th>
              <th scope="col">${isGauge ? history.mean : history.reading}</th>
              ${isGauge ? html`<th scope="col">${history.lowHigh}</th>` : nothing}
            </tr>
          </thead>
          <tbody>
            ${all.slice(0, mostRows).map(row => this.#row(row, isGauge))}
          </tbody>
        </table>
      </div>
      ${all.length > mostRows ? html`<p class="small muted">${history.rowsShown(count(mostRows), count(all.length))}</p>` : nothing}`;
  }

  #row(row: Row, isGauge: boolean): TemplateResult {
    const { bucketMs } = this.readings;
    const style = bucketMs < 60_000 ? 'dayTimeSeconds' : bucketMs < 86_400_000 ? 'dayTime' : 'dayYear';
    const at = formatTime(row.startMs, style, locale());
    const { history, reasons } = words();
    if (row.is === 'missing') {
      const reason =
        row.reason === null ? history.gap : `${history.missing}: ${reasons[row.reason] ?? row.reason}`;
      const until = formatTime(row.endMs, style, locale());
      return html`<tr class="missing"><th scope="row">${at}</th><td colspan="2">${reason} (– ${until})</td></tr>`;
    }
    const format = isGauge ? formatText : formatReading;
    const text = (value: number | null) => format(value, this.unit, locale());
    return html`<tr>
      <th scope="row">${at}</th>
      <td>${text(row.middle)}</td>
      ${isGauge ? html`<td>${text(row.low)} – ${text(row.high)}</td>` : nothing}
    </tr>`;
  }
}

customElements.define('jg-readings-table', JgReadingsTable);
