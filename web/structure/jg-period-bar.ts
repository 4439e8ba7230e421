import { css, html, nothing, type TemplateResult } from 'lit';
import {
  type StructureAddress,
  type StructurePeriod,
  structurePeriods,
} from '../addresses/structure-address.ts';
import { formatTime } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { icon } from '../parts/icons.ts';
import { type Calendar, firstDayOf } from '../periods.ts';
import { basics, controls } from '../styles.ts';
import { periodAt } from './periods.ts';

/** Which day, week, month or year is shown; tells another one by `jg-address`. */
export class JgPeriodBar extends JgElement {
  static override properties = {
    address: { attribute: false },
    zone: { attribute: false },
    nowMs: { attribute: false },
  };
  static override styles = [
    basics,
    controls,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.5rem;
      }
      .steps {
        display: inline-flex;
        gap: 0.5rem;
      }
      .span {
        margin-left: 0.25rem;
        font-weight: 500;
      }
    `,
  ];

  declare address: StructureAddress;
  declare zone: string;
  declare nowMs: number;

  protected override render(): TemplateResult {
    const { period: text } = words().structure;
    const { period = 'day' } = this.address;
    const isRunning = this.#isRunning();
    return html`<div class="segments" role="group" aria-label=${text.label}>
        ${structurePeriods.map(
          each =>
            html`<button aria-pressed=${each === period} @click=${() => this.choose(each)}>${text.names[each]}</button>`,
        )}
      </div>
      <span class="steps"><button aria-label=${text.earlier} @click=${() => this.step(-1)}>${icon('left')}</button>
      <button aria-label=${text.later} ?disabled=${isRunning} @click=${() => this.step(1)}>${icon('right')}</button>
      <button ?disabled=${isRunning} @click=${() => this.reset()}>${text.now}</button></span>
      <span class="span number" aria-live="polite">${periodText(this.address, this.zone, this.nowMs)}
        ${isRunning ? html`<span class="muted small">${text.running}</span>` : nothing}</span>`;
  }

  #isRunning(): boolean {
    const { period = 'day', atMs = this.nowMs } = this.address;
    return periodAt(period, atMs, calendarOf(this.zone)).toMs > this.nowMs;
  }

  choose(period: StructurePeriod): void {
    this.tell('jg-address', { ...this.address, period });
  }

  /** To the one before or after; false where there is none. */
  step(by: -1 | 1): boolean {
    const { period = 'day', atMs: shownMs = this.nowMs } = this.address;
    const { fromMs, toMs } = periodAt(period, shownMs, calendarOf(this.zone), by);
    if (fromMs > this.nowMs || fromMs < 0) return false;
    if (toMs > this.nowMs) return this.reset();
    const atMs = Math.round((fromMs + toMs) / 2);
    this.tell('jg-address', { view: 'structure', period, atMs } satisfies StructureAddress);
    return true;
  }

  reset(): boolean {
    const { period = 'day' } = this.address;
    this.tell('jg-address', { view: 'structure', period } satisfies StructureAddress);
    return true;
  }
}

/** Days of the site, weeks as they begin where the language is spoken. */
export const calendarOf = (zone: string): Calendar => ({ zone, firstDay: firstDayOf(locale()) });

/** The period in words: a day by its date, a week by its ends. */
export function periodText({ period = 'day', atMs }: StructureAddress, zone: string, nowMs: number): string {
  const { fromMs, toMs } = periodAt(period, atMs ?? nowMs, calendarOf(zone));
  const date = (ms: number) => formatTime(ms, 'dayYear', locale(), zone);
  switch (period) {
    case 'day':
      return date(fromMs);
    case 'week':
      return words().structure.period.week(date(fromMs), date(toMs - 1));
    case 'month':
      return formatTime(fromMs, 'month', locale(), zone);
    case 'year':
      return new Intl.DateTimeFormat(locale(), { year: 'numeric', timeZone: zone }).format(fromMs);
  }
}

customElements.define('jg-period-bar', JgPeriodBar);
