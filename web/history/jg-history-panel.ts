import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { type QuantityId, quantities } from '#core/quantities.ts';
import type { Meter } from '../../host/api/contract.ts';
import { ledgerOf } from '../address.ts';
import type { HistoryAddress } from '../addresses/history-address.ts';
import { gapsOf } from '../charts/columns.ts';
import { toldApart } from '../site/told-apart.ts';
import '../charts/jg-readings-table.ts';
import '../charts/jg-series-chart.ts';
import type { Moved } from '../charts/plot-element.ts';
import { errorText } from '../error-text.ts';
import { formatTime } from '../format.ts';
import { locale, quantityName, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { icon } from '../parts/icons.ts';
import '../parts/jg-notice.ts';
import '../parts/jg-share.ts';
import { saveText } from '../save-text.ts';
import { hostNow } from '../site/clock.ts';
import type { Site } from '../site/site.ts';
import { basics, controls } from '../styles.ts';
import type { History } from './history.ts';
import { siblingsOf } from './history-address.ts';
import { csvName, readingsCsv } from './history-csv.ts';
import { type Drawing, drawingOf } from './history-drawing.ts';
import { historyPanelStyles } from './history-panel-styles.ts';
import type { Scene } from './history-pictures.ts';
import type { HistoryScene } from './history-scene.ts';
import './jg-energy-panel.ts';
import './jg-history-figures.ts';
import './jg-history-legend.ts';
import './jg-history-more.ts';
import type { Span } from './ranges.ts';

/** A scene as it is drawn: chart or table, what it comes to, and its energy in bars. By `jg-scale` it asks for a zoom. */
export class JgHistoryPanel extends JgElement {
  static override properties = {
    site: { attribute: false },
    meter: { attribute: false },
    quantity: { attribute: false },
    stored: { attribute: false },
    address: { attribute: false },
    scene: { attribute: false },
    told: { attribute: false },
    error: { attribute: false },
    isLoading: { attribute: false },
    zone: { attribute: false },
    isTable: { state: true },
    readMs: { state: true },
  };
  static override styles = [basics, controls, historyPanelStyles];

  declare site: Site;
  declare meter: Meter;
  /** Null: it is not known yet what the meter has. */
  declare quantity: QuantityId | null;
  /** All that the meter has. */
  declare stored: readonly QuantityId[];
  declare address: HistoryAddress;
  /** What was loaded last, maybe of another meter or quantity. */
  declare scene: Scene | null;
  declare told: HistoryScene['told'];
  declare error: unknown;
  declare isLoading: boolean;
  declare zone: string;
  declare isTable: boolean;
  /** The moment that the pointer is at. */
  declare readMs: number | null;
  /** Where a hand left the picture, until what is there is loaded. */
  #moved: Span | null = null;
  #drawing: { readonly of: readonly unknown[]; readonly drawing: Drawing } | null = null;

  constructor() {
    super();
    this.isTable = false;
    this.readMs = null;
    this.addEventListener('jg-read', event => {
      this.readMs = (event as CustomEvent<number | null>).detail;
    });
    this.addEventListener('jg-move', event => this.#follow((event as CustomEvent<Moved>).detail));
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('scene')) this.#moved = null;
    if (changed.has('address')) this.readMs = null;
  }

  /** All charts at once follow the hand. */
  #follow({ span }: Moved): void {
    this.#moved = span;
    for (const chart of this.renderRoot.querySelectorAll<HTMLElement & { span: Span }>(
      'jg-series-chart, jg-energy-panel',
    ))
      chart.span = span;
  }

  protected override render(): TemplateResult {
    const { meter, quantity, scene } = this;
    const isCurrent = scene?.wanted.meter.key === meter.key && scene.wanted.quantity === quantity;
    return html`<section class="panel" aria-busy=${this.isLoading}>
      ${this.error === null ? nothing : html`<jg-notice kind="bad" .text=${errorText(this.error)}></jg-notice>`}
      ${
        quantity === null
          ? html`<p class="blank muted">${meter.lastWindowMs === null ? words().history.empty : words().load.loading}</p>`
          : isCurrent && scene !== null
            ? this.#charts(quantity, scene)
            : html`<p class="blank muted" role="status">${words().load.loading}</p>`
      }
    </section>`;
  }

  /** As it is told apart from others of the site. */
  get #name(): string {
    return toldApart(this.site.meters).find(({ key }) => key === this.meter.key)?.name ?? this.meter.name;
  }

  /** Made once for each scene: it is asked for with each move of the pointer. */
  #drawn(scene: Scene): Drawing {
    const of = [scene, locale()];
    const kept = this.#drawing;
    if (kept?.of.every((each, index) => each === of[index])) return kept.drawing;
    const drawing = drawingOf(scene, siblingsOf(this.stored, scene.wanted.quantity), this.zone);
    this.#drawing = { of, drawing };
    return drawing;
  }

  #charts(quantity: QuantityId, scene: Scene): TemplateResult {
    const { meter, zone } = this;
    const { history, past } = words();
    const { unit } = quantities[quantity];
    const { picture, joined } = scene;
    const { fromMs, toMs } = picture.span;
    const drawn = this.#drawn(scene);
    const at = (ms: number) => formatTime(ms, 'full', locale(), zone);
    const label = history.chartLabel(quantityName(quantity), this.#name, at(fromMs), at(toMs));
    const chosen = this.address.chosen ?? null;
    return html`<div class="head">
        <h2>${quantityName(quantity)} <span class="muted">${this.#name}</span></h2>
        <div class="tools">
          <button class="quiet icon" title=${history.zoomIn} aria-label=${history.zoomIn} @click=${() => this.tell('jg-scale', 0.5)}>${icon('plus', 18)}</button>
          <button class="quiet icon" title=${history.zoomOut} aria-label=${history.zoomOut} @click=${() => this.tell('jg-scale', 3)}>${icon('minus', 18)}</button>
          <button class="quiet" title=${past.csvPower} aria-label=${past.csvPower} @click=${() => this.#save(scene, drawn)}>
            ${icon('download', 18)}<span>${past.csv}</span>
          </button>
          <jg-share isQuiet .site=${this.site} .address=${{ ...this.address, meter: meter.key }} .meter=${meter.key}></jg-share>
          <button class="quiet" @click=${this.#switch}>
            ${icon(this.isTable ? 'history' : 'table', 18)}<span>${this.isTable ? history.chart : history.table}</span>
          </button>
        </div>
      </div>
      <jg-history-more
        .quantity=${quantity}
        .siblings=${siblingsOf(this.stored, quantity)}
        .more=${scene.wanted.more}
      ></jg-history-more>
      <jg-history-legend
        .history=${picture}
        .unit=${unit}
        .readMs=${this.readMs}
        .lines=${drawn.lines}
        .others=${drawn.others}
        .colour=${drawn.colour}
        .name=${quantityName(quantity)}
        .zone=${zone}
      ></jg-history-legend>
      <div class="parts">
        ${
          this.isTable
            ? html`<jg-readings-table
              .readings=${picture.readings}
              .missing=${picture.missing}
              .others=${drawn.others}
              .unit=${unit}
              .zone=${zone}
              .caption=${history.tableCaption(quantityName(quantity), this.#name)}
            ></jg-readings-table>`
            : html`<div class="stage">
              <jg-series-chart
                .readings=${joined.readings}
                .missing=${joined.missing}
                .imported=${joined.imported}
                .lines=${drawn.lines}
                .colour=${drawn.colour}
                .span=${this.#moved ?? picture.span}
                .chosen=${chosen}
                .unit=${unit}
                .zone=${zone}
                .label=${label}
              ></jg-series-chart>
              ${picture.readings.startMs.length === 0 ? html`<p class="over muted">${history.empty}</p>` : nothing}
              <p class="hint small muted">${past.panHelp}</p>
            </div>`
        }
        ${this.#figures(quantity)}
        <div class="below">${this.#whyMissing(picture)} ${this.#energy(scene, drawn, chosen)}</div>
      </div>`;
  }

  #figures(quantity: QuantityId): TemplateResult {
    const isChosen = this.address.chosen !== undefined;
    const told = isChosen ? this.told.chosen : this.told.whole;
    if (told === null) return html`<p class="figures muted small" role="status">${words().load.loading}</p>`;
    return html`<jg-history-figures
      class="figures"
      .told=${told}
      .meter=${this.meter.key}
      .quantity=${quantity}
      .isChosen=${isChosen}
      .nowMs=${hostNow()}
      .zone=${this.zone}
    ></jg-history-figures>`;
  }

  /** From a gap to what became of it: the ledger of the day of the newest one. */
  #whyMissing({ readings, missing, span }: History): TemplateResult | typeof nothing {
    const newest = [...missing, ...gapsOf(readings)].reduce<number | null>(
      (atMs, { startMs }) => Math.max(atMs ?? 0, startMs),
      null,
    );
    if (newest === null) return nothing;
    const dayMs = Math.max(newest, span.fromMs);
    return html`<p class="why small"><a href=${ledgerOf(this.meter.key, Math.round(dayMs))}>${words().history.whyMissing}</a></p>`;
  }

  #energy({ picture, joined }: Scene, drawn: Drawing, chosen: Span | null): TemplateResult | typeof nothing {
    const hasEnergy = picture.bars.some(({ importWh, exportWh }) => importWh !== null || exportWh !== null);
    if (!hasEnergy) return nothing;
    const { history } = words();
    return html`<jg-energy-panel
      .meter=${this.meter.key}
      .bars=${joined.bars}
      .shownBars=${picture.bars}
      .others=${drawn.bars}
      .told=${this.told.whole}
      .span=${this.#moved ?? picture.span}
      .chosen=${chosen}
      .step=${picture.step}
      .zone=${this.zone}
      .caption=${history.tableCaption(history.energy, this.#name)}
      .isTable=${this.isTable}
      .readMs=${this.readMs}
      .nowMs=${hostNow()}
    ></jg-energy-panel>`;
  }

  #save({ picture, wanted }: Scene, { others }: Drawing): void {
    const name = quantityName(wanted.quantity);
    const { csvColumns } = words().past;
    const text = readingsCsv(name, picture.readings, picture.missing, others, this.zone, csvColumns);
    saveText(csvName(`${wanted.meter.key}-${wanted.quantity}`, picture.span.fromMs, this.zone), text);
  }

  #switch(): void {
    this.isTable = !this.isTable;
    this.readMs = null;
  }
}

customElements.define('jg-history-panel', JgHistoryPanel);
