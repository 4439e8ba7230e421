import { css, html, nothing, type TemplateResult } from 'lit';
import { formatShare, formatText } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import type { MeterColour } from '../site/meter-colours.ts';
import '../parts/jg-notice.ts';
import { basics } from '../styles.ts';
import { leastCoverage, sharedEstimate, sumsOf } from './flow-sums.ts';
import { type Flows, flowsOf } from './flows.ts';
import { groupedFlows } from './grouped-flows.ts';
import './jg-flow-picture.ts';
import './jg-flow-table.ts';
import { type MeterTotals, stepsPerWh } from './meter-totals.ts';
import type { MeterTree } from './tree.ts';

/** Single meters on one side of a place; more are shown as one, and each in the table. */
const mostMeters = 12;

/** Flows of energy of a time with their sums, how much was measured, and what is not right about them. */
export class JgFlowPanel extends JgElement {
  static override properties = {
    totals: { attribute: false },
    tree: { attribute: false },
    colours: { attribute: false },
    span: { attribute: false },
  };
  static override styles = [
    basics,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 1rem;
      }
      dl {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(7rem, max-content));
        gap: 0.5rem 1.75rem;
      }
      dl div {
        display: grid;
      }
      dt {
        font-size: 0.875rem;
        color: var(--jg-muted);
      }
      dd {
        font-size: 1.125rem;
        font-weight: 600;
        font-variant-numeric: tabular-nums;
      }
      summary {
        cursor: pointer;
        font-weight: 500;
        padding: 0.375rem 0;
      }
      .notes {
        display: grid;
        gap: 0.5rem;
      }
    `,
  ];

  declare totals: ReadonlyMap<string, MeterTotals>;
  declare tree: MeterTree;
  declare colours: ReadonlyMap<string, MeterColour>;
  /** The time in words. */
  declare span: string;

  protected override render(): TemplateResult {
    const { flows: text } = words().structure;
    const { totals } = this;
    const flows = flowsOf(this.tree, totals);
    if (flows.links.length === 0) {
      const isMeasured = [...totals.values()].some(
        ({ imported, exported }) => (imported ?? exported) !== null,
      );
      return html`<p class="muted">${isMeasured ? text.still : text.nothing}</p>`;
    }
    return html`${this.#sums(flows, totals)}
      <jg-flow-picture
        .flows=${groupedFlows(flows, mostMeters)}
        .tree=${this.tree}
        .totals=${totals}
        .colours=${this.colours}
      ></jg-flow-picture>
      ${this.#notes(flows)}
      <details>
        <summary>${text.table}</summary>
        <jg-flow-table .flows=${flows} .tree=${this.tree} .totals=${totals} .caption=${`${text.title}, ${this.span}`}></jg-flow-table>
      </details>`;
  }

  #sums(flows: Flows, totals: ReadonlyMap<string, MeterTotals>): TemplateResult {
    const { flows: text } = words().structure;
    const sums = sumsOf(flows);
    const rows: readonly (readonly [string, number])[] = [
      [text.taken, sums.taken],
      [text.made, sums.made],
      [text.given, sums.given],
      [text.used, sums.used],
      [text.stored, sums.stored],
      [text.fed, sums.fed],
    ];
    const shown = new Set(flows.nodes.map(({ key }) => key));
    const measured = new Map([...totals].filter(([key]) => shown.has(key)));
    const estimated = sharedEstimate([...measured.values()]);
    return html`<dl>
        ${rows.map(([name, amount]) =>
          amount === 0
            ? nothing
            : html`<div><dt>${name}</dt><dd>${formatText(amount / stepsPerWh, 'Wh', locale())}</dd></div>`,
        )}
      </dl>
      <p class="small muted number">
        ${this.#measured(measured)}${estimated > 0 ? html` · ${text.estimated(formatShare(estimated, locale()))}` : nothing}
      </p>`;
  }

  /** One that came late to the others says nothing of them, so it is named. */
  #measured(totals: ReadonlyMap<string, MeterTotals>): string {
    const { flows: text } = words().structure;
    const least = leastCoverage([...totals.values()]);
    const share = formatShare(least, locale());
    const [key] = [...totals].find(([, { coverage }]) => coverage === least) ?? [];
    const isOfAll = [...totals.values()].every(({ coverage }) => coverage === least);
    return isOfAll || key === undefined ? text.measured(share) : text.leastMeasured(this.#nameOf(key), share);
  }

  #nameOf(key: string): string {
    return this.tree.all.find(each => each.key === key)?.name ?? key;
  }

  #notes(flows: Flows): TemplateResult {
    const { flows: text } = words().structure;
    const names = (keys: readonly string[]) =>
      new Intl.ListFormat(locale()).format(keys.map(key => this.#nameOf(key)));
    const amount = (steps: number) => formatText(steps / stepsPerWh, 'Wh', locale());
    return html`<div class="notes">
      ${flows.excesses.map(({ key, amount: over, isSlight }) =>
        isSlight
          ? html`<p class="small muted">${text.slightExcess(amount(over), this.#nameOf(key))}</p>`
          : html`<jg-notice kind="warn" .text=${text.excess(amount(over), this.#nameOf(key))}></jg-notice>`,
      )}
      ${flows.missing.length === 0 ? nothing : html`<jg-notice kind="warn" .text=${text.missing(names(flows.missing))}></jg-notice>`}
      ${flows.leftOut.length === 0 ? nothing : html`<p class="small muted">${text.leftOut(names(flows.leftOut))}</p>`}
      ${this.tree.isGuess ? html`<p class="small muted">${text.guess}</p>` : nothing}
    </div>`;
  }
}

customElements.define('jg-flow-panel', JgFlowPanel);
