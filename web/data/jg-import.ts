import { css, html, nothing, type TemplateResult } from 'lit';
import type { ImportCheck, ImportEntry, ImportReport, Meter } from '../../host/api/contract.ts';
import { api } from '../api.ts';
import { errorText } from '../error-text.ts';
import { formatNumber } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { icon } from '../parts/icons.ts';
import { basics, controls } from '../styles.ts';
import { dataStyles } from './data-styles.ts';
import { guessPlan, type ImportChoice, importCheckOf } from './import-guess.ts';
import { type SentFile, sendFile } from './send-file.ts';
import './jg-import-columns.ts';
import './jg-import-list.ts';
import './jg-import-report.ts';
import '../parts/jg-notice.ts';

/** Where the import of a file is: no file yet, on its way, being looked at, tried, or done. */
type Step =
  | { readonly is: 'choosing' }
  | { readonly is: 'sending'; readonly share: number }
  | {
      readonly is: 'mapping';
      readonly file: SentFile;
      readonly choice: ImportChoice;
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
    isOver: { state: true },
    why: { state: true },
    error: { state: true },
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
  /** A file is held over the page. */
  declare isOver: boolean;
  declare why: string;
  declare error: unknown;
  #sending: AbortController | undefined;
  readonly #drags = [
    ['dragover', (event: DragEvent) => this.#over(event)],
    ['dragleave', (event: DragEvent) => this.#leave(event)],
    ['drop', (event: DragEvent) => this.#drop(event)],
  ] as const;

  constructor() {
    super();
    this.meters = [];
    this.zone = '';
    this.step = { is: 'choosing' };
    this.entries = null;
    this.isBusy = false;
    this.isOver = false;
    this.why = '';
    this.error = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // Anywhere on the page: beside the field the browser would open the file and the page be gone.
    for (const [type, take] of this.#drags) addEventListener(type, take);
    void this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const [type, take] of this.#drags) removeEventListener(type, take);
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
        return html`<div class=${this.isOver ? 'drop over' : 'drop'}>
          <label class="button primary" for="file">${icon('upload')}${text.choose}</label>
          <input id="file" class="visually-hidden" type="file" accept=".csv,.txt,text/csv" @change=${(event: Event) => this.#chosen(event)} />
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
      <jg-import-columns .file=${step.file} .choice=${step.choice} .meters=${this.meters} @jg-choice=${(event: CustomEvent<ImportChoice>) => this.#change(event.detail)}></jg-import-columns>
      ${check === undefined ? html`<p class="muted">${text.needs}</p>` : nothing}
      ${step.report === null ? nothing : html`<jg-import-report .report=${step.report} .zone=${this.zone}></jg-import-report>`}
      ${isGood ? html`<label class="field"><span>${dataPages.why}</span><input maxlength="500" autocomplete="off" .value=${this.why} @input=${(event: Event) => this.#say(event)} /></label>` : nothing}
      ${this.isBusy ? html`<progress aria-label=${dataPages.working}></progress>` : nothing}
      <div class="row">
        ${
          isGood
            ? html`<button class="primary" ?disabled=${this.isBusy || this.why.trim() === ''} @click=${() => this.#write(check)}>${icon('tick')}${this.isBusy ? dataPages.working : text.write}</button>`
            : html`<button class="primary" ?disabled=${this.isBusy || check === undefined} @click=${() => this.#check(step, check)}>${icon('search')}${this.isBusy ? dataPages.working : text.check}</button>`
        }
        <button class="quiet" @click=${() => this.#again()}>${text.again}</button>
      </div></div>`;
  }

  #over(event: DragEvent): void {
    if (!hasFiles(event)) return;
    event.preventDefault();
    this.isOver = true;
  }

  /** It leaves one element after the other; only the last of them is in nothing. */
  #leave(event: DragEvent): void {
    if (event.relatedTarget === null) this.isOver = false;
  }

  #drop(event: DragEvent): void {
    if (!hasFiles(event)) return;
    event.preventDefault();
    this.isOver = false;
    const file = event.dataTransfer?.files[0];
    if (file !== undefined && this.step.is === 'choosing') void this.#send(file);
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
      const choice: ImportChoice = {
        file: file.id,
        format: file.format,
        plan: guessPlan(file.lines, file.format.delimiter ?? ','),
        header: file.lines[0] ?? [],
        meter: this.meters[0]?.key ?? 'imported.meter',
        zone: this.zone,
        means: 'start',
        overlap: 'refuse',
        mistakes: 'refuse',
      };
      this.step = { is: 'mapping', file, choice, report: null };
    } catch (error) {
      this.error = error;
      this.step = { is: 'choosing' };
    }
  }

  /** What was tried is not what would be imported any more. */
  #change(choice: ImportChoice): void {
    if (this.step.is === 'mapping') this.step = { ...this.step, choice, report: null };
  }

  #say(event: Event): void {
    if (event.target instanceof HTMLInputElement) this.why = event.target.value;
  }

  #again(): void {
    this.step = { is: 'choosing' };
    this.why = '';
    this.error = null;
  }

  #check(step: Extract<Step, { is: 'mapping' }>, check: ImportCheck | undefined): Promise<void> {
    return this.#busy(async () => {
      if (check === undefined) return;
      const report = await api.checkImport(check);
      if (this.step.is === 'mapping' && this.step.choice === step.choice) this.step = { ...step, report };
    });
  }

  #write(check: ImportCheck | undefined): Promise<void> {
    return this.#busy(async () => {
      if (check === undefined) return;
      this.step = { is: 'done', entry: await api.writeImport(check, this.why.trim()) };
      this.why = '';
      await this.#load();
    });
  }

  #undo(id: number): Promise<void> {
    return this.#busy(async () => {
      await api.undoImport(id);
      await this.#load();
    });
  }

  async #busy(work: () => Promise<void>): Promise<void> {
    this.isBusy = true;
    this.error = null;
    try {
      await work();
    } catch (error) {
      this.error = error;
    } finally {
      this.isBusy = false;
    }
  }
}

/** Texts are dragged too, and are no concern of this. */
const hasFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') === true;

customElements.define('jg-import', JgImport);
