import { css, html, type TemplateResult } from 'lit';
import { type QuantityId, quantityIds } from '#core/quantities.ts';
import type { Meter } from '../../host/api/contract.ts';
import { quantityName, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { tableStyles } from '../parts/table-styles.ts';
import { basics, controls } from '../styles.ts';
import { selectField } from './data-fields.ts';
import { dataStyles } from './data-styles.ts';
import { type ColumnUse, type ImportChoice, type ImportPlan, timeFormats } from './import-guess.ts';
import type { SentFile } from './send-file.ts';

/** What people import mostly, before all the rest. */
const usual: readonly QuantityId[] = Object.freeze([
  'energyImportWh',
  'energyExportWh',
  'powerW',
  'voltageL1V',
  'currentL1A',
  'frequencyHz',
]);
const linesMost = 6;

/** The first lines of a file, what each column is, and how the file is read. Tells `jg-choice`. */
export class JgImportColumns extends JgElement {
  static override properties = {
    file: { attribute: false },
    choice: { attribute: false },
    meters: { attribute: false },
  };
  static override styles = [
    basics,
    controls,
    tableStyles,
    dataStyles,
    css`
      :host {
        gap: 1rem;
      }
      .frame th,
      .frame td {
        text-align: left;
      }
      .frame select {
        min-width: 11rem;
      }
      .use {
        display: grid;
        gap: 0.375rem;
        padding-block: 0.375rem;
      }
      .use input {
        width: 7rem;
      }
      .names {
        color: var(--jg-muted);
      }
      .check {
        display: flex;
        gap: 0.5rem;
        align-items: center;
        min-height: 2.5rem;
      }
    `,
  ];

  declare file: SentFile;
  declare choice: ImportChoice;
  declare meters: readonly Meter[];

  #choose(part: Partial<ImportChoice>): void {
    this.tell('jg-choice', { ...this.choice, ...part });
  }

  #plan(part: Partial<ImportPlan>): void {
    this.#choose({ plan: { ...this.choice.plan, ...part } });
  }

  #use(column: number, use: ColumnUse): void {
    this.#plan({ uses: this.choice.plan.uses.map((each, index) => (index === column ? use : each)) });
  }

  protected override render(): TemplateResult {
    const { import: text } = words().dataPages;
    const { lines, name } = this.file;
    const { hasHeader } = this.choice.plan;
    return html`<h2 id="lines">${text.firstLines(name)}</h2>
      <div class="frame" tabindex="0" role="group" aria-labelledby="lines"><table>
        <caption class="visually-hidden">${text.firstLines(name)}</caption>
        <thead><tr>${this.choice.plan.uses.map((use, column) => html`<th scope="col">${this.#column(use, column)}</th>`)}</tr></thead>
        <tbody>${lines.slice(0, linesMost).map((cells, line) => html`<tr class=${line === 0 && hasHeader ? 'names' : ''}>${this.choice.plan.uses.map((_, column) => html`<td>${cells[column] ?? ''}</td>`)}</tr>`)}</tbody>
      </table></div>
      ${this.#settings()}`;
  }

  #column(use: ColumnUse, column: number): TemplateResult {
    const { import: text } = words().dataPages;
    const title = text.column(String(column + 1));
    const value = use.is === 'value' ? use.quantity : use.is;
    const others = quantityIds.filter(id => !usual.includes(id));
    const take = (event: Event) => {
      if (!(event.target instanceof HTMLSelectElement)) return;
      const chosen = event.target.value;
      if (chosen === 'skipped' || chosen === 'time') this.#use(column, { is: chosen });
      else this.#use(column, { is: 'value', quantity: chosen, factor: use.is === 'value' ? use.factor : 1 });
    };
    const factor = (event: Event) => {
      const given =
        event.target instanceof HTMLInputElement ? Number(event.target.value.replace(',', '.')) : Number.NaN;
      if (use.is === 'value' && Number.isFinite(given) && given !== 0)
        this.#use(column, { ...use, factor: given });
    };
    const option = (id: string, name: string) =>
      html`<option value=${id} ?selected=${id === value}>${name}</option>`;
    return html`<div class="use"><select aria-label=${`${title}: ${text.use}`} @change=${take}>
        ${option('skipped', text.skipped)}${option('time', text.time)}
        ${usual.map(id => option(id, quantityName(id)))}
        <hr />${others.map(id => option(id, quantityName(id)))}
      </select>
      ${use.is === 'value' ? html`<label class="row small">${text.factor}<input inputmode="decimal" .value=${String(use.factor)} @input=${factor} /></label>` : ''}</div>`;
  }

  #settings(): TemplateResult {
    const { import: text } = words().dataPages;
    const { plan, meter, zone, means, overlap, mistakes } = this.choice;
    const input = (
      id: string,
      label: string,
      value: string,
      help: string,
      list: readonly string[],
      take: (value: string) => void,
    ) =>
      html`<div class="field"><label for=${id}>${label}</label>
        <input id=${id} list=${`${id}-list`} .value=${value} autocomplete="off" aria-describedby=${`${id}-help`} @input=${(event: Event) => event.target instanceof HTMLInputElement && take(event.target.value.trim())} />
        <datalist id=${`${id}-list`}>${list.map(each => html`<option value=${each}></option>`)}</datalist>
        <p class="muted small" id=${`${id}-help`}>${help}</p></div>`;
    return html`<div class="fields">
      ${input(
        'meter',
        text.into,
        meter,
        text.intoHelp,
        this.meters.map(({ key }) => key),
        value => this.#choose({ meter: value }),
      )}
      ${input('time', text.timeFormat, plan.timeFormat, text.timeHelp, timeFormats, value => this.#plan({ timeFormat: value }))}
      ${input('zone', text.zone, zone, '', Intl.supportedValuesOf('timeZone'), value => this.#choose({ zone: value }))}
      ${selectField(text.means, Object.entries(text.meansOf), means, value => this.#choose({ means: value === 'end' ? 'end' : 'start' }))}
      ${selectField(text.decimal, Object.entries(text.decimals), plan.decimal, value => this.#plan({ decimal: value === ',' ? ',' : '.' }))}
      ${selectField(text.overlap, Object.entries(text.overlaps), overlap, value => this.#choose({ overlap: value === 'fill' ? 'fill' : 'refuse' }))}
      ${selectField(text.mistakes, Object.entries(text.mistakesDo), mistakes, value => this.#choose({ mistakes: value === 'leaveOut' ? 'leaveOut' : 'refuse' }))}
      <label class="check"><input type="checkbox" .checked=${plan.hasHeader} @change=${() => this.#plan({ hasHeader: !plan.hasHeader })} />${text.header}</label>
    </div>`;
  }
}

customElements.define('jg-import-columns', JgImportColumns);
