import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Correction, Meter, Series } from '../../host/api/contract.ts';
import { mayHere } from '../access.ts';
import { type DataAddress, dataAddress } from '../addresses/data-address.ts';
import { api } from '../api.ts';
import { errorText } from '../error-text.ts';
import { formatTime } from '../format.ts';
import { locale, quantityName, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { icon } from '../parts/icons.ts';
import { basics, controls } from '../styles.ts';
import { effectText, rangeText } from './correction-text.ts';
import { dataStyles } from './data-styles.ts';
import './jg-correction-form.ts';
import '../parts/jg-notice.ts';

/** With more meters than this one has to be chosen: each is a question to the host. */
const mostAtOnce = 64;
/** What could not be had, or of which there is nothing yet, is asked for again after so long. */
const againMs = 5000;

/** All corrections, of one meter or of all: what, who, when, why; new ones; and undoing them. */
export class JgCorrections extends JgElement {
  static override properties = {
    meters: { attribute: false },
    address: { attribute: false },
    zone: { attribute: false },
    series: { state: true },
    corrections: { state: true },
    isNew: { state: true },
    undoing: { state: true },
    isBusy: { state: true },
    hasSaved: { state: true },
    error: { state: true },
  };
  static override styles = [
    basics,
    controls,
    dataStyles,
    css`
      .list {
        display: grid;
        gap: 0.75rem;
      }
      article {
        padding: 1rem 1.25rem;
        display: grid;
        gap: 0.25rem 1rem;
        grid-template-columns: 1fr auto;
        align-items: start;
      }
      article > form,
      article > .note {
        grid-column: 1 / -1;
      }
      @media (max-width: 40rem) {
        article {
          grid-template-columns: minmax(0, 1fr);
          justify-items: start;
          row-gap: 0.75rem;
        }
      }
      h3 {
        font-size: 1rem;
      }
      .undone h3 {
        text-decoration: line-through;
        color: var(--jg-muted);
      }
      .undo {
        display: grid;
        gap: 0.75rem;
        margin-top: 0.5rem;
      }
      .head label {
        min-width: min(16rem, 100%);
      }
      blockquote {
        margin: 0.25rem 0 0;
        overflow-wrap: anywhere;
      }
    `,
  ];

  declare meters: readonly Meter[];
  declare address: DataAddress;
  /** IANA zone of the site. */
  declare zone: string;
  declare series: readonly Series[] | null;
  declare corrections: readonly Correction[] | null;
  declare isNew: boolean;
  /** Number of the one that is about to be undone. */
  declare undoing: number | null;
  declare isBusy: boolean;
  declare hasSaved: boolean;
  declare error: unknown;
  #asked: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.meters = [];
    this.series = null;
    this.corrections = null;
    this.isNew = false;
    this.undoing = null;
    this.isBusy = false;
    this.hasSaved = false;
    this.error = null;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    // A link with a range is one to a new correction of it.
    if (changed.has('address') && this.address.fromMs !== null) this.isNew = true;
    const wanted = this.#wanted().join(' ');
    if (wanted !== this.#asked) {
      this.#asked = wanted;
      void this.#load();
    }
  }

  #wanted(): readonly string[] {
    const { meter } = this.address;
    if (meter !== null) return [meter];
    return this.meters.slice(0, mostAtOnce).map(({ key }) => key);
  }

  async #load(): Promise<void> {
    const wanted = this.#wanted();
    const asked = this.#asked;
    clearTimeout(this.#timer);
    try {
      const [series, ...lists] = await Promise.all([api.series(), ...wanted.map(api.corrections)]);
      if (asked !== this.#asked) return;
      this.series = series;
      this.corrections = lists.flat().sort((one, other) => other.atMs - one.atMs || other.id - one.id);
      this.error = null;
    } catch (error) {
      if (asked !== this.#asked) return;
      this.error = error;
    }
    const isDone = this.error === null && this.series !== null && this.series.length > 0;
    if (!isDone && this.isConnected) this.#timer = setTimeout(() => void this.#load(), againMs);
  }

  protected override render(): TemplateResult {
    const { dataPages, load } = words();
    const { corrections: text } = dataPages;
    const { series, corrections } = this;
    return html`<p class="muted intro">${text.intro}</p>
      ${this.error === null ? nothing : html`<jg-notice .text=${errorText(this.error)}></jg-notice>`}
      <div class="head">${this.#choice()}
        ${this.isNew || !series?.length || !mayHere('operator') ? nothing : html`<button class="primary" @click=${() => this.#begin()}>${icon('plus')}${text.add}</button>`}
      </div>
      <div aria-live="polite">${this.hasSaved ? html`<p class="row">${icon('tick')}${text.saved}</p>` : nothing}</div>
      ${this.isNew && series !== null && mayHere('operator') ? html`<jg-correction-form .meters=${this.meters} .series=${series} .address=${this.address} .zone=${this.zone} @jg-done=${(event: CustomEvent<boolean>) => this.#done(event.detail)}></jg-correction-form>` : nothing}
      ${corrections === null ? html`<p class="muted">${this.error === null ? load.loading : ''}</p>` : corrections.length === 0 ? html`<p class="muted">${series?.length === 0 ? text.noMeter : text.empty}</p>` : html`<section aria-label=${text.caption}><ul class="list">${corrections.map(each => html`<li>${this.#entry(each)}</li>`)}</ul></section>`}`;
  }

  #choice(): TemplateResult {
    const { dataPages: text } = words();
    const chosen = this.address.meter ?? '';
    const choose = (event: Event) => {
      if (!(event.target instanceof HTMLSelectElement)) return;
      this.tell('jg-address', dataAddress('corrections', { meter: event.target.value || null }));
    };
    return html`<label class="field"><span class="visually-hidden">${text.meter}</span>
      <select @change=${choose}>
        <option value="" ?selected=${chosen === ''}>${text.allMeters}</option>
        ${this.meters.map(({ key, name }) => html`<option value=${key} ?selected=${key === chosen}>${name}</option>`)}
      </select></label>`;
  }

  #entry(correction: Correction): TemplateResult {
    const { dataPages } = words();
    const { corrections: text } = dataPages;
    const { id, kind, meter, series, who, atMs, why, undone, isBuilt } = correction;
    const name = this.meters.find(({ key }) => key === meter)?.name ?? meter;
    const what = series === null ? text.wholeMeter : quantityName(series.slice(meter.length + 1));
    const time = (ms: number) => formatTime(ms, 'dayTimeYear', locale(), this.zone);
    return html`<article class=${undone === null ? 'panel' : 'panel undone'}>
      <div>
        <h3>${text.kinds[kind]}: ${effectText(correction)}</h3>
        <p>${name}, ${what} · <span class="number">${rangeText(correction, this.zone)}</span></p>
        <blockquote>${why}</blockquote>
        <p class="muted small">${dataPages.by(who, time(atMs))}</p>
      </div>
      ${undone !== null || this.undoing === id || !mayHere('operator') ? nothing : html`<button aria-label=${text.undoTitle(String(id))} @click=${() => this.#ask(id)}>${icon('turn')}${text.undo}</button>`}
      ${undone === null ? nothing : html`<p class="note small">${text.undone(undone.who, time(undone.atMs), undone.why)}</p>`}
      ${isBuilt || undone !== null ? nothing : html`<p class="note muted small">${text.building}</p>`}
      ${this.undoing === id ? this.#undoForm(id) : nothing}
    </article>`;
  }

  #undoForm(id: number): TemplateResult {
    const { dataPages } = words();
    const { corrections: text } = dataPages;
    return html`<form class="undo" @submit=${(event: SubmitEvent) => this.#undo(event, id)}>
      <label class="field"><span>${text.undoWhy}</span><input name="why" required maxlength="500" autocomplete="off" /></label>
      <div class="row"><button class="primary" ?disabled=${this.isBusy}>${text.undoYes}</button>
        <button type="button" class="quiet" @click=${() => this.#ask(null)}>${dataPages.cancel}</button></div>
    </form>`;
  }

  #begin(): void {
    this.isNew = true;
    this.hasSaved = false;
  }

  #ask(id: number | null): void {
    this.undoing = id;
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector<HTMLInputElement>('.undo input')?.focus(),
    );
  }

  async #undo(event: SubmitEvent, id: number): Promise<void> {
    event.preventDefault();
    if (!(event.target instanceof HTMLFormElement)) return;
    const why = String(new FormData(event.target).get('why') ?? '').trim();
    if (why === '') return;
    this.isBusy = true;
    try {
      await api.undoCorrection(id, why);
      this.undoing = null;
      await this.#load();
    } catch (error) {
      this.error = error;
    } finally {
      this.isBusy = false;
    }
  }

  #done(hasSaved: boolean): void {
    this.isNew = false;
    this.hasSaved = hasSaved;
    if (this.address.fromMs !== null)
      this.tell('jg-address', dataAddress('corrections', { meter: this.address.meter }));
    if (hasSaved) void this.#load();
  }
}

customElements.define('jg-corrections', JgCorrections);
