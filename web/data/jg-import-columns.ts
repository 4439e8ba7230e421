import { css, html, nothing, type TemplateResult } from 'lit';
import { quantityIds } from '#core/quantities.ts';
import type { Meter } from '../../host/api/contract.ts';
import {
  type ColumnUse,
  type ImportChoice,
  type ImportPlan,
  linesAreOf,
} from '../../host/import/proposal/choice.ts';
import { timeFormats } from '../../host/import/proposal/times.ts';
import { quantityName, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { tableStyles } from '../parts/table-styles.ts';
import { basics, controls } from '../styles.ts';
import { selectField } from './data-fields.ts';
import { dataStyles } from './data-styles.ts';
import type { SentFile } from './send-file.ts';
import { usualQuantities } from './usual-quantities.ts';

const linesMost = 6;

/** The first lines of a file, what each column is, and how the file is read. Tells `jg-choice`, and `jg-format` where it has to be read anew. */
export class JgImportColumns extends JgElement {
  static override properties = {
    file: { attribute: false },
    lines: { attribute: false },
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
      summary {
        cursor: pointer;
        padding-block: 0.5rem;
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
  /** As they are read at present, names first. */
  declare lines: readonly (readonly string[])[];
  declare choice: ImportChoice;
  declare meters: readonly Meter[];

  #choose(part: Partial<ImportChoice>): void {
    this.tell('jg-choice', { ...this.choice, ...part });
  }

  /** What changes what the cells are: the host is asked again. */
  #format(part: SentFile['format']): void {
    this.tell('jg-format', { ...this.choice.format, ...part });
  }

  #plan(part: Partial<ImportPlan>): void {
    this.#choose({ plan: { ...this.choice.plan, ...part } });
  }

  #use(column: number, use: ColumnUse): void {
    // Lines are of series or of devices: what names them names all of them.
    const isNaming = ({ is }: ColumnUse) => is === 'name' || is === 'device';
    this.#plan({
      uses: this.choice.plan.uses.map((each, index) =>
        index === column || (isNaming(use) && isNaming(each)) ? use : each,
      ),
    });
  }

  protected override render(): TemplateResult {
    const { import: text } = words().dataPages;
    const { lines } = this;
    const { name } = this.file;
    const { hasHeader } = this.choice.plan;
    return html`<h2 id="lines">${text.firstLines(name)}</h2>
      ${this.#tables()}
      <div class="frame" tabindex="0" role="group" aria-labelledby="lines"><table>
        <caption class="visually-hidden">${text.firstLines(name)}</caption>
        <thead><tr>${this.choice.plan.uses.map((use, column) => html`<th scope="col">${this.#column(use, column)}</th>`)}</tr></thead>
        <tbody>${lines.slice(0, linesMost).map((cells, line) => html`<tr class=${line === 0 && hasHeader ? 'names' : ''}>${this.choice.plan.uses.map((_, column) => html`<td>${cells[column] ?? ''}</td>`)}</tr>`)}</tbody>
      </table></div>
      ${this.#settings()}`;
  }

  /** Of a database: which of its tables. */
  #tables(): TemplateResult | typeof nothing {
    const { import: text } = words().dataPages;
    const { tables } = this.file;
    if (tables.length === 0) return nothing;
    const options = tables.map(({ name }) => [name, name] as const);
    return html`<div class="fields">${selectField(text.table, options, this.choice.format.table ?? '', table => this.#format({ table }))}</div>`;
  }

  get #isLong(): boolean {
    return linesAreOf(this.choice.plan) === 'series';
  }

  #column(use: ColumnUse, column: number): TemplateResult {
    const { import: text } = words().dataPages;
    const title = text.column(String(column + 1));
    const value = use.is !== 'value' ? use.is : this.#isLong ? 'value' : use.quantity;
    const others = quantityIds.filter(id => !usualQuantities.includes(id));
    const isLong = this.#isLong;
    const take = (event: Event) => {
      if (!(event.target instanceof HTMLSelectElement)) return;
      const chosen = event.target.value;
      if (chosen === 'skipped' || chosen === 'time' || chosen === 'name' || chosen === 'device')
        this.#use(column, { is: chosen });
      else {
        // Whose values they are is told by the names then.
        const quantity = chosen === 'value' ? 'powerW' : chosen;
        this.#use(column, { is: 'value', quantity, factor: use.is === 'value' ? use.factor : 1 });
      }
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
        ${option('skipped', text.skipped)}${option('time', text.time)}${option('name', text.isName)}${option('device', text.isDevice)}
        ${isLong ? option('value', text.isValue) : html`${usualQuantities.map(id => option(id, quantityName(id)))}<hr />${others.map(id => option(id, quantityName(id)))}`}
      </select>
      ${use.is === 'value' && !isLong ? html`<label class="row small">${text.factor}<input inputmode="decimal" .value=${String(use.factor)} @input=${factor} /></label>` : ''}</div>`;
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
    const { windowS, format } = this.choice;
    const isText = format.kind !== 'sqlite' && format.kind !== 'lines';
    const count = (
      id: string,
      label: string,
      value: number | null,
      help: string,
      take: (value: string) => void,
    ) =>
      html`<div class="field"><label for=${id}>${label}</label><input id=${id} inputmode="numeric" .value=${value === null ? '' : String(value)} aria-describedby=${`${id}-help`} @change=${(event: Event) => event.target instanceof HTMLInputElement && take(event.target.value.trim())} />
        <p class="muted small" id=${`${id}-help`}>${help}</p></div>`;
    const isTimed = plan.uses.some(({ is }) => is === 'time');
    return html`<div class="fields">
      ${
        linesAreOf(plan) !== 'meter'
          ? nothing
          : input(
              'meter',
              text.into,
              meter,
              text.intoHelp,
              this.meters.map(({ key }) => key),
              value => this.#choose({ meter: value }),
            )
      }
      ${selectField(text.overlap, Object.entries(text.overlaps), overlap, value => this.#choose({ overlap: value === 'fill' ? 'fill' : 'refuse' }))}
      ${selectField(text.mistakes, Object.entries(text.mistakesDo), mistakes, value => this.#choose({ mistakes: value === 'leaveOut' ? 'leaveOut' : 'refuse' }))}
    </div>
    <details ?open=${!isTimed}><summary>${text.howRead}</summary><div class="fields">
      ${input('time', text.timeFormat, plan.timeFormat, text.timeHelp, timeFormats, value => this.#plan({ timeFormat: value }))}
      ${input('zone', text.zone, zone, '', Intl.supportedValuesOf('timeZone'), value => this.#choose({ zone: value }))}
      ${selectField(text.means, Object.entries(text.meansOf), means, value => this.#choose({ means: value === 'end' || value === 'instant' ? value : 'start' }))}
      ${count('window', text.windowS, windowS, text.windowHelp, value => this.#choose({ windowS: /^[1-9]\d{0,3}$/.test(value) ? Number(value) : null }))}
      ${isText ? this.#textFields(count) : nothing}
    </div></details>`;
  }

  #textFields(
    count: (
      id: string,
      label: string,
      value: number,
      help: string,
      take: (value: string) => void,
    ) => TemplateResult,
  ): TemplateResult {
    const { import: text } = words().dataPages;
    const { plan, format } = this.choice;
    const delimiter = delimiters.find(each => each === format.delimiter) ?? ',';
    const encoding = format.encoding ?? 'utf-8';
    const whole = (value: string) => (/^\d{1,2}$/.test(value) ? Number(value) : 0);
    return html`
      ${selectField(text.decimal, Object.entries(text.decimals), plan.decimal, value => this.#plan({ decimal: value === ',' ? ',' : '.' }))}
      ${selectField(text.thousands, Object.entries(text.thousandsOf), format.thousands ?? '', value => this.#thousands(value))}
      ${selectField(
        text.delimiter,
        delimiters.map(each => [each, each === '\t' ? text.tab : each] as const),
        delimiter,
        value => this.#format({ delimiter: delimiters.find(each => each === value) ?? ',' }),
      )}
      ${selectField(
        text.encoding,
        encodings.map(each => [each, each.toUpperCase()] as const),
        encoding,
        value => this.#format({ encoding: encodings.find(each => each === value) ?? 'utf-8' }),
      )}
      ${count('skip', text.skip, format.skip ?? 0, text.skipHelp, value => this.#format({ skip: whole(value) }))}
      <label class="check"><input type="checkbox" .checked=${plan.hasHeader} @change=${() => this.#plan({ hasHeader: !plan.hasHeader })} />${text.header}</label>`;
  }

  #thousands(value: string): void {
    const { thousands: _, ...format } = this.choice.format;
    const given = ['.', ',', ' ', "'"] as const;
    const thousands = given.find(each => each === value);
    this.#choose({ format: thousands === undefined ? format : { ...format, thousands } });
  }
}

const delimiters = [',', ';', '\t', '|'] as const;
const encodings = ['utf-8', 'windows-1252', 'utf-16le', 'utf-16be'] as const;

customElements.define('jg-import-columns', JgImportColumns);
