import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { HistoryAddress } from '../addresses/history-address.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { type Calendar, ownCalendar } from '../periods.ts';
import { hostNow } from '../site/clock.ts';
import { basics, controls } from '../styles.ts';
import { comparedSpan, compareKinds, isCompareKind, onWeekdayOf } from './compare.ts';
import { ofLocalInput, spanOf, toLocalInput } from './ranges.ts';

/** Chooses what the shown time is compared with. Tells `jg-history` (detail: the comparison, undefined for none). */
export class JgHistoryCompare extends JgElement {
  static override properties = {
    address: { attribute: false },
    calendar: { attribute: false },
    isOther: { state: true },
    mistake: { state: true },
  };
  static override styles = [
    basics,
    controls,
    css`
      :host {
        flex: 1 1 14rem;
        max-width: 18rem;
      }
      :host([open]) {
        max-width: none;
      }
      .all {
        display: flex;
        flex-wrap: wrap;
        gap: 0.75rem 1rem;
        align-items: end;
      }
      .field {
        flex: 1 1 12rem;
        max-width: 18rem;
      }
      select {
        width: 100%;
      }
      form {
        display: flex;
        flex-wrap: wrap;
        gap: 0.75rem 1rem;
        align-items: end;
        flex: 1 1 20rem;
      }
      .check {
        display: flex;
        gap: 0.5rem;
        align-items: center;
        min-height: 2.5rem;
        font-weight: 400;
      }
      .check input {
        width: 1.125rem;
        min-height: 1.125rem;
        margin: 0;
      }
      .mistake {
        flex: 1 1 100%;
        color: var(--jg-bad);
      }
      .mistake:empty {
        display: none;
      }
      @media (max-width: 40rem) {
        :host,
        .field {
          max-width: none;
        }
        :host(:not([open])) {
          flex-basis: 9rem;
        }
      }
    `,
  ];

  declare address: HistoryAddress;
  declare calendar: Calendar;
  declare isOther: boolean;
  declare mistake: string | null;

  constructor() {
    super();
    this.calendar = ownCalendar();
    this.isOther = false;
    this.mistake = null;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('address')) this.isOther = this.address.compare?.kind === 'from';
    this.toggleAttribute('open', this.isOther);
  }

  protected override render(): TemplateResult {
    const { past } = words();
    const kind = this.isOther ? 'from' : (this.address.compare?.kind ?? 'none');
    const option = (value: keyof typeof past.compares) =>
      html`<option value=${value} ?selected=${value === kind}>${past.compares[value]}</option>`;
    return html`<div class="all">
      <div class="field">
        <label for="compare">${past.compare}</label>
        <select id="compare" @change=${this.#chosen}>
          ${option('none')} ${compareKinds.map(option)} ${option('from')}
        </select>
      </div>
      ${this.isOther ? this.#other() : nothing}
    </div>`;
  }

  #other(): TemplateResult {
    const { past } = words();
    const { compare, range } = this.address;
    const shown = spanOf(range, hostNow(), this.calendar);
    const given =
      compare?.kind === 'from'
        ? compare.fromMs
        : comparedSpan({ kind: 'previous' }, range, shown, this.calendar).fromMs;
    const day = toLocalInput(given, this.calendar.zone).slice(0, 10);
    return html`<form novalidate @submit=${this.#apply}>
      <div class="field">
        <label for="day">${past.compareFrom}</label>
        <input id="day" name="day" type="date" .value=${day} aria-describedby="mistake" aria-invalid=${this.mistake === null ? nothing : 'true'} />
      </div>
      <label class="check"><input type="checkbox" name="weekday" />${past.compareWeekday}</label>
      <button class="primary">${past.compareApply}</button>
      <p id="mistake" class="mistake" aria-live="polite">${this.mistake ?? ''}</p>
    </form>`;
  }

  #chosen(event: Event): void {
    const { value } = event.target as HTMLSelectElement;
    this.mistake = null;
    this.isOther = value === 'from';
    if (value === 'none') this.#tell(undefined);
    else if (isCompareKind(value)) this.#tell({ kind: value });
  }

  #apply(event: SubmitEvent): void {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const { zone } = this.calendar;
    const dayMs = ofLocalInput(String(form.get('day') ?? ''), zone);
    if (Number.isNaN(dayMs)) {
      this.mistake = words().past.compareMissing;
      return;
    }
    const shown = spanOf(this.address.range, hostNow(), this.calendar);
    // At the same time of day, so that clocks agree.
    const time = toLocalInput(shown.fromMs, zone).slice(10);
    const sameTimeMs = ofLocalInput(`${toLocalInput(dayMs, zone).slice(0, 10)}${time}`, zone);
    const fromMs = form.has('weekday') ? onWeekdayOf(sameTimeMs, shown.fromMs, zone) : sameTimeMs;
    this.mistake = null;
    this.#tell({ kind: 'from', fromMs: Math.max(0, fromMs) });
  }

  #tell(compare: HistoryAddress['compare']): void {
    this.tell('jg-history', { compare });
  }
}

customElements.define('jg-history-compare', JgHistoryCompare);
