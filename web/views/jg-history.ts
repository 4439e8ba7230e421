import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { type QuantityId, quantities } from '#core/quantities.ts';
import type { CommittedEvent, Meter, Series } from '../../host/api/contract.ts';
import { type Address, ledgerOf } from '../address.ts';
import { api, RequestError } from '../api.ts';
import { gapsOf } from '../charts/columns.ts';
import '../charts/jg-readings-table.ts';
import '../charts/jg-series-chart.ts';
import { hostNow } from '../clock.ts';
import { errorText } from '../error-text.ts';
import { formatTime } from '../format.ts';
import { type History, loadHistory } from '../history-loader.ts';
import { locale, quantityName, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import '../parts/jg-energy-panel.ts';
import '../parts/jg-history-bar.ts';
import '../parts/jg-history-legend.ts';
import '../parts/jg-notice.ts';
import { icon } from '../parts/icons.ts';
import { fixedRange, isLive, type Range, type Span, spanOf, widened } from '../ranges.ts';
import type { Site } from '../site.ts';
import { basics, controls } from '../styles.ts';
import { meterOf, quantityOf, storedQuantities } from './history-address.ts';
import { historyStyles } from './history-styles.ts';

type HistoryAddress = Extract<Address, { view: 'history' }>;

/** A live picture is asked for again at most this often; with coarse buckets less, as nothing would be seen. */
const fastestMs = 2000;
const slowestMs = 60_000;
const mostPoints = 2000;

/** One quantity of one meter over time, and its energy in bars below. */
export class JgHistory extends JgElement {
  static override properties = {
    site: { attribute: false },
    meters: { attribute: false },
    address: { attribute: false },
    series: { state: true },
    shown: { state: true },
    error: { state: true },
    isLoading: { state: true },
    isTable: { state: true },
    readMs: { state: true },
  };
  static override styles = [basics, controls, historyStyles];

  declare site: Site;
  declare meters: readonly Meter[];
  declare address: HistoryAddress;
  declare series: readonly Series[];
  declare shown: { readonly key: string; readonly history: History } | null;
  declare error: unknown;
  declare isLoading: boolean;
  declare isTable: boolean;
  declare readMs: number | null;
  #abort: AbortController | null = null;
  #loadedMs = 0;
  #later: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.meters = [];
    this.series = [];
    this.shown = null;
    this.error = null;
    this.isLoading = false;
    this.isTable = false;
    this.readMs = null;
    this.addEventListener('jg-zoom', event => this.#zoomTo((event as CustomEvent<Span>).detail));
    this.addEventListener('jg-zoom-out', () =>
      this.#change({ range: widened(this.address.range, hostNow()) }),
    );
    this.addEventListener('jg-read', event => {
      this.readMs = (event as CustomEvent<number | null>).detail;
    });
    this.addEventListener('jg-history', event =>
      this.#change((event as CustomEvent<Partial<HistoryAddress>>).detail),
    );
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.site.addEventListener('committed', this.#committed);
    void this.#loadSeries();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.site.removeEventListener('committed', this.#committed);
    this.#abort?.abort();
    clearTimeout(this.#later);
  }

  get #meter(): Meter | null {
    return meterOf(this.meters, this.address.meter);
  }

  get #stored(): QuantityId[] {
    return storedQuantities(this.series, this.#meter?.key ?? '');
  }

  get #quantity(): QuantityId | null {
    return quantityOf(this.#stored, this.address.quantity);
  }

  protected override willUpdate(changed: PropertyValues): void {
    const before: unknown = changed.get('meters');
    const isFirst = changed.has('meters') && Array.isArray(before) && before.length === 0;
    if (changed.has('address') || changed.has('series') || isFirst) void this.#load();
  }

  readonly #committed = (event: Event) => {
    const { meters } = (event as CustomEvent<CommittedEvent>).detail;
    const key = this.#meter?.key;
    if (key === undefined || !meters.includes(key) || document.hidden) return;
    if (this.#quantity === null) void this.#loadSeries();
    if (!isLive(this.address.range, hostNow())) return;
    const bucketMs = this.shown?.history.readings.bucketMs ?? 0;
    const waitMs = Math.min(slowestMs, Math.max(fastestMs, bucketMs / 2));
    clearTimeout(this.#later);
    this.#later = setTimeout(() => void this.#load(), Math.max(0, this.#loadedMs + waitMs - Date.now()));
  };

  async #loadSeries(): Promise<void> {
    try {
      this.series = await api.series();
    } catch (error) {
      this.error = error;
    }
  }

  async #load(): Promise<void> {
    const meter = this.#meter;
    const quantity = this.#quantity;
    clearTimeout(this.#later);
    if (meter === null || quantity === null) return;
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.#loadedMs = Date.now();
    this.isLoading = true;
    try {
      const points = Math.min(
        mostPoints,
        Math.max(200, Math.round(this.clientWidth * Math.min(2, devicePixelRatio))),
      );
      const span = spanOf(this.address.range, hostNow());
      const key = `${meter.key}.${quantity}`;
      const { imports = [] } = this.series.find(one => one.key === key) ?? {};
      const history = await loadHistory(meter, quantity, span, points, this.#stored, imports, abort.signal);
      this.shown = { key, history };
      this.error = null;
    } catch (error) {
      if (abort.signal.aborted) return;
      if (!(error instanceof RequestError)) throw error;
      this.error = error;
    }
    this.isLoading = false;
  }

  #change(part: Partial<HistoryAddress>): void {
    this.readMs = null;
    this.tell('jg-address', { ...this.address, ...part } satisfies Address);
  }

  #zoomTo({ fromMs, toMs }: Span): void {
    this.#change({ range: fixedRange(fromMs, toMs) satisfies Range });
  }

  protected override render(): TemplateResult {
    const { history, nav } = words();
    return html`<h1 class="visually-hidden">${nav.history}</h1>
      ${
        this.meters.length === 0
          ? html`<p class="muted">${this.site.isLoaded ? history.noMeter : words().load.loading}</p>`
          : html`<jg-history-bar
              .meters=${this.meters}
              .meter=${this.#meter?.key ?? null}
              .quantities=${this.#stored}
              .quantity=${this.#quantity}
              .range=${this.address.range}
            ></jg-history-bar>
            ${
              this.#meter === null
                ? html`<jg-notice kind="warn" .text=${history.unknownMeter(this.address.meter ?? '')}></jg-notice>`
                : this.#panel(this.#meter)
            }`
      }`;
  }

  #panel(meter: Meter): TemplateResult {
    const quantity = this.#quantity;
    const isCurrent = this.shown?.key === `${meter.key}.${quantity}`;
    return html`<section class="panel" aria-busy=${this.isLoading}>
      ${this.error === null ? nothing : html`<jg-notice kind="bad" .text=${errorText(this.error)}></jg-notice>`}
      ${
        quantity === null
          ? html`<p class="blank muted">${meter.lastWindowMs === null ? words().history.empty : words().load.loading}</p>`
          : isCurrent && this.shown !== null
            ? this.#charts(meter, quantity, this.shown.history)
            : html`<p class="blank muted" role="status">${words().load.loading}</p>`
      }
    </section>`;
  }

  #charts(meter: Meter, quantity: QuantityId, shown: History): TemplateResult {
    const { history } = words();
    const { unit } = quantities[quantity];
    const isEmpty = shown.readings.startMs.length === 0;
    const { fromMs, toMs } = shown.span;
    const at = (ms: number) => formatTime(ms, 'full', locale());
    const label = history.chartLabel(quantityName(quantity), meter.name, at(fromMs), at(toMs));
    return html`<div class="head">
        <h2>${quantityName(quantity)} <span class="muted">${meter.name}</span></h2>
        <button class="quiet" @click=${this.#switch}>
          ${icon(this.isTable ? 'history' : 'table', 18)}<span>${this.isTable ? history.chart : history.table}</span>
        </button>
      </div>
      <jg-history-legend .history=${shown} .unit=${unit} .readMs=${this.readMs}></jg-history-legend>
      ${
        this.isTable
          ? html`<jg-readings-table
            .readings=${shown.readings}
            .missing=${shown.missing}
            .unit=${unit}
            .caption=${history.tableCaption(quantityName(quantity), meter.name)}
          ></jg-readings-table>`
          : html`<div class="stage">
            <jg-series-chart
              .readings=${shown.readings}
              .missing=${shown.missing}
              .imported=${shown.imported}
              .span=${shown.span}
              .unit=${unit}
              .label=${label}
            ></jg-series-chart>
            ${isEmpty ? html`<p class="over muted">${history.empty}</p>` : nothing}
          </div>`
      }
      ${this.#whyMissing(meter, shown)} ${this.#energy(meter, shown)}`;
  }

  /** From a gap to what became of it: the ledger of the day of the newest one. */
  #whyMissing(meter: Meter, { readings, missing, span }: History): TemplateResult | typeof nothing {
    const newest = [...missing, ...gapsOf(readings)].reduce<number | null>(
      (atMs, { startMs }) => Math.max(atMs ?? 0, startMs),
      null,
    );
    if (newest === null) return nothing;
    const dayMs = Math.max(newest, span.fromMs);
    return html`<p class="why small"><a href=${ledgerOf(meter.key, Math.round(dayMs))}>${words().history.whyMissing}</a></p>`;
  }

  #energy(meter: Meter, { bars, span, step, zone }: History): TemplateResult | typeof nothing {
    const hasEnergy = bars.some(({ importWh, exportWh }) => importWh !== null || exportWh !== null);
    if (!hasEnergy) return nothing;
    const { history } = words();
    return html`<jg-energy-panel
      .bars=${bars}
      .span=${span}
      .step=${step}
      .zone=${zone}
      .caption=${history.tableCaption(history.energy, meter.name)}
      .isTable=${this.isTable}
    ></jg-energy-panel>`;
  }

  #switch(): void {
    this.isTable = !this.isTable;
    this.readMs = null;
  }
}

customElements.define('jg-history', JgHistory);
