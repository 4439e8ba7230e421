import { css, html, svg, type TemplateResult } from 'lit';
import { formatText } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { basics } from '../styles.ts';
import { type DayKind, type MeanDay, meanDay } from './load-duration.ts';
import { meterPageStyles } from './meter-page-styles.ts';
import type { Stretch } from './quarter-hours.ts';
import { brokenLine, holesOf, scaleOf } from './scale.ts';
import { smallChart, smallChartStyles } from './small-chart.ts';

const kinds: readonly DayKind[] = ['workday', 'weekend'];

/** A mean working day and a mean day of the weekend. */
export class JgMeanDay extends JgElement {
  static override properties = { stretches: { attribute: false }, zone: { attribute: false } };
  static override styles = [
    basics,
    meterPageStyles,
    smallChartStyles,
    css`
      .workday {
        stroke: var(--jg-load-0);
      }
      .weekend {
        stroke: var(--jg-load-3);
        stroke-dasharray: 5 3;
      }
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem 1.5rem;
        margin-bottom: 0.5rem;
      }
      li {
        display: flex;
        align-items: center;
        gap: 0.5rem;
      }
      li svg {
        width: 1.75rem;
        height: 0.5rem;
        stroke-width: 3;
        fill: none;
      }
    `,
  ];

  declare stretches: readonly Stretch[];
  declare zone: string;

  protected override render(): TemplateResult {
    const { load: text } = words().meterPage;
    const day = meanDay(this.stretches, this.zone);
    const shown = kinds.filter(kind => day[kind].some(mean => mean !== null));
    const means = shown.flatMap(kind => day[kind].flatMap(mean => mean ?? []));
    const scale = scaleOf(Math.min(...means), Math.max(...means));
    // Hatched where not one of the lines has anything.
    const known = day.workday.map((mean, index) => mean ?? day.weekend[index] ?? null);
    return html`<h3>${text.day}</h3>
      <p class="small muted">${text.dayHelp(this.zone)}</p>
      ${smallChart(
        scale,
        ['0', '6', '12', '18', '24'],
        text.dayLabel,
        svg`<defs><pattern id="hatch" width="2" height="4" patternUnits="userSpaceOnUse">
          <rect class="hatch" width="2" height="4"></rect><path class="hatch-line" d="M0 4L2 0" vector-effect="non-scaling-stroke"></path></pattern></defs>
        ${holesOf(known).map(({ from, to }) => svg`<rect fill="url(#hatch)" x=${from} width=${to - from} height="100"></rect>`)}
        ${shown.map(kind => svg`<path class="curve ${kind}" d=${brokenLine(day[kind], scale)}></path>`)}`,
      )}
      <ul class="small">
        ${shown.map(kind => html`<li><svg viewBox="0 0 28 8" aria-hidden="true"><path class=${kind} d="M0 4h28"></path></svg>${text[kind]}</li>`)}
      </ul>
      ${this.#table(day, shown)}`;
  }

  #table(day: MeanDay, shown: readonly DayKind[]): TemplateResult {
    const { load: text } = words().meterPage;
    const quarters = Array.from({ length: 96 }, (_, index) => index);
    return html`<details>
      <summary>${text.asTable}</summary>
      <table>
        <caption class="visually-hidden">${text.day}</caption>
        <thead>
          <tr><th scope="col">${text.time}</th>${shown.map(kind => html`<th scope="col">${text[kind]}</th>`)}</tr>
        </thead>
        <tbody>
          ${quarters.map(
            index => html`<tr>
              <th scope="row">${timeText(index)}</th>
              ${shown.map(kind => html`<td>${formatText(day[kind][index], 'W', locale())}</td>`)}
            </tr>`,
          )}
        </tbody>
      </table>
    </details>`;
  }
}

const timeText = (quarter: number): string =>
  `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`;

customElements.define('jg-mean-day', JgMeanDay);
