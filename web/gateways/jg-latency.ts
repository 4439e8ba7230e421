import { css, html, svg, type TemplateResult } from 'lit';
import { formatNumber } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { tableStyles } from '../parts/table-styles.ts';
import { basics } from '../styles.ts';
import { latencyBoundsMs, type Slave } from './line-health.ts';

const barPx = 6;
const stepPx = 8;
const heightPx = 30;

/** A class of the histogram in words: "≤ 20 ms". */
export function latencyText(index: number): string {
  const { doctor } = words().gatewayPages;
  const bound = latencyBoundsMs[index];
  const ms = (value: number) => `${formatNumber(value, locale(), 0)}\u202fms`;
  return bound === undefined ? doctor.above(ms(latencyBoundsMs.at(-1) ?? 0)) : doctor.upTo(ms(bound));
}

/** How long a slave takes to answer, as small bars: a class each, quick ones left. */
export class JgLatency extends JgElement {
  static override properties = {
    counts: { attribute: false },
    text: { attribute: false },
    label: { attribute: false },
  };
  static override styles = [
    basics,
    css`
      div {
        display: inline-grid;
        gap: 0.125rem;
      }
      rect {
        fill: var(--jg-accent);
      }
      rect.none {
        fill: var(--jg-border);
      }
      span {
        font-size: 0.8125rem;
        white-space: nowrap;
      }
    `,
  ];

  declare counts: readonly number[];
  declare text: string;
  declare label: string;

  protected override render(): TemplateResult {
    const most = Math.max(1, ...this.counts);
    const classes = latencyBoundsMs.length + 1;
    return html`<div>
      <svg role="img" aria-label=${this.label} width=${classes * stepPx} height=${heightPx}>
        ${Array.from({ length: classes }, (_, index) => {
          const count = this.counts[index] ?? 0;
          // A class with a single answer is seen beside one with a thousand.
          const height = count === 0 ? 2 : Math.max(4, (count / most) * heightPx);
          return svg`<rect class=${count === 0 ? 'none' : ''} x=${index * stepPx} y=${heightPx - height} width=${barPx} height=${height} rx="1.5"><title>${latencyText(index)}: ${count}</title></rect>`;
        })}
      </svg>
      <span class="number">${this.text}</span>
    </div>`;
  }
}

/** The same as numbers, for those who want them or cannot see bars. */
export class JgLatencyTable extends JgElement {
  static override properties = { slaves: { attribute: false }, names: { attribute: false } };
  static override styles = [
    basics,
    tableStyles,
    css`
      summary {
        cursor: pointer;
        font-weight: 500;
        margin-bottom: 0.5rem;
      }
    `,
  ];

  declare slaves: readonly Slave[];
  declare names: ReadonlyMap<string, string>;

  protected override render(): TemplateResult {
    const { doctor } = words().gatewayPages;
    return html`<details>
      <summary>${doctor.histogramTable}</summary>
      <div class="frame" tabindex="0" role="region" aria-label=${doctor.histogramTable}>
        <table>
          <thead>
            <tr>
              <th scope="col">${doctor.latency}</th>
              ${this.slaves.map(({ meter, address }) => html`<th scope="col">${this.names.get(meter) ?? meter} (${address})</th>`)}
            </tr>
          </thead>
          <tbody>
            ${Array.from(
              { length: latencyBoundsMs.length + 1 },
              (_, index) => html`<tr>
                <th scope="row">${latencyText(index)}</th>
                ${this.slaves.map(({ latency }) => html`<td>${formatNumber(latency[index] ?? 0, locale(), 0)}</td>`)}
              </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </details>`;
  }
}

customElements.define('jg-latency', JgLatency);
customElements.define('jg-latency-table', JgLatencyTable);
