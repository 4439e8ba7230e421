import { css, html, nothing, svg, type TemplateResult } from 'lit';
import { formatNumber, formatText } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { basics } from '../styles.ts';
import {
  type BaseLoad,
  baseLoad,
  type DurationPoint,
  durationCurve,
  nightEndsAt,
  reachedFor,
  thinned,
} from './load-duration.ts';
import { meterPageStyles } from './meter-page-styles.ts';
import type { Stretch } from './quarter-hours.ts';
import { heightOf, type Scale, scaleOf } from './scale.ts';
import { smallChart, smallChartStyles } from './small-chart.ts';

const mostPoints = 200;
const hoursOfYear = 8760;
const tablePercents = [0, 1, 5, 10, 25, 50, 75, 90, 95, 99, 100];

/** The load duration curve, and what is always on. */
export class JgDuration extends JgElement {
  static override properties = { stretches: { attribute: false }, zone: { attribute: false } };
  static override styles = [
    basics,
    meterPageStyles,
    smallChartStyles,
    css`
      .area {
        fill: var(--jg-load-0);
        opacity: 0.16;
      }
      .curve {
        stroke: var(--jg-load-0);
      }
      .base {
        stroke: var(--jg-text);
        stroke-dasharray: 4 3;
        vector-effect: non-scaling-stroke;
      }
      dl {
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem 1.75rem;
        margin-bottom: 0.5rem;
      }
      dt {
        font-size: 0.8125rem;
        color: var(--jg-muted);
      }
      dd {
        font-weight: 550;
      }
      .told {
        margin-bottom: 0.5rem;
      }
    `,
  ];

  declare stretches: readonly Stretch[];
  declare zone: string;

  protected override render(): TemplateResult | typeof nothing {
    const { load: text } = words().meterPage;
    const curve = durationCurve(this.stretches);
    const [first, last] = [curve[0], curve.at(-1)];
    if (first === undefined || last === undefined) return nothing;
    const base = baseLoad(this.stretches, this.zone);
    const scale = scaleOf(last.mean, first.mean);
    const label = text.durationLabel(watts(first.mean), watts(last.mean));
    const names = [0, 25, 50, 75, 100].map(percent => `${formatNumber(percent, locale(), 0)}\u202f%`);
    return html`<h3>${text.duration}</h3>
      <p class="small muted">${text.durationHelp}</p>
      ${smallChart(
        scale,
        names,
        label,
        svg`<path class="area" d=${areaOf(curve, scale)}></path><path class="curve" d=${lineOf(curve, scale)}></path>
        ${base === null ? nothing : svg`<line class="base" x1="0" x2="100" y1=${heightOf(base.mean, scale)} y2=${heightOf(base.mean, scale)}></line>`}`,
      )}
      <dl class="number">
        <div><dt>${text.peak}</dt><dd>${watts(first.mean)}</dd></div>
        <div><dt>${text.median}</dt><dd>${watts(reachedFor(curve, 50))}</dd></div>
        <div><dt>${text.lowest}</dt><dd>${watts(last.mean)}</dd></div>
        ${base === null ? nothing : html`<div><dt>${text.base} (- -)</dt><dd>${watts(base.mean)}</dd></div>`}
      </dl>
      <p class="told small muted">${text.base}: ${baseText(base)}</p>
      <details>
        <summary>${text.asTable}</summary>
        <table>
          <caption class="visually-hidden">${text.duration}</caption>
          <thead><tr><th scope="col">${text.percent}</th><th scope="col">${text.atLeast}</th></tr></thead>
          <tbody>
            ${tablePercents.map(percent => html`<tr><th scope="row">${formatNumber(percent, locale(), 0)} %</th><td>${watts(reachedFor(curve, percent))}</td></tr>`)}
          </tbody>
        </table>
      </details>`;
  }
}

const watts = (value: number | null): string => formatText(value, 'W', locale());

function baseText(base: BaseLoad | null): string {
  const { load } = words().meterPage;
  if (base === null) return load.noBase;
  const rule = base.of === 'nights' ? load.baseNights(`${nightEndsAt}:00`) : load.baseAll;
  return `${rule}. ${load.basePerYear(formatText(base.mean * hoursOfYear, 'Wh', locale()))}`;
}

const lineOf = (curve: readonly DurationPoint[], scale: Scale): string =>
  thinned(curve, mostPoints)
    .map(
      ({ percent, mean }, index) =>
        `${index === 0 ? 'M' : 'L'}${percent.toFixed(2)} ${heightOf(mean, scale).toFixed(2)}`,
    )
    .join('');

const areaOf = (curve: readonly DurationPoint[], scale: Scale): string =>
  `${lineOf(curve, scale)}L100 ${heightOf(0, scale)}L0 ${heightOf(0, scale)}Z`;

customElements.define('jg-duration', JgDuration);
