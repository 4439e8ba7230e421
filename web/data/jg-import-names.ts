import { css, html, type TemplateResult } from 'lit';
import { isQuantityId, type QuantityId, quantities, quantityIds } from '#core/quantities.ts';
import type { Meter } from '../../host/api/contract.ts';
import { type ImportName, type NameUse, useOf } from '../../host/import/proposal/names.ts';
import { formatNumber } from '../format.ts';
import { locale, quantityName, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { tableStyles } from '../parts/table-styles.ts';
import { basics, controls } from '../styles.ts';
import { dataStyles } from './data-styles.ts';
import { namedTableStyles } from './named-table-styles.ts';
import { usualQuantities } from './usual-quantities.ts';

/** Series that are shown: more than an import takes. */
const shownMost = 250;

/** The series that the lines of a file name, and what becomes of each. Tells `jg-names`. */
export class JgImportNames extends JgElement {
  static override properties = {
    names: { attribute: false },
    otherLines: { attribute: false },
    meters: { attribute: false },
  };
  static override styles = [
    basics,
    controls,
    tableStyles,
    dataStyles,
    namedTableStyles,
    css`
      :host {
        gap: 1rem;
      }
      .frame th,
      .frame td {
        vertical-align: top;
      }
      th[scope='row'] {
        overflow-wrap: anywhere;
        min-width: 10rem;
      }
      select {
        min-width: 11rem;
      }
      input.factor {
        width: 6rem;
      }
      input.meter {
        min-width: 12rem;
      }
      @media (max-width: 40rem) {
        td:empty {
          display: none;
        }
        select,
        input.meter {
          width: 100%;
        }
      }
    `,
  ];

  declare names: readonly ImportName[];
  declare otherLines: number;
  declare meters: readonly Meter[];

  #use(at: number, use: NameUse | null): void {
    const names = this.names.map((each, index) =>
      index === at ? { ...each, use: use === null ? null : useOf(use) } : each,
    );
    this.tell('jg-names', names);
  }

  protected override render(): TemplateResult {
    const { import: text } = words().dataPages;
    const number = (value: number) => formatNumber(value, locale(), 0);
    const used = this.names.filter(({ use }) => use !== null).length;
    const unseen = this.names.length - shownMost;
    return html`<h2 id="names">${text.names}</h2>
      <p class="muted" role="status">${text.namesUsed(number(used), number(this.names.length))}</p>
      <datalist id="meters">${this.meters.map(({ key }) => html`<option value=${key}></option>`)}</datalist>
      <div class="frame" tabindex="0" role="group" aria-labelledby="names"><table>
        <caption class="visually-hidden">${text.names}</caption>
        <thead><tr><th scope="col">${text.name}</th><th scope="col">${text.use}</th><th scope="col">${text.factor}</th><th scope="col">${text.into}</th></tr></thead>
        <tbody>${this.names.slice(0, shownMost).map((name, at) => this.#row(name, at))}</tbody>
      </table></div>
      ${unseen > 0 ? html`<p class="muted">${text.more(number(unseen))}</p>` : ''}
      ${this.otherLines > 0 ? html`<p class="muted">${text.otherNames(number(this.otherLines))}</p>` : ''}`;
  }

  #row({ name, lines, use }: ImportName, at: number): TemplateResult {
    const { import: text } = words().dataPages;
    const quantity = use?.quantity ?? '';
    const option = (id: string, title: string) =>
      html`<option value=${id} ?selected=${id === quantity}>${title}</option>`;
    const choose = (event: Event) => {
      if (!(event.target instanceof HTMLSelectElement)) return;
      const chosen = event.target.value;
      const before = use ?? { meter: 'imported.meter', factor: 1 };
      this.#use(at, chosen === '' ? null : { ...before, quantity: chosen });
    };
    const factor = (event: Event) => {
      const given = Number(textOf(event).replace(',', '.'));
      if (use !== null && Number.isFinite(given) && given !== 0) this.#use(at, { ...use, factor: given });
    };
    const meter = (event: Event) => {
      if (use !== null) this.#use(at, { ...use, meter: textOf(event).trim() });
    };
    const others = quantityIds.filter(id => !usualQuantities.includes(id));
    return html`<tr><th scope="row">${name}<br /><span class="muted small">${text.linesOf(formatNumber(lines, locale(), 0))}</span></th>
      <td><select aria-label=${`${name}: ${text.use}`} @change=${choose}>${option('', text.skipped)}${usualQuantities.map(id => option(id, this.#title(id)))}<hr />${others.map(id => option(id, this.#title(id)))}</select></td>
      <td>${use === null ? '' : html`<input class="factor" inputmode="decimal" aria-label=${`${name}: ${text.factor}`} .value=${String(use.factor)} @change=${factor} />`}</td>
      <td>${use === null ? '' : html`<input class="meter" list="meters" autocomplete="off" aria-label=${`${name}: ${text.into}`} .value=${use.meter} @change=${meter} />`}</td></tr>`;
  }

  /** With its unit: the factor is to it. */
  #title(id: QuantityId): string {
    const unit = isQuantityId(id) ? quantities[id].unit : '';
    return unit === '' ? quantityName(id) : `${quantityName(id)} (${unit})`;
  }
}

const textOf = ({ target }: Event): string => (target instanceof HTMLInputElement ? target.value : '');

customElements.define('jg-import-names', JgImportNames);
