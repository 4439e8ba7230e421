import { css, html, type TemplateResult } from 'lit';
import { formatShare, formatText, missing } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { tableStyles } from '../parts/table-styles.ts';
import { basics } from '../styles.ts';
import { flowName } from './flow-names.ts';
import { estimatedShare } from './flow-sums.ts';
import type { FlowNode, Flows } from './flows.ts';
import { type MeterTotals, stepsPerWh } from './meter-totals.ts';
import type { MeterTree } from './tree.ts';

/** Every flow as a row, with how much of it was measured and estimated. */
export class JgFlowTable extends JgElement {
  static override properties = {
    flows: { attribute: false },
    tree: { attribute: false },
    totals: { attribute: false },
    caption: { attribute: false },
  };
  static override styles = [
    basics,
    tableStyles,
    css`
      th:nth-child(2) {
        text-align: left;
      }
    `,
  ];

  declare flows: Flows;
  declare tree: MeterTree;
  declare totals: ReadonlyMap<string, MeterTotals>;
  declare caption: string;

  protected override render(): TemplateResult {
    const { flows: text } = words().structure;
    const nodes = new Map(this.flows.nodes.map(node => [node.id, node]));
    return html`<div class="frame" tabindex="0" role="region" aria-label=${this.caption}>
      <table>
        <caption>${this.caption}</caption>
        <thead>
          <tr>
            <th scope="col">${text.from}</th><th scope="col">${text.to}</th><th scope="col">${text.energy}</th>
            <th scope="col">${text.coverage}</th><th scope="col">${text.estimatedShare}</th>
          </tr>
        </thead>
        <tbody>
          ${this.flows.links.map(({ from, to, amount }) => {
            const [source, target] = [nodes.get(from), nodes.get(to)];
            if (source === undefined || target === undefined) return '';
            return html`<tr>
              <th scope="row">${flowName(source, this.tree)}</th>
              <th scope="row">${flowName(target, this.tree)}</th>
              <td>${formatText(amount / stepsPerWh, 'Wh', locale())}</td>
              ${this.#quality(source.kind === 'place' ? target : source)}
            </tr>`;
          })}
        </tbody>
      </table>
    </div>`;
  }

  #quality({ key, kind }: FlowNode): TemplateResult {
    const isMeasured = kind !== 'rest' && kind !== 'over' && kind !== 'unmeasured' && kind !== 'more';
    const totals = key === null || !isMeasured ? undefined : this.totals.get(key);
    if (totals === undefined) return html`<td>${missing}</td><td>${missing}</td>`;
    return html`<td>${formatShare(totals.coverage, locale())}</td>
      <td>${formatShare(estimatedShare(totals), locale())}</td>`;
  }
}

customElements.define('jg-flow-table', JgFlowTable);
