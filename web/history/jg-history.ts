import { css, html, type PropertyValues, type TemplateResult } from 'lit';
import type { QuantityId } from '#core/quantities.ts';
import type { CommittedEvent, Meter, Series } from '../../host/api/contract.ts';
import type { Address } from '../address.ts';
import { type HistoryAddress, mostQuantities } from '../addresses/history-address.ts';
import { api } from '../api.ts';
import type { Moved } from '../charts/plot-element.ts';
import { onViewCommand, type ViewCommand } from '../frame/keys.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import '../parts/jg-notice.ts';
import { type Calendar, firstDayOf, ownCalendar } from '../periods.ts';
import { hostNow } from '../site/clock.ts';
import type { Site } from '../site/site.ts';
import { basics } from '../styles.ts';
import { comparedSpan, shiftOf } from './compare.ts';
import { meterOf, quantityOf, siblingsOf, storedQuantities } from './history-address.ts';
import { insideBar, keyed, panned, zoomed } from './history-moves.ts';
import type { Wanted } from './history-pictures.ts';
import { HistoryScene } from './history-scene.ts';
import './jg-history-bar.ts';
import './jg-history-panel.ts';
import { fixedRange, isLive, type Range, type Span, shifted, spanOf, widened } from './ranges.ts';
import { snapped } from './selection.ts';

/** Parts of the address that change; undefined takes one away. */
type Change = { readonly [K in keyof HistoryAddress]?: HistoryAddress[K] | undefined };

const mostPoints = 2000;
const pointsOfNarrow = 1000;
const narrowPx = 600;

/** Quantities of a meter over time: what of them the address asks for, and where hands and keys lead from there. */
export class JgHistory extends JgElement {
  static override properties = {
    site: { attribute: false },
    meters: { attribute: false },
    address: { attribute: false },
    series: { state: true },
    calendar: { state: true },
  };
  static override styles = [
    basics,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 1rem;
      }
    `,
  ];

  declare site: Site;
  declare meters: readonly Meter[];
  declare address: HistoryAddress;
  declare series: readonly Series[];
  /** Of the site; null until the host told it. */
  declare calendar: Calendar | null;
  readonly #shown = new HistoryScene(this, {
    wanted: () => this.#wanted(),
    chosen: () => this.address.chosen,
    zone: () => this.#zone,
  });
  /** What was looked at before somebody zoomed, panned or drilled down; back there on a double click. */
  #home: Range | null = null;

  constructor() {
    super();
    this.meters = [];
    this.series = [];
    this.calendar = null;
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
    on<number>('jg-scale', factor => this.#zoom(factor));
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
      void this.#shown.tell();
    } else if (changed.has('address') || changed.has('series') || changed.has('calendar') || isFirst) {
      void this.#shown.load();
    }
  }

  readonly #committed = (event: Event) => {
    const { meters } = (event as CustomEvent<CommittedEvent>).detail;
    const key = this.#meter?.key;
    if (key === undefined || !meters.includes(key) || document.hidden) return;
    if (this.#quantity === null) void this.#loadSeries();
    if (!isLive(this.address.range, hostNow(), this.calendar ?? ownCalendar())) return;
    this.#shown.loadSoon();
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
      this.#shown.fail(error);
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

  get #zone(): string {
    return (this.calendar ?? ownCalendar()).zone;
  }

  #change(change: Change): void {
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
    const { scene } = this.#shown;
    if (scene === null) return;
    const { span: within, readings } = scene.picture;
    const nowMs = hostNow();
    const past = {
      fromMs: within.fromMs,
      toMs: Math.max(within.fromMs + 1000, Math.min(within.toMs, nowMs)),
    };
    this.#change({ chosen: snapped(span.fromMs, span.toMs, readings.bucketMs, past) });
  }

  /** The charts follow the hand; the address when it lets go. */
  #move({ span, isDone }: Moved): void {
    this.#shown.isHeld = !isDone;
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
    const { scene } = this.#shown;
    if (scene === null) return;
    const { bars, step } = scene.joined;
    const bar = bars[index];
    if (bar === undefined || bar.startMs > hostNow()) return;
    this.#leave(insideBar(bar, step, hostNow(), this.#zone));
  }

  #key(command: ViewCommand): boolean {
    if (command.is === 'reset') return this.#back();
    if (command.is === 'refresh') {
      this.#shown.forget();
      void this.#loadSeries().then(() => this.#shown.load());
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
    const { scene, told, error, isLoading } = this.#shown;
    return html`<jg-history-panel
      .site=${this.site}
      .meter=${meter}
      .quantity=${this.#quantity}
      .stored=${this.#stored}
      .address=${this.address}
      .scene=${scene}
      .told=${told}
      .error=${error}
      .isLoading=${isLoading}
      .zone=${this.#zone}
    ></jg-history-panel>`;
  }
}

/** Whether only another part of the same picture is chosen. */
function isChoiceAlone(before: HistoryAddress, now: HistoryAddress): boolean {
  const rest = ({ chosen: _, ...others }: HistoryAddress) => JSON.stringify(others);
  return before.view === 'history' && rest(before) === rest(now);
}

customElements.define('jg-history', JgHistory);
