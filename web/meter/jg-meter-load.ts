import { css, html, nothing, type TemplateResult } from 'lit';
import type { Meter, Readings } from '../../host/api/contract.ts';
import { type LoadWeeks, loadWeeks } from '../addresses/meter-address.ts';
import { api } from '../api.ts';
import { errorText } from '../error-text.ts';
import { formatShare, formatTime } from '../format.ts';
import { locale, quantityName, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { hostNow } from '../site/clock.ts';
import { basics, controls } from '../styles.ts';
import { Asked } from './asked.ts';
import { type Stretch, stretchesOf } from './quarter-hours.ts';
import { weekMap } from './week-map.ts';
import './jg-duration.ts';
import './jg-mean-day.ts';
import '../parts/jg-notice.ts';
import './jg-week-map.ts';
import { meterPageStyles } from './meter-page-styles.ts';

const weekMs = 7 * 86_400_000;
const quarterMs = 900_000;
const refreshMs = 600_000;

/** The power whose course is looked at: the signed one, else what is taken, else what an inverter gets. */
export const loadQuantity = (stored: ReadonlySet<string>): string | null =>
  ['powerW', 'powerImportW', 'powerDcW', 'powerExportW'].find(id => stored.has(id)) ?? null;

interface Past {
  readonly fromMs: number;
  readonly toMs: number;
  readonly quantity: string;
  readonly stretches: readonly Stretch[];
  readonly bucketMs: Readings['bucketMs'];
}

/**
 * How a meter's power was spread over the week, over time and over the day. Tells `jg-meter-weeks` (detail: how many)
 * when another length is chosen.
 */
export class JgMeterLoad extends JgElement {
  static override properties = {
    meter: { attribute: false },
    quantity: { attribute: false },
    weeks: { attribute: false },
    sinceMs: { attribute: false },
    zone: { attribute: false },
  };
  static override styles = [
    basics,
    controls,
    meterPageStyles,
    css`
      .parts {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr));
        gap: 2rem 2.5rem;
      }
      jg-week-map {
        grid-column: 1 / -1;
      }
      .parts > * {
        min-width: 0;
      }
    `,
  ];

  declare meter: Meter;
  declare quantity: string;
  declare weeks: LoadWeeks;
  /** When its first window began: before that nothing is missing. */
  declare sinceMs: number;
  declare zone: string;
  readonly #past = new Asked<Past>(this, refreshMs, async signal => {
    const { quantity } = this;
    // Whole quarters, so that none is cut.
    const toMs = Math.ceil(hostNow() / quarterMs) * quarterMs;
    const fromMs = toMs - this.weeks * weekMs;
    const points = (toMs - fromMs) / quarterMs + 1;
    const readings = await api.readings(`${this.meter.key}.${quantity}`, fromMs, toMs, points, signal);
    const whole = Math.floor(hostNow() / quarterMs) * quarterMs;
    // The quarter that runs is no mean yet.
    const stretches = stretchesOf(readings).filter(({ startMs }) => startMs < whole);
    return { fromMs, toMs: whole, quantity, stretches, bucketMs: readings.bucketMs };
  });

  protected override willUpdate(): void {
    this.#past.want(this.meter.key, `${this.quantity} ${this.weeks}`);
  }

  protected override render(): TemplateResult {
    const { load: text } = words().meterPage;
    const { value, error } = this.#past;
    return html`<section class="panel" aria-labelledby="load">
      <div class="head">
        <h2 id="load">${text.title}</h2>
        <div class="segments" role="group" aria-label=${text.weeks}>
          ${loadWeeks.map(
            weeks =>
              html`<button aria-pressed=${weeks === this.weeks} @click=${() => this.tell<LoadWeeks>('jg-meter-weeks', weeks)}>
                ${text.weekNames[weeks]}
              </button>`,
          )}
        </div>
      </div>
      ${error === null ? nothing : html`<jg-notice kind="bad" .text=${errorText(error)}></jg-notice>`}
      ${value === null ? (error === null ? html`<p class="muted" role="status">${words().load.loading}</p>` : nothing) : this.#content(value)}
    </section>`;
  }

  #content({ fromMs, toMs, quantity, stretches }: Past): TemplateResult {
    const { load: text } = words().meterPage;
    if (stretches.length === 0) return html`<p class="muted">${text.empty}</p>`;
    const isYoung = this.sinceMs > fromMs;
    const map = weekMap(stretches, { fromMs: isYoung ? this.sinceMs : fromMs, toMs }, this.zone);
    const since = isYoung ? text.since(formatTime(this.sinceMs, 'dayTime', locale(), this.zone)) : '';
    return html`<p class="small muted">${text.of(quantityName(quantity), formatShare(map.coverage, locale()))} ${since}</p>
      <div class="parts">
        <jg-week-map .map=${map} .zone=${this.zone}></jg-week-map>
        <jg-duration .stretches=${stretches} .zone=${this.zone}></jg-duration>
        <jg-mean-day .stretches=${stretches} .zone=${this.zone}></jg-mean-day>
      </div>`;
  }
}

customElements.define('jg-meter-load', JgMeterLoad);
