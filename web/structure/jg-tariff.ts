import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Tariff } from '../../host/api/contract.ts';
import { formatTime } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { FocusKeeper } from '../parts/focus-keeper.ts';
import { icon } from '../parts/icons.ts';
import { tableStyles } from '../parts/table-styles.ts';
import { formatMoney } from '../site/costs.ts';
import { basics, controls } from '../styles.ts';
import type { SiteFacts } from './draft.ts';
import {
  emptyRow,
  formOf,
  type PriceField,
  type PriceRow,
  type TariffForm,
  type TariffMistake,
  tariffOf,
} from './tariff-form.ts';

/** Offered at once; any other can be written. */
const currencies = ['EUR', 'BRL', 'CHF', 'GBP', 'USD', 'DKK', 'SEK', 'NOK', 'PLN', 'CZK'];

/**
 * What energy costs, in order of the days; with `isEdited` as a form. `jg-site-change` tells a tariff that is right,
 * `jg-site-wrong` (detail: boolean) whether there is something in the form that is not.
 */
export class JgTariff extends JgElement {
  static override properties = {
    tariff: { attribute: false },
    isEdited: { attribute: false },
    today: { attribute: false },
    form: { state: true },
  };
  static override styles = [
    basics,
    controls,
    tableStyles,
    css`
      :host {
        display: grid;
        gap: 0.75rem;
      }
      th,
      td {
        padding-inline: 0.5rem;
      }
      thead th {
        white-space: normal;
        vertical-align: bottom;
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
      .rows {
        display: grid;
        gap: 1rem;
      }
      .row {
        display: grid;
        grid-template-columns: minmax(8.75rem, 1.6fr) repeat(3, minmax(0, 1fr)) auto;
        gap: 0.5rem 0.75rem;
        align-items: start;
        border: 0;
        margin: 0;
        padding: 0;
        min-width: 0;
      }
      .row button {
        margin-top: 1.625rem;
      }
      label {
        font-size: 0.8125rem;
        color: var(--jg-muted);
      }
      .currency {
        max-width: 12rem;
      }
      .wrong {
        color: var(--jg-bad);
        font-size: 0.8125rem;
      }
      .buttons {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }
      @media (max-width: 44rem) {
        .row {
          grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
          padding-bottom: 1rem;
          border-bottom: 1px solid var(--jg-border);
        }
        .row button {
          margin-top: 0;
          justify-self: start;
        }
      }
    `,
  ];

  declare tariff: Tariff | null;
  declare isEdited: boolean;
  /** As in 2026-01-31. */
  declare today: string;
  declare form: TariffForm | null;
  /** What the form last said: an own change that comes back is no news. */
  #told: Tariff | null = null;

  constructor() {
    super();
    this.form = null;
    this.isEdited = false;
    this.tariff = null;
    // Where the first price is begun, or one taken away.
    new FocusKeeper(this, () => this.renderRoot.querySelector('input'));
  }

  readonly isBusy = false;

  protected override willUpdate(changed: PropertyValues): void {
    if (!this.isEdited) this.form = null;
    else if (changed.has('isEdited') || (changed.has('tariff') && this.tariff !== this.#told)) {
      this.form = this.tariff && formOf(this.tariff, locale());
      this.#told = this.tariff;
    }
  }

  protected override render(): TemplateResult {
    const { tariff: text } = words().structure;
    if (this.isEdited) return this.form === null ? this.#begin() : this.#fields(this.form);
    if (this.tariff === null) return html`<p class="muted">${text.none}</p>`;
    const { currency, prices } = this.tariff;
    const money = (amount: number) => exactMoney(amount, currency);
    return html`<div class="frame" tabindex="0" role="region" aria-label=${text.title}>
      <table>
        <thead><tr>
          <th scope="col">${text.from}</th><th scope="col">${text.import}</th>
          <th scope="col">${text.export}</th><th scope="col">${text.perDay}</th>
        </tr></thead>
        <tbody>
          ${prices.map(
            ({ from, importPerKwh, exportPerKwh, perDay }) => html`<tr>
              <th scope="row">${dayText(from)}</th>
              <td>${money(importPerKwh)}</td><td>${money(exportPerKwh)}</td><td>${money(perDay)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  #begin(): TemplateResult {
    const begin = () => this.#set({ currency: 'EUR', rows: [emptyRow(`${this.today.slice(0, 4)}-01-01`)] });
    return html`<div class="buttons"><button @click=${begin}>${icon('plus', 18)}${words().structure.tariff.begin}</button></div>`;
  }

  #fields(form: TariffForm): TemplateResult {
    const { tariff: text } = words().structure;
    const read = tariffOf(form);
    const mistakes = 'mistakes' in read ? read.mistakes : [];
    const currencyWrong = mistakes.find(({ field }) => field === 'currency');
    return html`<div class="field currency">
        <label for="currency">${text.currency}</label>
        <input id="currency" list="currencies" maxlength="3" autocomplete="off" .value=${form.currency}
          aria-invalid=${currencyWrong === undefined ? 'false' : 'true'} aria-describedby="currency-help"
          @change=${(event: Event) => this.#set({ ...form, currency: valueIn(event).toUpperCase() })} />
        <datalist id="currencies">${currencies.map(each => html`<option value=${each}></option>`)}</datalist>
        <span id="currency-help" class=${currencyWrong ? 'wrong' : 'small muted'}>${currencyWrong ? text.mistakes.currency : text.currencyHelp}</span>
      </div>
      <div class="rows">${form.rows.map((row, index) => this.#row(form, row, index, mistakes))}</div>
      <div class="buttons">
        <button @click=${() => this.#set({ ...form, rows: [...form.rows, { ...(form.rows.at(-1) ?? emptyRow('')), from: '' }] })}>${icon('plus', 18)}${text.add}</button>
        <button class="quiet" @click=${() => this.#clear()}>${icon('remove', 18)}${text.end}</button>
      </div>`;
  }

  #row(form: TariffForm, row: PriceRow, index: number, mistakes: readonly TariffMistake[]): TemplateResult {
    const { tariff: text } = words().structure;
    const field = (id: PriceField, label: string) => {
      const wrong = mistakes.find(mistake => mistake.row === index && mistake.field === id);
      const isDay = id === 'from';
      return html`<div class="field">
        <label for="${id}-${index}">${label}</label>
        <input id="${id}-${index}" type=${isDay ? 'date' : 'text'} inputmode=${isDay ? 'none' : 'decimal'}
          autocomplete="off" .value=${row[id]} aria-invalid=${wrong ? 'true' : 'false'}
          aria-describedby="${id}-${index}-wrong"
          @change=${(event: Event) => {
            const rows = form.rows.map((each, at) =>
              at === index ? { ...each, [id]: valueIn(event) } : each,
            );
            this.#set({ ...form, rows });
          }} />
        <span id="${id}-${index}-wrong" class="wrong">${wrong ? text.mistakes[wrong.kind] : nothing}</span>
      </div>`;
    };
    return html`<fieldset class="row">
      <legend class="visually-hidden">${text.from} ${row.from}</legend>
      ${field('from', text.from)}${field('importPerKwh', text.import)}
      ${field('exportPerKwh', text.export)}${field('perDay', text.perDay)}
      ${
        form.rows.length < 2
          ? nothing
          : html`<button aria-label=${text.removePrice(row.from)} @click=${() =>
              this.#set({
                ...form,
                rows: form.rows.filter((_, at) => at !== index),
              })}>${icon('remove', 18)}</button>`
      }
    </fieldset>`;
  }

  #set(form: TariffForm): void {
    this.form = form;
    const read = tariffOf(form);
    const isRight = 'tariff' in read;
    this.tell('jg-site-wrong', !isRight);
    if (!isRight) return;
    this.#told = read.tariff;
    this.tell('jg-site-change', { tariff: read.tariff } satisfies Partial<SiteFacts>);
  }

  #clear(): void {
    this.form = null;
    this.#told = null;
    this.tell('jg-site-wrong', false);
    this.tell('jg-site-change', { tariff: null } satisfies Partial<SiteFacts>);
  }
}

/** Prices have more decimals than amounts. */
const exactMoney = (amount: number, currency: string): string =>
  Number.isInteger(amount * 100)
    ? formatMoney(amount, currency, locale())
    : new Intl.NumberFormat(locale(), { style: 'currency', currency, maximumFractionDigits: 6 })
        .format(amount)
        .replace('-', '−');

const dayText = (day: string): string =>
  formatTime(Date.parse(`${day}T00:00:00Z`), 'dayYear', locale(), 'UTC');

const valueIn = ({ target }: Event): string =>
  target instanceof HTMLInputElement ? target.value.trim() : '';

customElements.define('jg-tariff', JgTariff);
