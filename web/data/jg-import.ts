import { css, html, nothing, type TemplateResult } from 'lit';
import type {
  ImportCheck,
  ImportEntry,
  ImportFileState,
  ImportReport,
  Meter,
} from '../../host/api/contract.ts';
import {
  formatOfChoice,
  type ImportChoice,
  importCheckOf,
  linesAreOf,
  seriesColumns,
} from '../../host/import/proposal/choice.ts';
import type { ImportDevice } from '../../host/import/proposal/devices.ts';
import { firstChoice, withNames } from '../../host/import/proposal/first-choice.ts';
import type { ImportName } from '../../host/import/proposal/names.ts';
import { api } from '../api.ts';
import { errorText } from '../error-text.ts';
import { formatNumber } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { icon } from '../parts/icons.ts';
import { basics, controls } from '../styles.ts';
import { dataStyles } from './data-styles.ts';
import { FileDrop } from './file-drop.ts';
import { type SentFile, sendFile } from './send-file.ts';
import './jg-import-columns.ts';
import './jg-import-devices.ts';
import './jg-import-list.ts';
import './jg-import-names.ts';
import './jg-import-report.ts';
import '../parts/jg-notice.ts';

/** Where the import of a file is: no file yet, on its way, being looked at, tried, or done. */
type Step =
  | { readonly is: 'choosing' }
  | { readonly is: 'sending'; readonly share: number }
  | {
      readonly is: 'mapping';
      readonly file: SentFile;
      /** As they are read at present. */
      readonly lines: readonly (readonly string[])[];
      readonly choice: ImportChoice;
      readonly otherLines: number;
      readonly report: ImportReport | null;
    }
  | { readonly is: 'done'; readonly entry: ImportEntry };

/** Values of the past from a file: chosen or dropped, its columns told, tried, and imported; and all imports so far. */
export class JgImport extends JgElement {
  static override properties = {
    meters: { attribute: false },
    zone: { attribute: false },
    step: { state: true },
    entries: { state: true },
    isBusy: { state: true },
    why: { state: true },
    error: { state: true },
    work: { state: true },
  };
  static override styles = [
    basics,
    controls,
    dataStyles,
    css`
      .drop {
        display: flex;
        flex-wrap: wrap;
        gap: 0.75rem;
        align-items: center;
        justify-content: center;
        padding: 2rem 1.25rem;
        border: 2px dashed var(--jg-control);
        border-radius: var(--jg-radius);
      }
      .drop.over {
        border-color: var(--jg-accent);
        background: var(--jg-accent-tint);
      }
      .drop {
        position: relative;
      }
      .drop:focus-within label {
        outline: 3px solid var(--jg-accent);
        outline-offset: 2px;
      }
    `,
  ];

  declare meters: readonly Meter[];
  /** IANA zone of the site. */
  declare zone: string;
  declare step: Step;
  declare entries: readonly ImportEntry[] | null;
  declare isBusy: boolean;
  declare why: string;
  declare error: unknown;
  /** How far the host is with what it was asked. */
  declare work: ImportFileState['work'];
  /** How much the host is asked at once. */
  #works = 0;
  #sending: AbortController | undefined;
  readonly #dropped = new FileDrop(this, file => {
    if (this.step.is === 'choosing') void this.#send(file);
  });

  constructor() {
    super();
    this.meters = [];
    this.zone = '';
    this.step = { is: 'choosing' };
    this.entries = null;
    this.isBusy = false;
    this.why = '';
    this.error = null;
    this.work = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sending?.abort();
  }

  async #load(): Promise<void> {
    try {
      this.entries = await api.imports();
    } catch (error) {
      this.error = error;
    }
  }

  protected override render(): TemplateResult {
    const { dataPages } = words();
    const { import: text } = dataPages;
    return html`<p class="muted intro">${text.intro}</p>
      ${this.error === null ? nothing : html`<jg-notice .text=${errorText(this.error)}></jg-notice>`}
      ${this.#step()}
      ${this.entries === null ? nothing : html`<jg-import-list .entries=${this.entries} .zone=${this.zone} @jg-undo=${(event: CustomEvent<number>) => this.#undo(event.detail)}></jg-import-list>`}`;
  }

  #step(): TemplateResult {
    const { import: text } = words().dataPages;
    const { step } = this;
    const number = (value: number) => formatNumber(value, locale(), 0);
    switch (step.is) {
      case 'choosing':
        return html`<div class=${this.#dropped.isOver ? 'drop over' : 'drop'}>
          <label class="button primary" for="file">${icon('upload')}${text.choose}</label>
          <input id="file" class="visually-hidden" type="file" @change=${(event: Event) => this.#chosen(event)} />
          <span class="muted">${text.drop}</span></div>`;
      case 'sending': {
        const share = text.sending(`${number(step.share * 100)}\u202f%`);
        return html`<div class="panel"><p>${share}</p><progress aria-label=${share} max="1" value=${step.share}></progress></div>`;
      }
      case 'done':
        return html`<div class="panel"><p class="row" role="status">${icon('tick')}${text.done(number(step.entry.windows))}</p>
          <div class="row"><button @click=${() => this.#again()}>${text.again}</button></div></div>`;
      case 'mapping':
        return this.#mapping(step);
    }
  }

  #mapping(step: Extract<Step, { is: 'mapping' }>): TemplateResult {
    const { dataPages } = words();
    const { import: text } = dataPages;
    const check = importCheckOf(step.choice);
    const isGood = step.report !== null && step.report.obstacles.length === 0 && step.report.windows > 0;
    return html`<div class="panel">
      <jg-import-columns .file=${step.file} .lines=${step.lines} .choice=${step.choice} .meters=${this.meters} @jg-choice=${(event: CustomEvent<ImportChoice>) => this.#change(event.detail)} @jg-format=${(event: CustomEvent<SentFile['format']>) => this.#readAgain(step, event.detail)}></jg-import-columns>
      ${step.choice.names.length === 0 ? nothing : html`<jg-import-names .names=${step.choice.names} .otherLines=${step.otherLines} .meters=${this.meters} @jg-names=${(event: CustomEvent<readonly ImportName[]>) => this.#change({ ...step.choice, names: event.detail })}></jg-import-names>`}
      ${step.choice.devices.length === 0 ? nothing : html`<jg-import-devices .devices=${step.choice.devices} .otherLines=${step.otherLines} .meters=${this.meters} .values=${step.choice.plan.uses.filter(({ is }) => is === 'value').length} @jg-devices=${(event: CustomEvent<readonly ImportDevice[]>) => this.#change({ ...step.choice, devices: event.detail })}></jg-import-devices>`}
      ${check === undefined && !this.isBusy ? html`<p class="muted">${text.needs}</p>` : nothing}
      ${step.report === null ? nothing : html`<jg-import-report .report=${step.report} .zone=${this.zone}></jg-import-report>`}
      ${isGood ? html`<label class="field"><span>${dataPages.why}</span><input maxlength="500" autocomplete="off" .value=${this.why} @input=${(event: Event) => this.#say(event)} /></label>` : nothing}
      ${this.isBusy ? this.#progress() : nothing}
      <div class="row">
        ${
          isGood
            ? html`<button class="primary" ?disabled=${this.isBusy || this.why.trim() === ''} @click=${() => this.#write(step, check)}>${icon('tick')}${this.isBusy ? dataPages.working : text.write}</button>`
            : html`<button class="primary" ?disabled=${this.isBusy || check === undefined} @click=${() => this.#check(step, check)}>${icon('search')}${this.isBusy ? dataPages.working : text.check}</button>`
        }
        <button class="quiet" @click=${() => this.#again()}>${text.again}</button>
      </div></div>`;
  }

  /** How far it is where that is known, and a way out. */
  #progress(): TemplateResult {
    const { dataPages } = words();
    const { import: text } = dataPages;
    const { work } = this;
    if (work === null) return html`<progress aria-label=${dataPages.working}></progress>`;
    const number = (value: number) => formatNumber(value, locale(), 0);
    const far = text.reading(number(work.lines));
    return html`<p class="row"><span role="status">${far}</span><button class="quiet" @click=${() => this.#again()}>${dataPages.cancel}</button></p>
      ${work.share === null ? html`<progress aria-label=${far}></progress>` : html`<progress aria-label=${far} max="1" value=${work.share}></progress>`}`;
  }

  #chosen(event: Event): void {
    const file = event.target instanceof HTMLInputElement ? event.target.files?.[0] : undefined;
    if (file !== undefined) void this.#send(file);
  }

  async #send(chosen: File): Promise<void> {
    this.error = null;
    this.step = { is: 'sending', share: 0 };
    this.#sending = new AbortController();
    const tell = (share: number) => {
      this.step = { is: 'sending', share };
    };
    try {
      const file = await sendFile(chosen, tell, this.#sending.signal);
      this.#show(file, file.format, file.lines);
    } catch (error) {
      this.error = error;
      this.step = { is: 'choosing' };
    }
  }

  /** What a file seems to be, to be looked at and changed; series that its lines name are asked for. */
  #show(file: SentFile, format: SentFile['format'], lines: readonly (readonly string[])[]): void {
    const choice = firstChoice(file, format, lines, this.meters[0]?.key ?? 'imported.meter', this.zone);
    const step = { is: 'mapping', file, lines, choice, otherLines: 0, report: null } as const;
    this.step = step;
    if (seriesColumns(choice).length > 0) void this.#name(step);
  }

  #readAgain(step: Extract<Step, { is: 'mapping' }>, format: SentFile['format']): Promise<void> {
    return this.#busy(async () => {
      const { series: _, ...plain } = format;
      const look = await api.lookIntoFile({ file: step.file.id, format: plain });
      // Another file may have been asked for meanwhile.
      if (this.step.is === 'mapping' && this.step.file.id === step.file.id)
        this.#show(step.file, format, look.lines);
    }, step.file);
  }

  /** Reads all of the file for the series in it. */
  #name(step: Extract<Step, { is: 'mapping' }>): Promise<void> {
    return this.#busy(async () => {
      const { choice, file } = step;
      const { timeFormat } = choice.plan;
      const look = await api.lookIntoFile({ file: file.id, format: formatOfChoice(choice), timeFormat });
      if (this.step.is !== 'mapping' || this.step.file.id !== file.id) return;
      this.step = {
        ...this.step,
        choice: withNames(this.step.choice, look),
        otherLines: look.otherLines,
      };
    }, step.file);
  }

  /** What was tried is not what would be imported any more. */
  #change(choice: ImportChoice): void {
    if (this.step.is !== 'mapping') return;
    const before = this.step.choice;
    const of = linesAreOf(choice.plan);
    // Whose values are a device's nobody has to look for again: only how many columns each has may change.
    const isNamedAnew =
      of !== linesAreOf(before.plan) ||
      `${seriesColumns(choice)}` !== `${seriesColumns(before)}` ||
      (of === 'series' && valuesOf(choice) !== valuesOf(before));
    const named = isNamedAnew ? { ...choice, names: [], devices: [] } : choice;
    const step = { ...this.step, choice: named, report: null };
    this.step = step;
    if (isNamedAnew && seriesColumns(choice).length > 0) void this.#name(step);
  }

  #say(event: Event): void {
    if (event.target instanceof HTMLInputElement) this.why = event.target.value;
  }

  /** The file is gone, and what the host does with it ends. */
  #again(): void {
    if (this.step.is === 'mapping') void api.forgetImportFile(this.step.file.id).catch(() => {});
    this.step = { is: 'choosing' };
    this.why = '';
    this.error = null;
  }

  #check(step: Extract<Step, { is: 'mapping' }>, check: ImportCheck | undefined): Promise<void> {
    return this.#busy(async () => {
      if (check === undefined) return;
      const report = await api.checkImport(check);
      if (this.step.is === 'mapping' && this.step.choice === step.choice) this.step = { ...step, report };
    }, step.file);
  }

  #write({ file }: Extract<Step, { is: 'mapping' }>, check: ImportCheck | undefined): Promise<void> {
    return this.#busy(async () => {
      if (check === undefined) return;
      this.step = { is: 'done', entry: await api.writeImport(check, this.why.trim()) };
      this.why = '';
      await this.#load();
    }, file);
  }

  #undo(id: number): Promise<void> {
    return this.#busy(async () => {
      await api.undoImport(id);
      await this.#load();
    });
  }

  /** `file`: of which the work is. What becomes of one that was put away nobody asks any more. */
  async #busy(work: () => Promise<void>, file?: SentFile): Promise<void> {
    this.isBusy = ++this.#works > 0;
    this.error = null;
    const watch = setInterval(() => void this.#watch(), 1000);
    try {
      await work();
    } catch (error) {
      const { step } = this;
      if (file === undefined || (step.is === 'mapping' && step.file.id === file.id)) this.error = error;
    } finally {
      clearInterval(watch);
      this.isBusy = --this.#works > 0;
      this.work = null;
    }
  }

  async #watch(): Promise<void> {
    if (this.step.is !== 'mapping') return;
    try {
      const { work } = await api.importFile(this.step.file.id);
      if (this.isBusy) this.work = work;
    } catch {
      // What it was asked for answers anyway.
    }
  }
}

/** Columns that have values, by their places. */
const valuesOf = ({ plan }: ImportChoice): string =>
  plan.uses.flatMap((use, column) => (use.is === 'value' ? [column] : [])).join();

customElements.define('jg-import', JgImport);
