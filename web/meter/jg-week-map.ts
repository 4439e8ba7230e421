import { css, html, nothing, type TemplateResult, unsafeCSS } from 'lit';
import { formatShare, formatText } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { basics } from '../styles.ts';
import { stepOf, type WeekCell, type WeekMap, weekSteps } from './week-map.ts';

/** Below this share an hour of the week is told to be measured in part. */
const partlyBelow = 0.75;
/** A Monday. */
const mondayMs = Date.UTC(2024, 0, 1);
const dayMs = 86_400_000;

const steps = Array.from({ length: weekSteps }, (_, index) => index + 1);
const mixed = (colour: string, step: number) =>
  `color-mix(in srgb, var(--jg-${colour}) ${Math.round((90 * step) / weekSteps)}%, var(--jg-sunken))`;
const stepStyles = unsafeCSS(
  steps
    .map(
      step =>
        `.s${step} { background: ${mixed('grid', step)}; } .f${step} { background: ${mixed('feed', step)}; }`,
    )
    .join('\n'),
);

interface Pointed {
  readonly day: number;
  readonly hour: number;
}

/** Hours of the week as a table whose cells are as strong as the power then: the same for the eye and for screen readers. */
export class JgWeekMap extends JgElement {
  static override properties = {
    map: { attribute: false },
    zone: { attribute: false },
    pointed: { state: true },
  };
  static override styles = [
    basics,
    stepStyles,
    css`
      h3 {
        font-size: 1rem;
      }
      table {
        width: 100%;
        table-layout: fixed;
        border-collapse: separate;
        border-spacing: 2px;
        margin-top: 0.5rem;
      }
      th {
        font-weight: 400;
        font-size: 0.8125rem;
        color: var(--jg-muted);
        text-align: left;
        padding: 0;
        white-space: nowrap;
      }
      tbody th,
      thead th:first-child {
        width: 2.75rem;
      }
      thead th {
        overflow: visible;
      }
      td {
        height: 1.625rem;
        padding: 0;
        border-radius: 3px;
        background: var(--jg-sunken);
        position: relative;
      }
      td:hover {
        outline: 2px solid var(--jg-text);
      }
      .missing {
        background: repeating-linear-gradient(
          -45deg,
          var(--jg-idle-tint) 0 3px,
          var(--jg-control) 3px 4px
        );
      }
      .partly::after {
        content: '';
        position: absolute;
        inset: 0;
        border-radius: 3px;
        background: repeating-linear-gradient(-45deg, transparent 0 5px, var(--jg-surface) 5px 6px);
      }
      .foot {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0.25rem 1.5rem;
        margin-top: 0.5rem;
        min-height: 1.5rem;
      }
      .legend {
        display: flex;
        align-items: center;
        gap: 0.375rem;
      }
      .legend {
        flex-wrap: wrap;
      }
      .legend i {
        width: 1rem;
        height: 1rem;
        border-radius: 3px;
        display: inline-block;
      }
      .s0 {
        background: var(--jg-sunken);
      }
      @media (max-width: 40rem) {
        table {
          border-spacing: 1px;
        }
        tbody th,
        thead th:first-child {
          width: 2.125rem;
        }
        td {
          height: 1.75rem;
          border-radius: 2px;
        }
      }
    `,
  ];

  declare map: WeekMap;
  declare zone: string;
  declare pointed: Pointed | null;

  constructor() {
    super();
    this.pointed = null;
  }

  protected override render(): TemplateResult {
    const { load: text } = words().meterPage;
    const hours = Array.from({ length: 24 }, (_, hour) => hour);
    return html`<h3>${text.week}</h3>
      <p class="small muted">${text.weekHelp}</p>
      <table @pointerleave=${() => this.#point(null)}>
        <caption class="visually-hidden">${text.weekCaption(this.zone)}</caption>
        <thead>
          <tr>
            <th scope="col"><span class="visually-hidden">${text.weekday}</span></th>
            ${hours.map(
              hour => html`<th scope="col">
                <span class="visually-hidden">${hourText(hour)}</span
                ><span aria-hidden="true">${hour % 6 === 0 ? hour : nothing}</span>
              </th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${this.map.cells.map(
            (cells, day) => html`<tr>
              <th scope="row">${dayName(day)}</th>
              ${cells.map((cell, hour) => this.#cell(cell, day, hour))}
            </tr>`,
          )}
        </tbody>
      </table>
      ${this.#foot()}`;
  }

  #cell(cell: WeekCell, day: number, hour: number): TemplateResult {
    const point = () => this.#point({ day, hour });
    return html`<td class=${this.#classOf(cell)} @pointerenter=${point} @pointerdown=${point}>
      <span class="visually-hidden">${cellText(cell)}</span>
    </td>`;
  }

  #classOf({ mean, measuredS, elapsedS }: WeekCell): string {
    if (mean === null) return 'missing';
    const step = stepOf(mean, this.map);
    const strength = step === 0 ? '' : step > 0 ? `s${step}` : `f${-step}`;
    return measuredS < partlyBelow * elapsedS ? `${strength} partly` : strength;
  }

  #foot(): TemplateResult {
    const { load: text } = words().meterPage;
    const { low, high } = this.map;
    const cell = this.pointed === null ? undefined : this.map.cells[this.pointed.day]?.[this.pointed.hour];
    const watts = (value: number) => formatText(value, 'W', locale());
    const told =
      this.pointed === null || cell === undefined
        ? text.choose
        : text.cell(dayName(this.pointed.day), hourText(this.pointed.hour), cellText(cell));
    return html`<div class="foot small muted number">
      <span>${told}</span>
      <span class="legend">
        ${low < 0 ? html`<span>${text.fedIn} ${watts(low)}</span>${[...steps].reverse().map(step => html`<i class="f${step}"></i>`)}` : html`<span>${watts(low)}</span>`}
        <i class="s0"></i>${high > 0 ? steps.map(step => html`<i class="s${step}"></i>`) : nothing}
        <span>${watts(high)}</span>
        <i class="missing"></i><span>${text.hatched}</span>
      </span>
    </div>`;
  }

  #point(pointed: Pointed | null): void {
    this.pointed = pointed;
  }
}

const dayName = (day: number): string =>
  new Intl.DateTimeFormat(locale(), { weekday: 'short', timeZone: 'UTC' }).format(mondayMs + day * dayMs);

const hourText = (hour: number): string => {
  const two = (value: number) => `${String(value).padStart(2, '0')}:00`;
  return words().meterPage.load.hour(two(hour), two((hour + 1) % 24));
};

function cellText({ mean, measuredS, elapsedS }: WeekCell): string {
  const { load } = words().meterPage;
  if (mean === null) return load.notMeasured;
  const value = formatText(mean, 'W', locale());
  return measuredS < partlyBelow * elapsedS
    ? `${value}, ${load.partly(formatShare(Math.min(measuredS / elapsedS, 1), locale()))}`
    : value;
}

customElements.define('jg-week-map', JgWeekMap);
