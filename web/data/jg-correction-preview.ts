import { css, html, nothing, type SVGTemplateResult, svg, type TemplateResult } from 'lit';
import type { CorrectionPreview } from '../../host/api/contract.ts';
import { formatNumber, formatTime } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { tableStyles } from '../parts/table-styles.ts';
import { basics } from '../styles.ts';
import { changedFigures, type Figure, sumsOf } from './correction-draft.ts';
import { figureText } from './correction-text.ts';
import { dataStyles } from './data-styles.ts';
import { previewBars } from './preview-bars.ts';

const figuresMost = 3;
const heightPx = 120;
const dayPx = 20;
/** Fewer days leave room: bars as wide as a hand tell nothing. */
const daysLeast = 16;

/** What a correction would change, by civil day: before and after, drawn and as a table. */
export class JgCorrectionPreview extends JgElement {
  static override properties = {
    preview: { attribute: false },
    series: { attribute: false },
    zone: { attribute: false },
  };
  static override styles = [
    basics,
    tableStyles,
    dataStyles,
    css`
      figure {
        display: grid;
        gap: 0.5rem;
      }
      svg {
        display: block;
        width: 100%;
        height: 7.5rem;
        background: var(--jg-sunken);
        border-radius: var(--jg-radius-small);
      }
      .before {
        fill: var(--jg-rest);
      }
      .after {
        fill: var(--jg-accent);
      }
      .zero {
        stroke: var(--jg-control);
        stroke-width: 1;
        vector-effect: non-scaling-stroke;
      }
      ul {
        display: flex;
        gap: 1.25rem;
      }
      li {
        display: flex;
        gap: 0.5rem;
        align-items: center;
      }
      i {
        inline-size: 0.75rem;
        block-size: 0.75rem;
        border-radius: 3px;
      }
      i.before {
        background: var(--jg-rest);
      }
      i.after {
        background: var(--jg-accent);
      }
      td.is-new {
        font-weight: 600;
      }
      tfoot tr {
        border-top: 2px solid var(--jg-border);
      }
    `,
  ];

  declare preview: CorrectionPreview;
  /** What it is about; empty: a whole meter. */
  declare series: string;
  declare zone: string;

  protected override render(): TemplateResult {
    const { corrections: text } = words().dataPages;
    const { days, windows, isWhole } = this.preview;
    const figures = changedFigures(this.preview).slice(0, figuresMost);
    const [first] = figures;
    const number = (count: number) => formatNumber(count, locale(), 0);
    if (first === undefined && windows === 0) return html`<p role="status">${text.nothing}</p>`;
    return html`<section aria-label=${text.preview}>
      <p role="status">${text.changes(text.days(number(days.length), days.length), number(windows))} ${isWhole ? nothing : text.newest}</p>
      ${first === undefined ? nothing : html`${this.#chart(first)}${this.#table(figures)}`}
    </section>`;
  }

  #chart(figure: Figure): TemplateResult {
    const { corrections: text } = words().dataPages;
    const { days, zero } = previewBars(this.preview, figure);
    const width = Math.max(days.length, daysLeast) * dayPx;
    const bar = (each: { top: number; height: number } | null, x: number, kind: string): SVGTemplateResult =>
      each === null
        ? svg``
        : svg`<rect class=${kind} x=${x} y=${6 + each.top * (heightPx - 12)} width="7" height=${Math.max(each.height * (heightPx - 12), 1)}/>`;
    return html`<figure>
      <svg viewBox=${`0 0 ${width} ${heightPx}`} preserveAspectRatio="none" role="img" aria-label=${text.chart(text.figures[figure])}>
        ${days.map(({ before, after }, index) => svg`${bar(before, index * dayPx + 2.5, 'before')}${bar(after, index * dayPx + 10.5, 'after')}`)}
        <line class="zero" x1="0" x2=${width} y1=${6 + zero * (heightPx - 12)} y2=${6 + zero * (heightPx - 12)}></line>
      </svg>
      <figcaption><ul class="small"><li>${text.figures[figure]}</li><li><i class="before"></i>${text.before}</li><li><i class="after"></i>${text.after}</li></ul></figcaption>
    </figure>`;
  }

  #table(figures: readonly Figure[]): TemplateResult {
    const { corrections: text } = words().dataPages;
    const show = (figure: Figure, value: number | null) => figureText(figure, value, this.series);
    const sum = (figure: Figure) =>
      figure === 'importWh' || figure === 'exportWh' || figure === 'growth'
        ? sumsOf(this.preview, figure)
        : null;
    const hasSums = figures.some(figure => sum(figure) !== null);
    return html`<div class="frame" tabindex="0" role="group" aria-label=${text.previewCaption}><table>
      <caption class="visually-hidden">${text.previewCaption}</caption>
      <thead><tr><th scope="col">${text.day}</th>${figures.map(figure => html`<th scope="col">${text.figures[figure]}: ${text.before}</th><th scope="col">${text.after}</th>`)}</tr></thead>
      <tbody>${this.preview.days.map(
        ({
          startMs,
          before,
          after,
        }) => html`<tr><th scope="row">${formatTime(startMs, 'dayYear', locale(), this.zone)}</th>
          ${figures.map(figure => html`<td>${show(figure, before[figure])}</td><td class=${before[figure] === after[figure] ? '' : 'is-new'}>${show(figure, after[figure])}</td>`)}</tr>`,
      )}</tbody>
      ${hasSums ? html`<tfoot><tr><th scope="row">${text.sum}</th>${figures.map(figure => html`<td>${show(figure, sum(figure)?.before ?? null)}</td><td class="is-new">${show(figure, sum(figure)?.after ?? null)}</td>`)}</tr></tfoot>` : nothing}
    </table></div>`;
  }
}

customElements.define('jg-correction-preview', JgCorrectionPreview);
