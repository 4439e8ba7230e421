import { css, html, type SVGTemplateResult, svg, type TemplateResult } from 'lit';
import { formatTicks } from '../format.ts';
import { locale } from '../i18n/language.ts';
import { heightOf, type Scale } from './scale.ts';

/** A small picture with a scale in watts at its left and names below; drawn in percent, so that it is as wide as its place. */
export const smallChartStyles = css`
  .chart {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 0.25rem 0.5rem;
    margin: 0.75rem 0 0.5rem;
    font-size: 0.8125rem;
    color: var(--jg-muted);
  }
  .chart .ticks {
    position: relative;
    display: flex;
    flex-direction: column-reverse;
    justify-content: space-between;
    text-align: right;
    font-variant-numeric: tabular-nums;
    /* The first and last name stand half above and below the picture. */
    margin-block: -0.625rem;
    line-height: 1.25rem;
  }
  .chart svg {
    display: block;
    width: 100%;
    height: 11rem;
    overflow: visible;
  }
  .chart .names {
    grid-column: 2;
    display: flex;
    justify-content: space-between;
    font-variant-numeric: tabular-nums;
  }
  .chart .rule {
    stroke: var(--jg-border);
    vector-effect: non-scaling-stroke;
  }
  .chart .zero {
    stroke: var(--jg-control);
  }
  .chart .curve {
    fill: none;
    stroke-width: 2;
    stroke-linejoin: round;
    vector-effect: non-scaling-stroke;
  }
`;

/** `names` stand at equal distances below, the first at the left edge and the last at the right. */
export const smallChart = (
  scale: Scale,
  names: readonly string[],
  label: string,
  content: SVGTemplateResult,
): TemplateResult => html`<div class="chart">
  <div class="ticks" aria-hidden="true">
    ${formatTicks(scale.lines, 'W', locale()).map(tick => html`<span>${tick}</span>`)}
  </div>
  <svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label=${label}>
    ${scale.lines.map(line => svg`<line class="rule ${line === 0 ? 'zero' : ''}" x1="0" x2="100" y1=${heightOf(line, scale)} y2=${heightOf(line, scale)}></line>`)}
    ${content}
  </svg>
  <div class="names" aria-hidden="true">${names.map(name => html`<span>${name}</span>`)}</div>
</div>`;
