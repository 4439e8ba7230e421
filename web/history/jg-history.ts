import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { type QuantityId, quantities } from '#core/quantities.ts';
import type { CommittedEvent, Meter, Series } from '../../host/api/contract.ts';
import { type Address, ledgerOf } from '../address.ts';
import { type HistoryAddress, mostQuantities } from '../addresses/history-address.ts';
import { api, RequestError } from '../api.ts';
import { gapsOf } from '../charts/columns.ts';
import '../charts/jg-readings-table.ts';
import '../charts/jg-series-chart.ts';
import type { Moved } from '../charts/plot-element.ts';
import { errorText } from '../error-text.ts';
import { formatTime } from '../format.ts';
import { onViewCommand, type ViewCommand } from '../frame/keys.ts';
import { locale, quantityName, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { hostNow } from '../site/clock.ts';
import { comparedSpan, earlierSpan, shiftOf } from './compare.ts';
import type { History } from './history.ts';
import { csvName, readingsCsv } from './history-csv.ts';
import { loadFigures } from './history-loader.ts';
import { insideBar, keyed, panned, zoomed } from './history-moves.ts';
import './jg-energy-panel.ts';
import '../parts/jg-share.ts';
import './jg-history-bar.ts';
import './jg-history-figures.ts';
import type { Told } from './jg-history-figures.ts';
import './jg-history-legend.ts';
import './jg-history-more.ts';
import '../parts/jg-notice.ts';
import { icon } from '../parts/icons.ts';
import { type Calendar, firstDayOf, ownCalendar } from '../periods.ts';
import { saveText } from '../save-text.ts';
import type { Site } from '../site/site.ts';
import { basics, controls } from '../styles.ts';
import { meterOf, quantityOf, siblingsOf, storedQuantities } from './history-address.ts';
import { type Drawing, drawingOf } from './history-drawing.ts';
import { HistoryPictures, type Scene, type Wanted } from './history-pictures.ts';
import { historyStyles } from './history-styles.ts';
import { fixedRange, isLive, type Range, type Span, shifted, spanOf, widened } from './ranges.ts';
import { snapped } from './selection.ts';

/** Parts of the address that change; undefined takes one away. */
type Change = { readonly [K in keyof HistoryAddress]?: HistoryAddress[K] | undefined };

/** A live picture is asked for again at most this often; with coarse buckets less, as nothing would be seen. */
const fastestMs = 2000;
const slowestMs = 60_000;
/** A meter whose newest window is older than that is late, and what it did not send is missing. */
const underWayMs = 120_000;
const mostPoints = 2000;
const pointsOfNarrow = 1000;
const narrowPx = 600;

/** Quantities of a meter over time, what they come to, and its energy in bars below. */
export class JgHistory extends JgElement {
  static override properties = {
    site: { attribute: false },
    meters: { attribute: false },
    address: { attribute: false },
    series: { state: true },
    calendar: { state: true },
    shown: { state: true },
    told: { state: true },
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
  /** Of the site; null until the host told it. */
  declare calendar: Calendar | null;
  declare shown: Scene | null;
  /** Statistics of what is chosen, and of all that is shown. */
  declare told: { readonly whole: Told | null; readonly chosen: Told | null };
  declare error: unknown;
  declare isLoading: boolean;
  declare isTable: boolean;
  declare readMs: number | null;
  readonly #pictures = new HistoryPictures();
  #abort: AbortController | null = null;
  #loadedMs = 0;
  #later: ReturnType<typeof setTimeout> | undefined;
  #isMoving = false;
  /** Where a hand left the picture, until what is there is loaded. */
  #moved: Span | null = null;
  /** What was looked at before somebody zoomed, panned or drilled down; back there on a double click. */
  #home: Range | null = null;
  #drawing: { readonly of: unknown; readonly drawing: Drawing } | null = null;

  constructor() {
    super();
    this.meters = [];
    this.series = [];
    this.calendar = null;
    this.shown = null;
    this.told = { whole: null, chosen: null };
    this.error = null;
    this.isLoading = false;
    this.isTable = false;
    this.readMs = null;
    const on = <T>(type: string, use: (detail: T) => void) =>
      this.addEventListener(type, event => use((event as CustomEvent<T>).detail));
    on<Change>('jg-history', change => {
      if (change.range !== undefined) this.#home = null;
      this.#change(change.range === undefined ? change : { ...change, chosen: undefined });
    });
    on<Span>('jg-choose', span => this.#choose(span));
    on<undefined>('jg-clear', () => this.#change({ chosen: undefined }));
    on<Span>('jg-zoom', span => this.#leave(fixedRange(span.fromMs, span.toMs)));
    on<Moved>('jg-move', moved => this.#move(moved));
    on<undefined>('jg-all', () => this.#all());
    on<number>('jg-bar', index => this.#open(index));
    on<number | null>('jg-read', atMs => {
      this.readMs = atMs;
    });
    onViewCommand(this, command => this.#key(command));
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
    const metersBefore: unknown = changed.get('meters');
    const isFirst = changed.has('meters') && Array.isArray(metersBefore) && metersBefore.length === 0;
    const before = changed.get('address') as HistoryAddress | undefined;
    if (changed.has('address') && before !== undefined && isChoiceAlone(before, this.address)) {
      void this.#tell();
    } else if (changed.has('address') || changed.has('series') || changed.has('calendar') || isFirst) {
      void this.#load();
    }
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('shown') && this.shown !== null) mark('jg-history-shown');
  }

  readonly #committed = (event: Event) => {
    const { meters } = (event as CustomEvent<CommittedEvent>).detail;
    const key = this.#meter?.key;
    if (key === undefined || !meters.includes(key) || document.hidden) return;
    if (this.#quantity === null) void this.#loadSeries();
    if (!isLive(this.address.range, hostNow(), this.calendar ?? ownCalendar())) return;
    const bucketMs = this.shown?.picture.readings.bucketMs ?? 0;
    const waitMs = Math.min(slowestMs, Math.max(fastestMs, bucketMs / 2));
    clearTimeout(this.#later);
    this.#later = setTimeout(() => void this.#load(), Math.max(0, this.#loadedMs + waitMs - Date.now()));
  };

  async #loadSeries(): Promise<void> {
    try {
      const [series, { zone }] = await Promise.all([
        api.series(),
        this.calendar === null ? api.site() : this.calendar,
      ]);
      this.calendar ??= { zone, firstDay: firstDayOf(locale()) };
      this.series = series;
    } catch (error) {
      this.error = error;
    }
  }

  /** What the address asks for; null where it is not known yet. */
  #wanted(): Wanted | null {
    const [meter, quantity, calendar] = [this.#meter, this.#quantity, this.calendar];
    if (meter === null || quantity === null || calendar === null) return null;
    const nowMs = hostNow();
    const { range, compare } = this.address;
    const span = spanOf(range, nowMs, calendar);
    const siblings = siblingsOf(this.#stored, quantity);
    const more = (this.address.more ?? []).flatMap(id => siblings.find(each => each === id) ?? []);
    const key = `${meter.key}.${quantity}`;
    const { imports = [] } = this.series.find(one => one.key === key) ?? {};
    return {
      meter,
      quantity,
      more: more.filter(id => id !== quantity).slice(0, mostQuantities - 1),
      span,
      points: this.clientWidth < narrowPx ? pointsOfNarrow : mostPoints,
      stored: this.#stored,
      imports,
      isLive: isLive(range, nowMs, calendar),
      compared:
        compare === undefined
          ? null
          : {
              shift: shiftOf(compare, range, span, calendar),
              span: comparedSpan(compare, range, span, calendar),
            },
      neighbours: [-1, 1].map(by =>
        spanOf(shifted(range, by === -1 ? -1 : 1, nowMs, calendar), nowMs, calendar),
      ),
    };
  }

  async #load(): Promise<void> {
    clearTimeout(this.#later);
    const wanted = this.#wanted();
    if (wanted === null) return;
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.#loadedMs = Date.now();
    mark('jg-history-asked');
    this.isLoading = true;
    try {
      const scene = await this.#pictures.load(wanted, abort.signal);
      // While it is dragged the picture is that of the hand.
      if (this.#isMoving) return;
      this.#moved = null;
      this.shown = scene;
      this.error = null;
      this.isLoading = false;
      // Figures of a year take longer than its neighbours, which a hand may want at once.
      const [wider] = await Promise.all([this.#pictures.loadNeighbours(scene, abort.signal), this.#tell()]);
      if (wider !== null && this.shown === scene && !this.#isMoving) this.shown = wider;
    } catch (error) {
      if (abort.signal.aborted) return;
      if (!(error instanceof RequestError)) throw error;
      this.error = error;
    }
    this.isLoading = false;
  }

  /** Asks what the shown and the chosen come to. */
  async #tell(): Promise<void> {
    const scene = this.shown;
    const { signal } = this.#abort ?? new AbortController();
    if (scene === null) return;
    const { meter, quantity, compared } = scene.wanted;
    const zone = this.#zone;
    const of = async (span: Span, beforeSpan: Span | null): Promise<Told> => {
      const nowMs = this.#reachedMs();
      const ask = (each: Span) => loadFigures(meter, quantity, each, nowMs, signal);
      const [now, before] = await Promise.all([ask(span), beforeSpan === null ? undefined : ask(beforeSpan)]);
      return { span, now, before, beforeSpan };
    };
    const { chosen } = this.address;
    try {
      const [whole, part] = await Promise.all([
        of(scene.picture.span, compared?.span ?? null),
        chosen === undefined
          ? null
          : of(chosen, compared === null ? null : earlierSpan(chosen, compared.shift, zone)),
      ]);
      if (signal.aborted) return;
      this.told = { whole, chosen: part };
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof RequestError)) throw error;
      this.error = error;
    }
  }

  /** Up to where windows can have come: the one that is measured now is not missing. */
  #reachedMs(): number {
    const nowMs = hostNow();
    const lastMs = this.#meter?.lastWindowMs ?? 0;
    return nowMs - lastMs < underWayMs ? Math.min(nowMs, lastMs) : nowMs;
  }

  get #zone(): string {
    return (this.calendar ?? ownCalendar()).zone;
  }

  #change(change: Change): void {
    this.readMs = null;
    const next = Object.entries({ ...this.address, ...change }).filter(([, value]) => value !== undefined);
    // Of the address with some of its optional parts taken away.
    this.tell('jg-address', Object.fromEntries(next) as unknown as Address);
  }

  /** To another range, from which there is a way back. */
  #leave(range: Range): void {
    this.#home ??= this.address.range;
    this.#change({ range, chosen: undefined });
  }

  #choose(span: Span): void {
    if (this.shown === null) return;
    const { span: within, readings } = this.shown.picture;
    const nowMs = hostNow();
    const past = {
      fromMs: within.fromMs,
      toMs: Math.max(within.fromMs + 1000, Math.min(within.toMs, nowMs)),
    };
    this.#change({ chosen: snapped(span.fromMs, span.toMs, readings.bucketMs, past) });
  }

  /** All charts at once follow the hand; the address when it lets go. */
  #move({ span, isDone }: Moved): void {
    this.#isMoving = !isDone;
    this.#moved = span;
    for (const chart of this.renderRoot.querySelectorAll<HTMLElement & { span: Span }>(
      'jg-series-chart, jg-energy-panel',
    ))
      chart.span = span;
    if (!isDone) return;
    this.#home ??= this.address.range;
    this.#change({ range: panned(span, hostNow()) });
  }

  /** Double click: back to what was seen before, or further out. */
  #all(): void {
    if (this.#back()) return;
    const nowMs = hostNow();
    this.#change({
      range: widened(this.address.range, nowMs, this.calendar ?? ownCalendar()),
      chosen: undefined,
    });
  }

  #zoom(factor: number): void {
    this.#leave(zoomed(this.address.range, factor, hostNow(), this.calendar ?? ownCalendar()));
  }

  #back(): boolean {
    if (this.address.chosen !== undefined) {
      this.#change({ chosen: undefined });
      return true;
    }
    if (this.#home === null) return false;
    const range = this.#home;
    this.#home = null;
    this.#change({ range });
    return true;
  }

  #open(index: number): void {
    if (this.shown === null) return;
    const { bars, step } = this.shown.joined;
    const bar = bars[index];
    if (bar === undefined || bar.startMs > hostNow()) return;
    this.#leave(insideBar(bar, step, hostNow(), this.#zone));
  }

  #key(command: ViewCommand): boolean {
    if (command.is === 'reset') return this.#back();
    if (command.is === 'refresh') {
      this.#pictures.forget();
      void this.#loadSeries().then(() => this.#load());
      return true;
    }
    const range = keyed(command, this.address.range, hostNow(), this.calendar ?? ownCalendar());
    if (range === null) return true;
    this.#home = null;
    this.#change({ range, chosen: undefined });
    return true;
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
              .address=${this.address}
              .calendar=${this.calendar ?? ownCalendar()}
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
    const isCurrent = this.shown?.wanted.meter.key === meter.key && this.shown.wanted.quantity === quantity;
    return html`<section class="panel" aria-busy=${this.isLoading}>
      ${this.error === null ? nothing : html`<jg-notice kind="bad" .text=${errorText(this.error)}></jg-notice>`}
      ${
        quantity === null
          ? html`<p class="blank muted">${meter.lastWindowMs === null ? words().history.empty : words().load.loading}</p>`
          : isCurrent && this.shown !== null
            ? this.#charts(meter, quantity, this.shown)
            : html`<p class="blank muted" role="status">${words().load.loading}</p>`
      }
    </section>`;
  }

  /** Made once for each scene: it is asked for with each move of the pointer. */
  #drawn(scene: Scene): Drawing {
    const of = [scene, locale()];
    const kept = this.#drawing;
    if (kept !== null && Array.isArray(kept.of) && kept.of.every((each, index) => each === of[index]))
      return kept.drawing;
    const drawing = drawingOf(scene, siblingsOf(this.#stored, scene.wanted.quantity), this.#zone);
    this.#drawing = { of, drawing };
    return drawing;
  }

  #charts(meter: Meter, quantity: QuantityId, scene: Scene): TemplateResult {
    const { history, past } = words();
    const { unit } = quantities[quantity];
    const { picture, joined } = scene;
    const { fromMs, toMs } = picture.span;
    const drawn = this.#drawn(scene);
    const zone = this.#zone;
    const at = (ms: number) => formatTime(ms, 'full', locale(), zone);
    const label = history.chartLabel(quantityName(quantity), meter.name, at(fromMs), at(toMs));
    const chosen = this.address.chosen ?? null;
    return html`<div class="head">
        <h2>${quantityName(quantity)} <span class="muted">${meter.name}</span></h2>
        <div class="tools">
          <button class="quiet icon" title=${history.zoomIn} aria-label=${history.zoomIn} @click=${() => this.#zoom(0.5)}>${icon('plus', 18)}</button>
          <button class="quiet icon" title=${history.zoomOut} aria-label=${history.zoomOut} @click=${() => this.#zoom(3)}>${icon('minus', 18)}</button>
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
        .siblings=${siblingsOf(this.#stored, quantity)}
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
              .caption=${history.tableCaption(quantityName(quantity), meter.name)}
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
        <div class="below">${this.#whyMissing(meter, picture)} ${this.#energy(meter, scene, drawn, chosen)}</div>
      </div>`;
  }

  #figures(quantity: QuantityId): TemplateResult {
    const isChosen = this.address.chosen !== undefined;
    const told = isChosen ? this.told.chosen : this.told.whole;
    if (told === null) return html`<p class="figures muted small" role="status">${words().load.loading}</p>`;
    return html`<jg-history-figures
      class="figures"
      .told=${told}
      .meter=${this.#meter?.key ?? ''}
      .quantity=${quantity}
      .isChosen=${isChosen}
      .nowMs=${hostNow()}
      .zone=${this.#zone}
    ></jg-history-figures>`;
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

  #energy(
    meter: Meter,
    { picture, joined }: Scene,
    drawn: Drawing,
    chosen: Span | null,
  ): TemplateResult | typeof nothing {
    const hasEnergy = picture.bars.some(({ importWh, exportWh }) => importWh !== null || exportWh !== null);
    if (!hasEnergy) return nothing;
    const { history } = words();
    return html`<jg-energy-panel
      .meter=${meter.key}
      .bars=${joined.bars}
      .shownBars=${picture.bars}
      .others=${drawn.bars}
      .told=${this.told.whole}
      .span=${this.#moved ?? picture.span}
      .chosen=${chosen}
      .step=${picture.step}
      .zone=${this.#zone}
      .caption=${history.tableCaption(history.energy, meter.name)}
      .isTable=${this.isTable}
      .readMs=${this.readMs}
      .nowMs=${hostNow()}
    ></jg-energy-panel>`;
  }

  #save({ picture, wanted }: Scene, { others }: Drawing): void {
    const name = quantityName(wanted.quantity);
    const { csvColumns } = words().past;
    const text = readingsCsv(name, picture.readings, picture.missing, others, this.#zone, csvColumns);
    saveText(csvName(`${wanted.meter.key}-${wanted.quantity}`, picture.span.fromMs, this.#zone), text);
  }

  #switch(): void {
    this.isTable = !this.isTable;
    this.readMs = null;
  }
}

/** For benchmarks, which read when a picture was last asked for and drawn; none of before is kept. */
function mark(name: string): void {
  performance.clearMarks(name);
  performance.mark(name);
}

/** Whether only another part of the same picture is chosen. */
function isChoiceAlone(before: HistoryAddress, now: HistoryAddress): boolean {
  const rest = ({ chosen: _, ...others }: HistoryAddress) => JSON.stringify(others);
  return before.view === 'history' && rest(before) === rest(now);
}

customElements.define('jg-history', JgHistory);
