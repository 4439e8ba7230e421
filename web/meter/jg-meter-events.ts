import { css, html, nothing, type TemplateResult } from 'lit';
import type { Unit } from '#core/quantities.ts';
import type { Alarm, Meter } from '../../host/api/contract.ts';
import { api } from '../api.ts';
import { errorText } from '../error-text.ts';
import { formatNumber, formatText, formatTime } from '../format.ts';
import { locale, quantityName, words } from '../i18n/language.ts';
import { unitOf } from '../i18n/quantity-names.ts';
import { JgElement } from '../jg-element.ts';
import { hostNow } from '../site/clock.ts';
import type { Tone } from '../site/condition.ts';
import { basics } from '../styles.ts';
import { Asked } from './asked.ts';
import { type CounterEvent, type Happening, happeningsOf } from './happenings.ts';
import '../parts/jg-notice.ts';
import '../parts/jg-state.ts';
import { meterPageStyles } from './meter-page-styles.ts';

const daysMs = 90 * 86_400_000;
const refreshMs = 60_000;
const alarmsMost = 200;
const shownMost = 40;

const tones: Readonly<Record<CounterEvent['kind'], Tone>> = Object.freeze({
  reset: 'warn',
  rollover: 'idle',
  swap: 'warn',
  glitch: 'bad',
  slip: 'warn',
  gap: 'idle',
});

/** What happened to a meter: its counters' events with what was read before and after, and alarms about it. */
export class JgMeterEvents extends JgElement {
  static override properties = { meter: { attribute: false }, zone: { attribute: false } };
  static override styles = [
    basics,
    meterPageStyles,
    css`
      ol {
        max-height: 26rem;
        overflow-y: auto;
      }
      li {
        display: grid;
        gap: 0.125rem 0.75rem;
        padding: 0.625rem 0;
        border-top: 1px solid var(--jg-border);
      }
      .what {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.25rem 0.75rem;
      }
    `,
  ];

  declare meter: Meter;
  declare zone: string;
  readonly #happened = new Asked<Happening[]>(this, refreshMs, async signal => {
    const { key, gateway } = this.meter;
    const toMs = Math.ceil(hostNow());
    const [events, alarms] = await Promise.all([
      api.counterEvents(key, toMs - daysMs, toMs),
      api.alarms(gateway, alarmsMost),
    ]);
    signal.throwIfAborted();
    return happeningsOf(key, events, alarms, toMs - daysMs);
  });

  protected override willUpdate(): void {
    this.#happened.want(this.meter.key);
  }

  protected override render(): TemplateResult {
    const { events: text } = words().meterPage;
    const { value, error } = this.#happened;
    return html`<section class="panel" aria-labelledby="events">
      <div>
        <h2 id="events">${text.title}</h2>
        <p class="small muted">${text.intro}</p>
      </div>
      ${error === null ? nothing : html`<jg-notice kind="bad" .text=${errorText(error)}></jg-notice>`}
      ${value === null ? (error === null ? html`<p class="muted" role="status">${words().load.loading}</p>` : nothing) : this.#list(value)}
    </section>`;
  }

  #list(happened: readonly Happening[]): TemplateResult {
    const { events: text } = words().meterPage;
    if (happened.length === 0) return html`<p class="muted">${text.none}</p>`;
    const more = happened.length - shownMost;
    return html`<ol tabindex="0" role="list" aria-label=${text.title}>
        ${happened.slice(0, shownMost).map(each => (each.is === 'counter' ? this.#event(each.event, each.more) : this.#alarm(each.alarm, each.atMs)))}
      </ol>
      ${more > 0 ? html`<p class="small muted">${text.more(formatNumber(more, locale(), 0))}</p>` : nothing}`;
  }

  #event(
    { kind, quantity, fromMs, toMs, before, after, amount, serials }: CounterEvent,
    more: readonly CounterEvent[],
  ): TemplateResult {
    const { meterPage, ledger } = words();
    const { events: text } = meterPage;
    const unit = unitOf(quantity);
    const at = (atMs: number) => formatTime(atMs, 'dayTimeSeconds', locale(), this.zone);
    const why =
      serials === undefined
        ? ledger.kinds[kind](formatText(amount, unit, locale()))
        : ledger.replaced(serials.before, serials.after);
    return html`<li>
      <span class="what">
        <jg-state .tone=${tones[kind]} .text=${text.kinds[kind]}></jg-state>
        <span>${quantityName(quantity)} ${text.fromTo(exactText(before, unit), exactText(after, unit))}</span>
      </span>
      <span class="small">${why}</span>
      <span class="small muted number">${at(fromMs)} – ${at(toMs)}</span>
      ${more.length === 0 ? nothing : this.#others(more)}
    </li>`;
  }

  #others(more: readonly CounterEvent[]): TemplateResult {
    const { events: text } = words().meterPage;
    return html`<details>
      <summary>${text.others(formatNumber(more.length, locale(), 0))}</summary>
      <ul class="small">
        ${more.map(({ quantity, before, after }) => {
          const unit = unitOf(quantity);
          return html`<li>${quantityName(quantity)} ${text.fromTo(exactText(before, unit), exactText(after, unit))}</li>`;
        })}
      </ul>
    </details>`;
  }

  #alarm({ id, isOn, quantity, value }: Alarm, atMs: number): TemplateResult {
    const { events: text } = words().meterPage;
    const name = quantityName(quantity);
    const unit = unitOf(quantity);
    return html`<li>
      <span class="what">
        <jg-state .tone=${isOn ? 'bad' : 'idle'} .text=${isOn ? text.alarmOn(id) : text.alarmOff(id)}></jg-state>
        <span>${value === null ? text.alarmAbsent(name) : text.alarmValue(name, formatText(value, unit, locale()))}</span>
      </span>
      <span class="small muted number">${formatTime(atMs, 'dayTimeSeconds', locale(), this.zone)}</span>
    </li>`;
  }
}

/** To the last decimal that a counter of this size tells: a gap of some watt-hours is seen. */
function exactText(value: number, unit: Unit): string {
  if (Math.abs(value) < 1000) return formatText(value, unit, locale());
  const decimals = unit === 'Wh' || unit === 'VAh' || unit === 'varh' ? 3 : 0;
  return decimals === 0
    ? `${formatNumber(value, locale(), 0)}\u202f${unit}`
    : `${formatNumber(value / 1000, locale(), decimals)}\u202fk${unit}`;
}

customElements.define('jg-meter-events', JgMeterEvents);
