import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { QuantityId } from '#core/quantities.ts';
import type { Meter } from '../../host/api/contract.ts';
import type { HistoryAddress } from '../addresses/history-address.ts';
import { locale, quantityName, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { icon } from '../parts/icons.ts';
import { type Calendar, ownCalendar, periodUnits } from '../periods.ts';
import { hostNow } from '../site/clock.ts';
import { toldApart } from '../site/told-apart.ts';
import { basics, controls } from '../styles.ts';
import { historyBarStyles } from './history-bar-styles.ts';
import { rangeText } from './range-words.ts';
import {
  endingNow,
  fixedRange,
  inUnit,
  isLive,
  isPreset,
  ofLocalInput,
  presets,
  type Range,
  shifted,
  spanOf,
  toLocalInput,
} from './ranges.ts';
import './jg-history-compare.ts';

/** Chooses what is shown: meter, quantity and time. Tells `jg-history` (detail: the parts of the address that change). */
export class JgHistoryBar extends JgElement {
  static override properties = {
    meters: { attribute: false },
    meter: { attribute: false },
    quantities: { attribute: false },
    quantity: { attribute: false },
    address: { attribute: false },
    calendar: { attribute: false },
    isCustom: { state: true },
    mistake: { state: true },
  };
  static override styles = [basics, controls, historyBarStyles];

  declare meters: readonly Meter[];
  declare meter: string | null;
  declare quantities: readonly QuantityId[];
  declare quantity: QuantityId | null;
  declare address: HistoryAddress;
  declare calendar: Calendar;
  declare isCustom: boolean;
  declare mistake: string | null;

  constructor() {
    super();
    this.calendar = ownCalendar();
    this.isCustom = false;
    this.mistake = null;
  }

  protected override willUpdate(changed: PropertyValues): void {
    // Chosen, zoomed or gone back to: the form has done its work.
    if (changed.has('address')) this.isCustom = false;
  }

  protected override render(): TemplateResult {
    const { history } = words();
    return html`<div class="bar">
        <div class="field">
          <label for="meter">${history.meter}</label>
          <select
            id="meter"
            @change=${(event: Event) => this.#choose({ meter: chosenIn(event), quantity: null, more: [] })}
          >
            ${this.meter === null ? html`<option selected></option>` : nothing}
            ${toldApart(this.meters).map(({ key, name }) => html`<option value=${key} ?selected=${key === this.meter}>${name}</option>`)}
          </select>
        </div>
        <div class="field">
          <label for="quantity">${history.quantity}</label>
          <select
            id="quantity"
            @change=${(event: Event) => this.#choose({ quantity: chosenIn(event), more: [] })}
          >
            ${this.quantities.map(
              id => html`<option value=${id} ?selected=${id === this.quantity}>${quantityName(id)}</option>`,
            )}
          </select>
        </div>
        <jg-history-compare .address=${this.address} .calendar=${this.calendar}></jg-history-compare>
      </div>
      <div class="when">${this.#moves()} ${this.#units()} ${this.#ending()}</div>
      ${this.isCustom ? this.#custom() : nothing}`;
  }

  #units(): TemplateResult {
    const { past } = words();
    const { range } = this.address;
    return html`<div class="segments" role="group" aria-label=${past.period}>
      ${periodUnits.map(
        unit => html`<button
          aria-pressed=${range.kind === 'calendar' && range.unit === unit}
          @click=${() => this.#choose({ range: inUnit(unit, range, hostNow(), this.calendar) })}
        >
          ${past.units[unit]}
        </button>`,
      )}
    </div>`;
  }

  /** Lengths that end now, and the form for any other. */
  #ending(): TemplateResult {
    const { past } = words();
    const { range } = this.address;
    const preset = range.kind === 'preset' ? range.preset : null;
    return html`<select
        class="ending"
        aria-label=${past.ending}
        .value=${preset ?? ''}
        @change=${(event: Event) => {
          const chosen = chosenIn(event);
          if (isPreset(chosen)) this.#choose({ range: { kind: 'preset', preset: chosen } });
        }}
      >
        ${preset === null ? html`<option value="" selected>${past.ending}…</option>` : nothing}
        ${presets.map(
          each => html`<option value=${each} ?selected=${each === preset}>${past.presets[each]}</option>`,
        )}
      </select>
      <button
        class="free"
        aria-pressed=${range.kind === 'fixed'}
        aria-expanded=${this.isCustom}
        @click=${() => {
          this.isCustom = !this.isCustom;
          this.mistake = null;
        }}
      >
        ${icon('calendar', 18)}<span>${past.free}</span>
      </button>`;
  }

  #custom(): TemplateResult {
    const { history } = words();
    const { zone } = this.calendar;
    const { fromMs, toMs } = spanOf(this.address.range, hostNow(), this.calendar);
    const input = (id: 'from' | 'to', label: string, atMs: number) => html`<div class="field">
      <label for=${id}>${label}</label>
      <input id=${id} name=${id} type="datetime-local" .value=${toLocalInput(atMs, zone)} aria-describedby="mistake" aria-invalid=${this.mistake === null ? nothing : 'true'} />
    </div>`;
    return html`<form class="custom" novalidate @submit=${this.#apply}>
      ${input('from', history.from, fromMs)} ${input('to', history.to, toMs)}
      <button class="primary">${history.apply}</button>
      ${zone === ownCalendar().zone ? nothing : html`<p class="muted small">${words().past.zone(zone)}</p>`}
      <p id="mistake" class="mistake" aria-live="polite">${this.mistake ?? ''}</p>
    </form>`;
  }

  #moves(): TemplateResult {
    const { history, past } = words();
    const { range } = this.address;
    const nowMs = hostNow();
    const { calendar } = this;
    const span = spanOf(range, nowMs, calendar);
    const live = isLive(range, nowMs, calendar);
    const length = span.toMs - span.fromMs;
    const go = (next: Range) => () => this.#choose({ range: next });
    const [earlier, later] =
      range.kind === 'calendar'
        ? [past.previous[range.unit], past.next[range.unit]]
        : [history.earlier, history.later];
    const current: Range = range.kind === 'calendar' ? { ...range, atMs: null } : endingNow(length, nowMs);
    return html`<div class="moves">
        <button aria-label=${earlier} title=${earlier} @click=${go(shifted(range, -1, nowMs, calendar))}>${icon('left')}</button>
        <span class="span number" aria-live="polite"
          >${rangeText(range, span, nowMs, locale(), calendar.zone, history.now)}</span
        >
        <button aria-label=${later} title=${later} ?disabled=${live} @click=${go(shifted(range, 1, nowMs, calendar))}>${icon('right')}</button>
        <button ?disabled=${live} @click=${go(current)}>${past.now}</button>
      </div>`;
  }

  #choose(part: Partial<HistoryAddress>): void {
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
    const atMs = (id: 'from' | 'to') => ofLocalInput(String(form.get(id) ?? ''), this.calendar.zone);
    const [fromMs, toMs] = [atMs('from'), atMs('to')];
    const { history } = words();
    if (Number.isNaN(fromMs) || Number.isNaN(toMs)) this.mistake = history.fromOrToMissing;
    else if (toMs <= fromMs) this.mistake = history.fromAfterTo;
    else this.#choose({ range: fixedRange(fromMs, toMs) });
  }
}

const chosenIn = (event: Event): string => (event.target as HTMLSelectElement).value;

customElements.define('jg-history-bar', JgHistoryBar);
