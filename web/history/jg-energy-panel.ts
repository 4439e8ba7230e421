import { html, nothing, type TemplateResult } from 'lit';
import '../charts/jg-energy-chart.ts';
import type { EnergyBar } from '../charts/columns.ts';
import { formatDuration, formatShare, formatText, formatTime, type TimeStyle } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { changeText } from '../parts/change-text.ts';
import { icon } from '../parts/icons.ts';
import { tableStyles } from '../parts/table-styles.ts';
import { ownCalendar } from '../periods.ts';
import { saveText } from '../save-text.ts';
import { basics, controls } from '../styles.ts';
import { differenceOf } from './compare.ts';
import { energyPanelStyles } from './energy-panel-styles.ts';
import { barsCsv, csvName } from './history-csv.ts';
import type { Told } from './jg-history-figures.ts';
import type { EnergyStep, Span } from './ranges.ts';
import { barAt, coverageOf, estimatedShare, estimatedWh } from './selection.ts';

const rowStyles: Readonly<Record<EnergyStep, TimeStyle>> = Object.freeze({
  minutes: 'dayTime',
  hour: 'dayTime',
  day: 'day',
  month: 'month',
});

/**
 * Energy by period: what it comes to, and bars or a table of them. Tells `jg-bar` (detail: the place of a bar that is to
 * be opened).
 */
export class JgEnergyPanel extends JgElement {
  static override properties = {
    meter: { attribute: false },
    bars: { attribute: false },
    shownBars: { attribute: false },
    others: { attribute: false },
    told: { attribute: false },
    span: { attribute: false },
    chosen: { attribute: false },
    step: { attribute: false },
    zone: { attribute: false },
    caption: { attribute: false },
    isTable: { attribute: false },
    readMs: { attribute: false },
    nowMs: { attribute: false },
  };
  static override styles = [basics, controls, tableStyles, energyPanelStyles];

  declare meter: string;
  /** With those of the neighbours in time, for panning. */
  declare bars: readonly EnergyBar[];
  /** Of the shown span alone. */
  declare shownBars: readonly EnergyBar[];
  /** For each of `bars` the one of the compared time, or null; empty without comparison. */
  declare others: readonly (EnergyBar | null)[];
  /** What all of the shown span comes to, exactly; null until it is there. */
  declare told: Told | null;
  declare span: Span;
  declare chosen: Span | null;
  declare step: EnergyStep;
  declare zone: string;
  declare caption: string;
  declare isTable: boolean;
  declare readMs: number | null;
  declare nowMs: number;

  constructor() {
    super();
    this.others = [];
    this.readMs = null;
  }

  protected override render(): TemplateResult {
    const { history, past } = words();
    const read = this.readMs === null ? -1 : barAt(this.bars, this.readMs);
    const bar = this.bars[read];
    return html`<div class="head">
        <h2>${history.energy} <span class="muted">${this.#step()}</span></h2>
        <button class="quiet" title=${past.csvEnergy} aria-label=${past.csvEnergy} @click=${this.#save}>${icon('download', 18)}<span>${past.csv}</span></button>
      </div>
      <p class="line">${bar === undefined ? this.#sums() : this.#bar(bar, this.others[read])}</p>
      ${
        this.isTable
          ? this.#table()
          : html`<jg-energy-chart
            .bars=${this.bars}
            .others=${this.others}
            .span=${this.span}
            .chosen=${this.chosen}
            .zone=${this.zone}
            .label=${`${this.caption}. ${past.stepHelp}`}
          ></jg-energy-chart>`
      }`;
  }

  #sums(): TemplateResult {
    const { history, past } = words();
    const energy = this.told?.now?.energy ?? null;
    if (energy === null)
      return html`<span class="muted">${this.told === null ? words().load.loading : history.gap}</span>`;
    const before = this.told?.before?.energy ?? null;
    const isCompared = this.told?.beforeSpan != null;
    const change = (now: number | null, other: number | null) =>
      isCompared
        ? html`<span class="muted number">${changeText(differenceOf(now, other), 'Wh')}</span>`
        : nothing;
    const text = (wh: number) => formatText(wh, 'Wh', locale());
    const estimated = estimatedWh(energy) ?? 0;
    const isElsewhere = this.zone !== ownCalendar().zone;
    return html`${
      energy.importWh === null
        ? nothing
        : html`<span class="key number"><i class="mark"></i>${history.sumTaken(text(energy.importWh))} ${change(energy.importWh, before?.importWh ?? null)}</span>`
    }
      ${
        energy.exportWh === null
          ? nothing
          : html`<span class="key number"><i class="mark out"></i>${history.sumFedIn(text(energy.exportWh))} ${change(energy.exportWh, before?.exportWh ?? null)}</span>`
      }
      ${
        estimated === 0
          ? nothing
          : html`<span class="key number"><i class="mark striped"></i>${history.sumEstimated(text(estimated))} (${formatShare(estimatedShare(energy), locale())})</span>`
      }
      <span class="muted number">${past.partly(formatShare(energy.coverage, locale()))}</span>
      ${isCompared ? html`<span class="key muted"><i class="mark other"></i>${past.before}</span>` : nothing}
      ${isElsewhere ? html`<span class="muted">${history.zone(this.zone)}</span>` : nothing}`;
  }

  #bar(bar: EnergyBar, other: EnergyBar | null | undefined): TemplateResult {
    const { history, past } = words();
    const text = (wh: number | null) => formatText(wh, 'Wh', locale());
    const change = (of: 'importWh' | 'exportWh') =>
      other
        ? html`<span class="muted number">${past.before} ${text(other[of])} · ${changeText(differenceOf(bar[of], other[of]), 'Wh')}</span>`
        : nothing;
    const isKnown = bar.importWh !== null || bar.exportWh !== null;
    return html`<span class="muted number">${this.#when(bar)}</span>
      ${isKnown ? nothing : html`<span>${bar.startMs > this.nowMs ? past.future : history.gap}</span>`}
      ${bar.importWh === null ? nothing : html`<span class="key number"><i class="mark"></i><b>${text(bar.importWh)}</b> ${change('importWh')}</span>`}
      ${bar.exportWh === null ? nothing : html`<span class="key number"><i class="mark out"></i><b>${text(bar.exportWh)}</b> ${change('exportWh')}</span>`}
      <span class="muted number">${past.partly(formatShare(coverageOf(bar, this.nowMs), locale()))}</span>`;
  }

  #when({ startMs }: EnergyBar): string {
    return formatTime(startMs, rowStyles[this.step], locale(), this.zone);
  }

  #step(): string {
    const { perStep, perLength } = words().history;
    // Those of other pictures that are loaded beside it may be of another length.
    const [first] = this.shownBars;
    if (this.step !== 'minutes') return perStep[this.step];
    return first === undefined ? '' : perLength(formatDuration(first.endMs - first.startMs, locale()));
  }

  #table(): TemplateResult {
    const { history, past } = words();
    const text = (wh: number | null) => formatText(wh, 'Wh', locale());
    const isCompared = this.others.length > 0;
    return html`<div class="frame" tabindex="0" role="region" aria-label=${this.caption}>
      <table>
        <caption>${this.caption}</caption>
        <thead>
          <tr><th scope="col">${history.time}</th><th scope="col">${history.taken}</th><th scope="col">${history.fedIn}</th><th scope="col">${history.estimated}</th><th scope="col">${past.figures.coverage}</th>${
            isCompared
              ? html`<th scope="col">${history.taken}, ${past.change}</th><th scope="col">${history.fedIn}, ${past.change}</th>`
              : nothing
          }</tr>
        </thead>
        <tbody>
          ${this.shownBars.toReversed().map(bar => {
            const index = this.bars.findIndex(({ startMs }) => startMs === bar.startMs);
            const other = this.others[index] ?? null;
            const change = (of: 'importWh' | 'exportWh') =>
              html`<td>${changeText(differenceOf(bar[of], other?.[of] ?? null), 'Wh')}</td>`;
            return html`<tr>
              <th scope="row"><button class="quiet row" aria-label=${past.open(this.#when(bar))} @click=${() => this.tell('jg-bar', index)}>${this.#when(bar)}</button></th>
              <td>${text(bar.importWh)}</td>
              <td>${text(bar.exportWh)}</td>
              <td>${text(estimatedWh(bar))}</td>
              <td>${bar.startMs > this.nowMs ? '' : formatShare(coverageOf(bar, this.nowMs), locale())}</td>
              ${isCompared ? html`${change('importWh')}${change('exportWh')}` : nothing}
            </tr>`;
          })}
        </tbody>
      </table>
    </div>`;
  }

  #save(): void {
    const { history, past } = words();
    const from = this.bars.findIndex(({ startMs }) => startMs === this.shownBars[0]?.startMs);
    const others = this.others.slice(from, from + this.shownBars.length);
    const text = barsCsv(this.shownBars, others, history, this.zone, past.csvColumns);
    const fromMs = this.shownBars[0]?.startMs ?? this.span.fromMs;
    saveText(csvName(`${this.meter}-energy-${this.step}`, fromMs, this.zone), text);
  }
}

customElements.define('jg-energy-panel', JgEnergyPanel);
