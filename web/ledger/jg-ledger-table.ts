import { css, html, nothing, type TemplateResult } from 'lit';
import type { Ledger } from '../../host/api/contract.ts';
import { formatNumber, formatText, formatTime } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { tableStyles } from '../parts/table-styles.ts';
import { basics } from '../styles.ts';
import { type DayAccount, daysOf } from './ledger.ts';
import { lengthText, percentText, reasonText } from './ledger-words.ts';

const mostRows = 500;

/** The numbers behind the strips: a row for each day and meter of which something was expected, newest first. */
export class JgLedgerTable extends JgElement {
  static override properties = { ledger: { attribute: false }, names: { attribute: false } };
  static override styles = [
    basics,
    tableStyles,
    css`
      /* Words: the meter's name, and why. */
      :is(th, td):is(:nth-child(2), :nth-child(8)) {
        text-align: left;
      }
    `,
  ];

  declare ledger: Ledger;
  declare names: ReadonlyMap<string, string>;

  protected override render(): TemplateResult {
    const { ledger: text, history } = words();
    const rows = this.ledger.meters
      .flatMap(meter => daysOf(this.ledger, meter).map(day => ({ name: this.#nameOf(meter.meter), day })))
      .filter(({ day }) => day.expectedS > 0)
      .sort((one, other) => other.day.startMs - one.day.startMs);
    const count = (value: number) => formatNumber(value, locale(), 0);
    const heads = [
      text.meter,
      text.expected,
      text.received,
      '%',
      text.late,
      text.lost,
      text.why,
      text.pending,
    ];
    return html`<div class="frame" tabindex="0" role="region" aria-label=${text.tableCaption}>
        <table>
          <caption>${text.tableCaption}</caption>
          <thead>
            <tr><th scope="col">${text.date}</th>${heads.map(head => html`<th scope="col">${head}</th>`)}<th scope="col">${text.estimated}</th></tr>
          </thead>
          <tbody>${rows.slice(0, mostRows).map(({ name, day }) => this.#row(name, day))}</tbody>
        </table>
      </div>
      ${rows.length > mostRows ? html`<p class="small muted">${history.rowsShown(count(mostRows), count(rows.length))}</p>` : nothing}`;
  }

  #nameOf(meter: string): string {
    return this.names.get(meter) ?? meter;
  }

  #row(name: string, day: DayAccount): TemplateResult {
    const length = (seconds: number) => (seconds === 0 ? '0' : lengthText(seconds));
    return html`<tr>
      <th scope="row">${formatTime(day.startMs, 'day', locale(), this.ledger.zone)}</th>
      <td>${name}</td>
      <td>${length(day.expectedS)}</td>
      <td>${length(day.receivedS)}</td>
      <td>${percentText(day)}</td>
      <td>${length(day.lateS)}</td>
      <td>${length(day.lostS)}</td>
      <td>${day.lost.map(({ reason, seconds }) => `${reasonText(reason)} ${lengthText(seconds)}`).join(', ')}</td>
      <td>${length(day.pendingS)}</td>
      <td>${day.estimatedS === 0 ? '0' : formatText(day.estimatedWh, 'Wh', locale())}</td>
    </tr>`;
  }
}

customElements.define('jg-ledger-table', JgLedgerTable);
