import { css, html, type PropertyValues, svg, type TemplateResult } from 'lit';
import type { AlarmEvent, Readings } from '../../host/api/contract.ts';
import { api } from '../api.ts';
import { formatTime } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { RequestError } from '../request-error.ts';
import { hostNow } from '../site/clock.ts';
import { basics } from '../styles.ts';
import { type AlarmSpan, alarmPictureOf, limitsOf, spanOf } from './alarm-picture.ts';
import type { AnyCondition } from './condition-kinds.ts';
import { eventValue } from './event-words.ts';
import { limitText } from './typed-number.ts';

const points = 240;
const box = { width: 600, height: 120 };

/** The values around an event as a small picture: the time of the event is shaded, the limit a dashed line. */
export class JgAlarmChart extends JgElement {
  static override properties = {
    event: { attribute: false },
    condition: { attribute: false },
    zone: { attribute: false },
    name: { attribute: false },
    readings: { state: true },
    error: { state: true },
  };
  static override styles = [
    basics,
    css`
      .chart {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0.25rem 0.5rem;
      }
      .scale {
        display: flex;
        flex-direction: column;
        justify-content: space-between;
        text-align: right;
      }
      .times {
        grid-column: 2;
        display: flex;
        justify-content: space-between;
      }
      svg {
        display: block;
        width: 100%;
        height: 7.5rem;
        border-radius: var(--jg-radius-small);
        background: var(--jg-surface);
      }
      .line {
        fill: none;
        stroke: var(--jg-grid);
        stroke-width: 1.75;
        stroke-linejoin: round;
        vector-effect: non-scaling-stroke;
      }
      .band {
        fill: var(--jg-grid);
        opacity: 0.18;
      }
      .time {
        fill: var(--jg-warn);
        opacity: 0.14;
      }
      .critical .time {
        fill: var(--jg-bad);
      }
      .limit {
        stroke: var(--jg-bad);
        stroke-width: 1.25;
        stroke-dasharray: 5 4;
        vector-effect: non-scaling-stroke;
      }
      .keys {
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem 1.25rem;
        margin-top: 0.375rem;
      }
      .keys i {
        display: inline-block;
        width: 1.5rem;
        margin-right: 0.375rem;
        vertical-align: middle;
        border-top: 2px dashed var(--jg-bad);
      }
    `,
  ];

  declare event: AlarmEvent;
  /** What judged it, where that is still known. */
  declare condition: AnyCondition | undefined;
  declare zone: string | undefined;
  /** Of what is drawn. */
  declare name: string;
  declare readings: Readings | null;
  declare error: unknown;
  #span: AlarmSpan | null = null;
  #asked = '';

  constructor() {
    super();
    this.readings = null;
    this.error = null;
  }

  protected override willUpdate(changed: PropertyValues): void {
    const { id, endedMs, beganMs } = this.event;
    const wanted = `${id} ${beganMs} ${endedMs}`;
    if (changed.has('event') && wanted !== this.#asked) {
      this.#asked = wanted;
      void this.#load();
    }
  }

  async #load(): Promise<void> {
    const { meter, subject, beganMs, endedMs } = this.event;
    const span = spanOf(beganMs, endedMs, Math.round(hostNow()));
    try {
      this.readings = await api.readings(`${meter}.${subject}`, span.fromMs, span.toMs, points);
      this.#span = span;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      this.error = error;
    }
  }

  protected override render(): TemplateResult {
    const { events } = words().alarms;
    const { load } = words();
    const limits = limitsOf(this.condition);
    const { unit, severity } = this.event;
    const { width, height } = box;
    if (this.readings === null || this.#span === null)
      return html`<p class="small muted">${this.error === null ? load.loading : events.noChart}</p>`;
    const picture = alarmPictureOf(this.readings, limits, this.#span, width, height);
    if (picture === null) return html`<p class="small muted">${events.noChart}</p>`;
    const { line, band, limitsY, fromX, toX, low, high, bottom, top } = picture;
    const [least, most] = [low, high].map(value => eventValue(value, unit));
    const time = (atMs: number) => formatTime(atMs, 'dayTime', locale(), this.zone);
    return html`<figure class=${severity}>
      <div class="chart small muted number">
        <div class="scale" aria-hidden="true"><span>${eventValue(top, unit)}</span><span>${eventValue(bottom, unit)}</span></div>
        <svg role="img" aria-label=${`${this.name}. ${events.chart(least ?? '', most ?? '')}`} viewBox="0 0 ${width} ${height}" preserveAspectRatio="none">
          ${svg`<rect class="time" x=${fromX} width=${Math.max(toX - fromX, 2)} y="0" height=${height}></rect>
          <path class="band" d=${band}></path><path class="line" d=${line}></path>
          ${limitsY.map(y => svg`<line class="limit" x1="0" x2=${width} y1=${y} y2=${y}></line>`)}`}
        </svg>
        <div class="times" aria-hidden="true"><span>${time(this.#span.fromMs)}</span><span>${time(this.#span.toMs)}</span></div>
      </div>
      <figcaption class="keys small muted"><span>${events.chartKey}</span>${
        limits.length === 0
          ? ''
          : html`<span class="number"><i></i>${events.limitKey} ${limits.map(value => limitText(value, unit, locale())).join(' … ')}</span>`
      }</figcaption>
    </figure>`;
  }
}

customElements.define('jg-alarm-chart', JgAlarmChart);
