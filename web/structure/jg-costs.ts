import { css, html, nothing, type TemplateResult } from 'lit';
import type { Tariff } from '../../host/api/contract.ts';
import { formatNumber, formatShare, formatText, formatTime, missing } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { tableStyles } from '../parts/table-styles.ts';
import { type Costs, costOf, type DayEnergy, dayRuns, formatMoney } from '../site/costs.ts';
import { basics } from '../styles.ts';

const manyRuns = 4;

/** What the days of a period cost, with each price's part; what is not known is named. */
export class JgCosts extends JgElement {
  static override properties = {
    tariff: { attribute: false },
    days: { attribute: false },
    hasGrid: { attribute: false },
    isRunning: { attribute: false },
    coverage: { attribute: false },
    estimated: { attribute: false },
  };
  static override styles = [
    basics,
    tableStyles,
    css`
      :host {
        display: grid;
        gap: 0.75rem;
      }
      .total {
        font-size: 1.75rem;
        font-weight: 600;
        font-variant-numeric: tabular-nums;
      }
      .earned {
        color: var(--jg-well);
      }
      tfoot th,
      tfoot td {
        font-weight: 600;
        border-top: 1px solid var(--jg-control);
      }
      th,
      td {
        padding-inline: 0.5rem;
      }
      tbody th {
        white-space: normal;
        min-width: 6rem;
      }
      @media (max-width: 44rem) {
        table {
          font-size: 0.8125rem;
        }
        th,
        td {
          padding-inline: 0.3125rem;
        }
      }
      td small {
        display: block;
        color: var(--jg-muted);
      }
    `,
  ];

  declare tariff: Tariff | null;
  declare days: readonly DayEnergy[];
  declare hasGrid: boolean;
  /** The period goes on: its last day is counted as a whole. */
  declare isRunning: boolean;
  /** Share of the time that was measured at the grid, and of the energy that was estimated. */
  declare coverage: number;
  declare estimated: number;

  protected override render(): TemplateResult {
    const { costs: text } = words().structure;
    const heading = html`<h2 id="costs">${text.title}</h2>`;
    if (!this.hasGrid) return html`${heading}<p class="muted">${text.noGrid}</p>`;
    if (this.tariff === null) return html`${heading}<p class="muted">${text.noTariff}</p>`;
    const costs = costOf(this.days, this.tariff);
    const isEarned = costs.total < 0;
    return html`${heading}
      ${
        costs.parts.length === 0
          ? nothing
          : html`<p>
              <span class="muted">${isEarned ? text.earned : text.spent}</span><br />
              <span class="total ${isEarned ? 'earned' : ''}">${this.#money(costs, Math.abs(costs.total))}</span><br />
              <span class="small muted">${this.#quality()}</span>
            </p>
            ${this.#parts(costs)}`
      }
      ${costs.unknownDays.length === 0 ? nothing : html`<p class="small">${text.unknown(this.#days(costs.unknownDays))}</p>`}
      ${costs.unpricedDays.length === 0 ? nothing : html`<p class="small">${text.unpriced(this.#days(costs.unpricedDays))}</p>`}
      ${this.isRunning && costs.dayCost !== 0 ? html`<p class="small muted">${text.runs}</p>` : nothing}`;
  }

  #quality(): string {
    const { flows: text } = words().structure;
    const measured = text.measured(formatShare(this.coverage, locale()));
    return this.estimated > 0
      ? `${measured} · ${text.estimated(formatShare(this.estimated, locale()))}`
      : measured;
  }

  #parts(costs: Costs): TemplateResult {
    const { costs: text } = words().structure;
    const energy = (wh: number) => html`<small>${formatText(wh, 'Wh', locale())}</small>`;
    const days = (count: number) => text.days(count, formatNumber(count, locale(), 0));
    return html`<div class="frame" tabindex="0" role="region" aria-labelledby="costs">
      <table>
        <thead>
          <tr><td></td><th scope="col">${text.imported}</th><th scope="col">${text.exported}</th><th scope="col">${text.perDay}</th><th scope="col">${text.sum}</th></tr>
        </thead>
        <tbody>
          ${costs.parts.map(
            part => html`<tr>
              <th scope="row">${text.since(this.#day(part.price.from))}</th>
              <td>${this.#money(costs, part.importCost)}${energy(part.importWh)}</td>
              <td>${part.exportWh === null ? missing : html`${this.#money(costs, -part.exportPay)}${energy(part.exportWh)}`}</td>
              <td>${this.#money(costs, part.dayCost)}<small>${days(part.days)}</small></td>
              <td>${this.#money(costs, part.importCost + part.dayCost - part.exportPay)}</td>
            </tr>`,
          )}
        </tbody>
        ${
          costs.parts.length < 2
            ? nothing
            : html`<tfoot><tr>
                <th scope="row">${text.sum}</th>
                <td>${this.#money(costs, costs.importCost)}</td>
                <td>${costs.parts.every(({ exportWh }) => exportWh === null) ? missing : this.#money(costs, -costs.exportPay)}</td>
                <td>${this.#money(costs, costs.dayCost)}</td>
                <td>${this.#money(costs, costs.total)}</td>
              </tr></tfoot>`
        }
      </table>
    </div>`;
  }

  #money({ currency }: Costs, amount: number): string {
    return formatMoney(amount, currency, locale());
  }

  #day(day: string): string {
    return formatTime(Date.parse(`${day}T00:00:00Z`), 'dayYear', locale(), 'UTC');
  }

  /** Days that follow each other as one stretch. */
  #days(days: readonly string[]): string {
    const { costs: text, period } = words().structure;
    const runs = dayRuns(days).map(([first, last]) =>
      first === last ? this.#day(first) : period.week(this.#day(first), this.#day(last)),
    );
    const rest = runs.length - manyRuns;
    return rest <= 0
      ? new Intl.ListFormat(locale()).format(runs)
      : text.andMore(runs.slice(0, manyRuns).join(', '), formatNumber(rest, locale(), 0));
  }
}

customElements.define('jg-costs', JgCosts);
