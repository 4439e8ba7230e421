import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { QuantityId } from '#core/quantities.ts';
import type { Meter } from '../../host/api/contract.ts';
import { hostNow } from '../clock.ts';
import { formatTime, spanStyle } from '../format.ts';
import { locale, quantityName, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import {
  endingNow,
  fixedRange,
  isLive,
  presets,
  type Range,
  shifted,
  spanOf,
  toLocalInput,
  widened,
} from '../ranges.ts';
import { basics, controls } from '../styles.ts';
import { historyBarStyles } from './history-bar-styles.ts';
import { icon } from './icons.ts';

/** Chooses meter, quantity and range. Tells `jg-history` (detail: the parts of the address that change). */
export class JgHistoryBar extends JgElement {
  static override properties = {
    meters: { attribute: false },
    meter: { attribute: false },
    quantities: { attribute: false },
    quantity: { attribute: false },
    range: { attribute: false },
    isCustom: { state: true },
    mistake: { state: true },
  };
  static override styles = [basics, controls, historyBarStyles];

  declare meters: readonly Meter[];
  declare meter: string | null;
  declare quantities: readonly QuantityId[];
  declare quantity: QuantityId | null;
  declare range: Range;
  declare isCustom: boolean;
  declare mistake: string | null;

  constructor() {
    super();
    this.isCustom = false;
    this.mistake = null;
  }

  protected override willUpdate(changed: PropertyValues): void {
    // Chosen, zoomed or gone back to: the form has done its work.
    if (changed.has('range')) this.isCustom = false;
  }

  protected override render(): TemplateResult {
    const { history } = words();
    return html`<div class="bar">
        <div class="field">
          <label for="meter">${history.meter}</label>
          <select id="meter" @change=${(event: Event) => this.#choose({ meter: chosenIn(event), quantity: null })}>
            ${this.meter === null ? html`<option selected></option>` : nothing}
            ${this.meters.map(({ key, name }) => html`<option value=${key} ?selected=${key === this.meter}>${name}</option>`)}
          </select>
        </div>
        <div class="field">
          <label for="quantity">${history.quantity}</label>
          <select
            id="quantity"
            ?disabled=${this.quantities.length === 0}
            @change=${(event: Event) => this.#choose({ meter: this.meter, quantity: chosenIn(event) })}
          >
            ${this.quantities.map(
              id => html`<option value=${id} ?selected=${id === this.quantity}>${quantityName(id)}</option>`,
            )}
          </select>
        </div>
        <div class="field range">
          <span class="label" id="range">${history.range}</span>
          ${this.#presets()}
        </div>
      </div>
      ${this.isCustom ? this.#custom() : nothing}
      <div class="moves">${this.#moves()}</div>`;
  }

  #presets(): TemplateResult {
    const { history } = words();
    const { range } = this;
    return html`<div class="segments" role="group" aria-labelledby="range">
      ${presets.map(
        preset => html`<button
          aria-pressed=${range.kind === 'preset' && range.preset === preset}
          @click=${() => this.#choose({ range: { kind: 'preset', preset } })}
        >
          ${words().past.presets[preset]}
        </button>`,
      )}
      <button
        aria-pressed=${range.kind === 'fixed'}
        aria-expanded=${this.isCustom}
        @click=${() => {
          this.isCustom = !this.isCustom;
          this.mistake = null;
        }}
      >
        ${history.custom}
      </button>
    </div>`;
  }

  #custom(): TemplateResult {
    const { history } = words();
    const { fromMs, toMs } = spanOf(this.range, hostNow());
    const input = (id: 'from' | 'to', label: string, atMs: number) => html`<div class="field">
      <label for=${id}>${label}</label>
      <input id=${id} name=${id} type="datetime-local" .value=${toLocalInput(atMs, Intl.DateTimeFormat().resolvedOptions().timeZone)} aria-describedby="mistake" aria-invalid=${this.mistake === null ? nothing : 'true'} />
    </div>`;
    return html`<form class="custom" novalidate @submit=${this.#apply}>
      ${input('from', history.from, fromMs)} ${input('to', history.to, toMs)}
      <button class="primary">${history.apply}</button>
      <p id="mistake" class="mistake" aria-live="polite">${this.mistake ?? ''}</p>
    </form>`;
  }

  #moves(): TemplateResult {
    const { history } = words();
    const nowMs = hostNow();
    const span = spanOf(this.range, nowMs);
    const live = isLive(this.range, nowMs);
    const length = span.toMs - span.fromMs;
    const go = (range: Range) => () => this.#choose({ range });
    const zoomedIn = fixedRange(span.fromMs + length / 4, span.toMs - length / 4);
    const style = spanStyle(span.fromMs, span.toMs, nowMs);
    return html`<button aria-label=${history.earlier} @click=${go(shifted(this.range, -1, nowMs))}>${icon('left')}</button>
      <button aria-label=${history.later} ?disabled=${live} @click=${go(shifted(this.range, 1, nowMs))}>${icon('right')}</button>
      <button ?disabled=${live} @click=${go(endingNow(length, nowMs))}>${history.now}</button>
      <span class="span number" aria-live="polite"
        >${formatTime(span.fromMs, style, locale())} – ${live ? history.now.toLowerCase() : formatTime(span.toMs, style, locale())}</span
      >
      <span class="space"></span>
      <span class="hint small muted">${history.zoomHelp}</span>
      <button aria-label=${history.zoomIn} @click=${go(zoomedIn)}>${icon('plus')}</button>
      <button aria-label=${history.zoomOut} @click=${go(widened(this.range, nowMs))}>${icon('minus')}</button>`;
  }

  #choose(part: { meter?: string | null; quantity?: string | null; range?: Range }): void {
    if (part.range !== undefined) {
      // The same range again tells nobody that it changed.
      this.isCustom = false;
      this.mistake = null;
    }
    this.tell('jg-history', part);
  }

  #apply(event: SubmitEvent): void {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const atMs = (id: 'from' | 'to') => new Date(String(form.get(id) ?? '')).getTime();
    const [fromMs, toMs] = [atMs('from'), atMs('to')];
    const { history } = words();
    if (Number.isNaN(fromMs) || Number.isNaN(toMs)) this.mistake = history.fromOrToMissing;
    else if (toMs <= fromMs) this.mistake = history.fromAfterTo;
    else this.#choose({ range: fixedRange(fromMs, toMs) });
  }
}

const chosenIn = (event: Event): string => (event.target as HTMLSelectElement).value;

customElements.define('jg-history-bar', JgHistoryBar);
