import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type {
  CorrectionPreview,
  Meter,
  NewCorrection,
  PreviewedCorrection,
  Series,
} from '../../host/api/contract.ts';
import type { DataAddress } from '../addresses/data-address.ts';
import { api } from '../api.ts';
import { errorText } from '../error-text.ts';
import { ofLocalInput, toLocalInput } from '../history/ranges.ts';
import { quantityName, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { icon } from '../parts/icons.ts';
import { basics, controls } from '../styles.ts';
import {
  type CorrectionDraft,
  correctionKinds,
  correctionOf,
  type DraftField,
  entryUnit,
  fieldsOf,
  isForWholeMeter,
  seriesFor,
} from './correction-draft.ts';
import { dataStyles } from './data-styles.ts';
import './jg-correction-preview.ts';
import '../parts/jg-notice.ts';

const isTime = (field: DraftField): field is 'from' | 'to' | 'at' =>
  field === 'from' || field === 'to' || field === 'at';

const empty: CorrectionDraft = Object.freeze({
  kind: 'exclude',
  meter: '',
  series: '',
  from: '',
  to: '',
  at: '',
  factor: '',
  offset: '',
  reading: '',
  oldReading: '',
  newReading: '',
});

/** A new correction: only the fields that its kind needs, what it would change, and why. Tells `jg-done`. */
export class JgCorrectionForm extends JgElement {
  static override properties = {
    meters: { attribute: false },
    series: { attribute: false },
    address: { attribute: false },
    zone: { attribute: false },
    draft: { state: true },
    why: { state: true },
    wrong: { state: true },
    preview: { state: true },
    isBusy: { state: true },
    error: { state: true },
  };
  static override styles = [basics, controls, dataStyles];

  declare meters: readonly Meter[];
  declare series: readonly Series[];
  declare address: DataAddress;
  /** IANA zone of the site: its days are those of the preview. */
  declare zone: string;
  declare draft: CorrectionDraft;
  declare why: string;
  /** Fields that are not as they must be. */
  declare wrong: readonly (DraftField | 'series' | 'why')[];
  /** What the draft as it stands would change. */
  declare preview: { readonly of: PreviewedCorrection; readonly told: CorrectionPreview } | null;
  declare isBusy: boolean;
  declare error: unknown;

  constructor() {
    super();
    this.draft = empty;
    this.why = '';
    this.wrong = [];
    this.preview = null;
    this.isBusy = false;
    this.error = null;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('address')) return;
    const { meter, fromMs, toMs } = this.address;
    const local = (atMs: number | null) => (atMs === null ? '' : toLocalInput(atMs, this.zone));
    this.#set({
      ...(this.draft.meter === '' && { meter: meter ?? this.#known()[0]?.key ?? '' }),
      ...(meter !== null && { meter }),
      ...(fromMs !== null && { from: local(fromMs), at: local(fromMs), to: local(toMs) }),
    });
  }

  /** Meters of which something is stored. */
  #known(): readonly Meter[] {
    const stored = new Set(this.series.map(({ meter }) => meter));
    return this.meters.filter(({ key }) => stored.has(key));
  }

  /** What was previewed is not what would be saved any more. */
  #set(part: Partial<CorrectionDraft>): void {
    const next = { ...this.draft, ...part };
    const choices = seriesFor(next.kind, next.meter, this.series).map(({ key }) => key);
    const fits = choices.includes(next.series) || (next.series === '' && isForWholeMeter(next.kind));
    this.draft = fits ? next : { ...next, series: isForWholeMeter(next.kind) ? '' : (choices[0] ?? '') };
    this.preview = null;
    this.wrong = [];
  }

  protected override render(): TemplateResult {
    const { dataPages } = words();
    const { corrections: text } = dataPages;
    const { draft, preview } = this;
    return html`<form class="panel" novalidate @submit=${(event: SubmitEvent) => this.#submit(event)} aria-labelledby="title">
      <h2 id="title">${text.add}</h2>
      <fieldset><legend>${text.kind}</legend><div class="choices">
        ${correctionKinds.map(kind => html`<label><input type="radio" name="kind" value=${kind} .checked=${kind === draft.kind} @change=${() => this.#set({ kind })} />${text.kinds[kind]}</label>`)}
      </div></fieldset>
      <p class="muted small intro">${text.kindHelp[draft.kind]}</p>
      <div class="fields">
        ${this.#about()}
        ${fieldsOf[draft.kind].map(field => this.#field(field))}
        <div class="field wide"><label for="why">${dataPages.why}</label>
          <input id="why" maxlength="500" autocomplete="off" .value=${this.why} aria-invalid=${this.wrong.includes('why')} aria-describedby="why-help" @input=${(event: Event) => this.#say(event)} />
          <p id="why-help" class=${this.wrong.includes('why') ? 'error small' : 'muted small'}>${this.wrong.includes('why') ? text.wrong.why : dataPages.whyHelp}</p></div>
      </div>
      ${this.error === null ? nothing : html`<jg-notice .text=${errorText(this.error)}></jg-notice>`}
      ${preview === null ? nothing : html`<jg-correction-preview .preview=${preview.told} .series=${draft.series} .zone=${this.zone}></jg-correction-preview>`}
      <div class="row">
        ${preview === null ? html`<button class="primary" ?disabled=${this.isBusy}>${icon('search')}${this.isBusy ? dataPages.working : text.preview}</button>` : html`<button class="primary" ?disabled=${this.isBusy}>${icon('tick')}${this.isBusy ? dataPages.working : text.save}</button>`}
        <button type="button" class="quiet" @click=${() => this.tell('jg-done', false)}>${dataPages.cancel}</button>
      </div>
    </form>`;
  }

  #about(): TemplateResult {
    const { dataPages } = words();
    const { corrections: text } = dataPages;
    const { draft } = this;
    const chosenIn = (event: Event) => (event.target instanceof HTMLSelectElement ? event.target.value : '');
    const choices = seriesFor(draft.kind, draft.meter, this.series);
    return html`<label class="field"><span>${dataPages.meter}</span>
        <select @change=${(event: Event) => this.#set({ meter: chosenIn(event), series: '' })}>
          ${this.#known().map(({ key, name }) => html`<option value=${key} ?selected=${key === draft.meter}>${name}</option>`)}
        </select></label>
      <label class="field"><span>${text.about}</span>
        <select aria-invalid=${this.wrong.includes('series')} @change=${(event: Event) => this.#set({ series: chosenIn(event) })}>
          ${isForWholeMeter(draft.kind) ? html`<option value="" ?selected=${draft.series === ''}>${text.wholeMeter}</option>` : nothing}
          ${choices.map(({ key, quantity }) => html`<option value=${key} ?selected=${key === draft.series}>${quantityName(quantity)}</option>`)}
        </select></label>`;
  }

  #field(field: DraftField): TemplateResult {
    const { dataPages } = words();
    const { corrections: text } = dataPages;
    const { draft } = this;
    const isWrong = this.wrong.includes(field);
    const unit =
      field === 'factor' || isTime(field)
        ? ''
        : entryUnit(draft.series.slice(draft.series.lastIndexOf('.') + 1)).unit;
    const label =
      field === 'from'
        ? dataPages.from
        : field === 'to'
          ? dataPages.to
          : field === 'at'
            ? text.at
            : text.fields[field];
    const help = isWrong
      ? isTime(field)
        ? text.wrong[field]
        : text.wrong.number
      : field === 'to'
        ? text.toHelp
        : '';
    // At once and not as it is left: what moves then would move away from below a click.
    const take = (event: Event) => {
      if (event.target instanceof HTMLInputElement) this.#set({ [field]: event.target.value });
    };
    return html`<div class="field"><label for=${field}>${label}${unit === '' ? nothing : html` <span class="muted">(${unit})</span>`}</label>
      <input id=${field} type=${isTime(field) ? 'datetime-local' : 'text'} inputmode=${isTime(field) ? nothing : 'decimal'} autocomplete="off" .value=${draft[field]} aria-invalid=${isWrong} aria-describedby=${`${field}-help`} @input=${take} />
      <p id=${`${field}-help`} class=${isWrong ? 'error small' : 'muted small'}>${help}</p></div>`;
  }

  #say(event: Event): void {
    if (event.target instanceof HTMLInputElement) this.why = event.target.value;
  }

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const read = correctionOf(this.draft, text => ofLocalInput(text, this.zone));
    const why = this.why.trim();
    const isSaving = this.preview !== null;
    this.wrong = [...(read.ok ? [] : read.wrong), ...(isSaving && why === '' ? ['why' as const] : [])];
    if (!read.ok || this.wrong.length > 0) {
      await this.updateComplete;
      this.renderRoot.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
      return;
    }
    this.isBusy = true;
    this.error = null;
    try {
      if (isSaving) await this.#save({ ...read.correction, why });
      else this.preview = { of: read.correction, told: await api.previewCorrection(read.correction) };
    } catch (error) {
      this.error = error;
    } finally {
      this.isBusy = false;
    }
  }

  async #save(correction: NewCorrection): Promise<void> {
    await api.makeCorrection(correction);
    this.tell('jg-done', true);
  }
}

customElements.define('jg-correction-form', JgCorrectionForm);
