import { css, html, nothing, type TemplateResult } from 'lit';
import '../charts/jg-energy-chart.ts';
import type { EnergyBar } from '../charts/columns.ts';
import { formatDuration, formatText, formatTime, type TimeStyle } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import type { EnergyStep, Span } from '../ranges.ts';
import { basics } from '../styles.ts';
import { tableStyles } from './table-styles.ts';

const sumOf = (values: readonly (number | null)[]): number | null => {
  const known = values.filter(value => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
};

const rowStyles: Readonly<Record<EnergyStep, TimeStyle>> = Object.freeze({
  minutes: 'dayTime',
  hour: 'dayTime',
  day: 'day',
  month: 'month',
});

/** Energy by period: sums, and bars or a table of them. */
export class JgEnergyPanel extends JgElement {
  static override properties = {
    bars: { attribute: false },
    span: { attribute: false },
    step: { attribute: false },
    zone: { attribute: false },
    caption: { attribute: false },
    isTable: { attribute: false },
  };
  static override styles = [
    basics,
    tableStyles,
    css`
      h2 {
        font-size: 1rem;
      }
      h2 span {
        font-weight: 400;
      }
      p {
        display: flex;
        flex-wrap: wrap;
        gap: 0.125rem 1.25rem;
        font-size: 0.875rem;
        margin-bottom: 0.5rem;
      }
      .key {
        display: inline-flex;
        align-items: center;
        gap: 0.4375rem;
      }
      .mark {
        width: 0.75rem;
        height: 0.75rem;
        border-radius: 3px;
        background: var(--jg-grid);
      }
      .striped {
        border: 1px solid var(--jg-muted);
        background: repeating-linear-gradient(-45deg, var(--jg-muted) 0 1px, transparent 1px 4px);
      }
      .out {
        background: var(--jg-feed);
      }
    `,
  ];

  declare bars: readonly EnergyBar[];
  declare span: Span;
  declare step: EnergyStep;
  declare zone: string | null;
  declare caption: string;
  declare isTable: boolean;

  protected override render(): TemplateResult {
    const { history } = words();
    const text = (wh: number) => formatText(wh, 'Wh', locale());
    const taken = sumOf(this.bars.map(bar => bar.importWh));
    const fedIn = sumOf(this.bars.map(bar => bar.exportWh));
    const estimated = sumOf(this.bars.flatMap(bar => [bar.importEstimatedWh, bar.exportEstimatedWh])) ?? 0;
    const isElsewhere = this.zone !== null && this.zone !== Intl.DateTimeFormat().resolvedOptions().timeZone;
    return html`<h2>${history.energy} <span class="muted">${this.#step()}</span></h2>
      <p>
        ${taken === null ? nothing : html`<span class="key number"><i class="mark"></i>${history.sumTaken(text(taken))}</span>`}
        ${fedIn === null ? nothing : html`<span class="key number"><i class="mark out"></i>${history.sumFedIn(text(fedIn))}</span>`}
        ${estimated === 0 ? nothing : html`<span class="key number"><i class="mark striped"></i>${history.sumEstimated(text(estimated))}</span>`}
        ${isElsewhere && this.zone !== null ? html`<span class="muted">${history.zone(this.zone)}</span>` : nothing}
      </p>
      ${
        this.isTable
          ? this.#table()
          : html`<jg-energy-chart .bars=${this.bars} .span=${this.span} .label=${this.caption}></jg-energy-chart>`
      }`;
  }

  #step(): string {
    const { perStep, perLength } = words().history;
    const [first] = this.bars;
    if (this.step !== 'minutes') return perStep[this.step];
    return first === undefined ? '' : perLength(formatDuration(first.endMs - first.startMs, locale()));
  }

  #table(): TemplateResult {
    const { history } = words();
    const text = (wh: number | null) => formatText(wh, 'Wh', locale());
    return html`<div class="frame" tabindex="0" role="region" aria-label=${this.caption}>
      <table>
        <caption>${this.caption}</caption>
        <thead>
          <tr><th scope="col">${history.time}</th><th scope="col">${history.taken}</th><th scope="col">${history.fedIn}</th><th scope="col">${history.estimated}</th></tr>
        </thead>
        <tbody>
          ${this.bars.toReversed().map(
            ({ startMs, importWh, exportWh, importEstimatedWh, exportEstimatedWh }) => html`<tr>
              <th scope="row">${formatTime(startMs, rowStyles[this.step], locale())}</th>
              <td>${text(importWh)}</td>
              <td>${text(exportWh)}</td>
              <td>${text((importEstimatedWh ?? 0) + (exportEstimatedWh ?? 0))}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }
}

customElements.define('jg-energy-panel', JgEnergyPanel);
