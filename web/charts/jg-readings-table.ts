import { css, html, nothing, type TemplateResult } from 'lit';
import type { Unit } from '#core/quantities.ts';
import type { Missing, Readings } from '../../host/api/contract.ts';
import { formatNumber, formatReading, formatText, formatTime } from '../format.ts';
import { differenceOf } from '../history/compare.ts';
import { type OtherColumn, type ShownRow, shownRows } from '../history/shown-rows.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { changeText } from '../parts/change-text.ts';
import { tableStyles } from '../parts/table-styles.ts';
import { basics } from '../styles.ts';

const mostRows = 500;

/** The numbers behind the chart, newest first, with what is missing as rows of its own. */
export class JgReadingsTable extends JgElement {
  static override properties = {
    readings: { attribute: false },
    missing: { attribute: false },
    unit: { attribute: false },
    caption: { attribute: false },
    others: { attribute: false },
    zone: { attribute: false },
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
  declare others: readonly OtherColumn[];
  declare zone: string;

  constructor() {
    super();
    this.others = [];
  }

  protected override render(): TemplateResult {
    const { history } = words();
    const all = shownRows(this.readings, this.missing, this.others, this.zone);
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
              ${this.others.map(
                ({ name, shift }) =>
                  html`<th scope="col">${name}</th>${shift === null ? nothing : html`<th scope="col">${words().past.change}</th>`}`,
              )}
            </tr>
          </thead>
          <tbody>
            ${all.slice(0, mostRows).map(row => this.#row(row, isGauge))}
          </tbody>
        </table>
      </div>
      ${all.length > mostRows ? html`<p class="small muted">${history.rowsShown(count(mostRows), count(all.length))}</p>` : nothing}`;
  }

  #row({ row, others }: ShownRow, isGauge: boolean): TemplateResult {
    const { bucketMs } = this.readings;
    const style = bucketMs < 60_000 ? 'dayTimeSeconds' : bucketMs < 86_400_000 ? 'dayTime' : 'dayYear';
    const at = formatTime(row.startMs, style, locale(), this.zone);
    const { history, reasons } = words();
    if (row.is === 'missing') {
      const reason =
        row.reason === null ? history.gap : `${history.missing}: ${reasons[row.reason] ?? row.reason}`;
      const until = formatTime(row.endMs, style, locale(), this.zone);
      const columns =
        (isGauge ? 2 : 1) + this.others.reduce((sum, { shift }) => sum + (shift === null ? 1 : 2), 0);
      return html`<tr class="missing"><th scope="row">${at}</th><td colspan=${columns}>${reason} (– ${until})</td></tr>`;
    }
    const format = isGauge ? formatText : formatReading;
    const text = (value: number | null) => format(value, this.unit, locale());
    return html`<tr>
      <th scope="row">${at}</th>
      <td>${text(row.middle)}</td>
      ${isGauge ? html`<td>${text(row.low)} – ${text(row.high)}</td>` : nothing}
      ${others.map(
        ({ value }, index) =>
          html`<td>${text(value)}</td>${
            this.others[index]?.shift == null
              ? nothing
              : html`<td>${changeText(differenceOf(row.middle, value), this.unit)}</td>`
          }`,
      )}
    </tr>`;
  }
}

customElements.define('jg-readings-table', JgReadingsTable);
