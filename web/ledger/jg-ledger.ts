import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Ledger, Meter } from '../../host/api/contract.ts';
import { type Address, type LedgerRange, ledgerRanges } from '../address.ts';
import { ledgerAddress } from '../addresses/ledger-address.ts';
import { api } from '../api.ts';
import { errorText } from '../error-text.ts';
import { formatTime } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { icon } from '../parts/icons.ts';
import { RequestError } from '../request-error.ts';
import { hostNow } from '../site/clock.ts';
import { toldApart } from '../site/told-apart.ts';
import { daysOf, type LedgerMeter, sumOf } from './ledger.ts';
import { briefText } from './ledger-words.ts';
import './jg-ledger-day.ts';
import './jg-ledger-strip.ts';
import './jg-ledger-sum.ts';
import './jg-ledger-table.ts';
import '../parts/jg-notice.ts';
import { notFound } from '../parts/not-found.ts';
import { basics, controls } from '../styles.ts';
import { legendMark, type Mark, markPatterns, markStyles } from './ledger-marks.ts';
import { ledgerStyles } from './ledger-styles.ts';

type LedgerAddress = Extract<Address, { view: 'ledger' }>;

const dayMs = 86_400_000;
const refreshMs = 30_000;
const keys: readonly Mark[] = ['received', 'late', 'lost', 'pending', 'estimated', 'idle'];

/** What became of every second of every meter, day by day. */
export class JgLedger extends JgElement {
  static override properties = {
    meters: { attribute: false },
    address: { attribute: false },
    shown: { state: true },
    error: { state: true },
    isTable: { state: true },
  };
  static override styles = [basics, controls, markStyles, ledgerStyles];

  declare meters: readonly Meter[];
  declare address: LedgerAddress;
  declare shown: Ledger | null;
  declare error: unknown;
  declare isTable: boolean;
  #abort: AbortController | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.meters = [];
    this.shown = null;
    this.error = null;
    this.isTable = false;
    this.addEventListener('jg-refresh', event => {
      event.stopPropagation();
      void this.#load();
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => {
      if (!document.hidden && this.address.toMs === null) void this.#load();
    }, refreshMs);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
    this.#abort?.abort();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('address')) return;
    const before: unknown = changed.get('address');
    const spanOf = ({ range, toMs }: LedgerAddress) => `${range} ${toMs}`;
    if (before === undefined || spanOf(before as LedgerAddress) !== spanOf(this.address)) void this.#load();
  }

  async #load(): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    const endMs = this.address.toMs ?? hostNow();
    const fromMs = Math.max(0, Math.floor(endMs - (ledgerRanges[this.address.range] - 1) * dayMs));
    try {
      this.shown = await api.ledger(fromMs, Math.ceil(endMs) + 1, abort.signal);
      this.error = null;
    } catch (error) {
      if (abort.signal.aborted) return;
      if (!(error instanceof RequestError)) throw error;
      this.error = error;
    }
  }

  protected override render(): TemplateResult {
    const { ledger: text, load } = words();
    return html`${markPatterns()}
      <div>
        <h1>${text.title}</h1>
        <p class="muted">${text.intro}</p>
      </div>
      ${this.#bar()}
      ${
        this.error === null
          ? nothing
          : html`<jg-notice kind="bad" .text=${errorText(this.error)} .canRetry=${true}></jg-notice>`
      }
      ${
        this.shown === null
          ? this.error === null
            ? html`<p class="muted" role="status">${load.loading}</p>`
            : nothing
          : this.#content(this.shown)
      }`;
  }

  #content(ledger: Ledger): TemplateResult {
    const { ledger: text } = words();
    if (ledger.meters.length === 0) return html`<p class="panel muted">${text.noMeter}</p>`;
    const isEmpty = ledger.meters.every(({ expectedS }) => expectedS.every(seconds => seconds === 0));
    if (isEmpty) return html`<p class="panel muted">${text.empty}</p>`;
    const { meter: wanted } = this.address;
    const isStrange = wanted !== null && !ledger.meters.some(({ meter }) => meter === wanted);
    return html`${isStrange ? notFound(words().meterPage.unknown(wanted), ledgerAddress(null), words().nav.ledger) : nothing}
      <div class="panel"><jg-ledger-sum .ledger=${ledger}></jg-ledger-sum></div>
      <section class="panel" aria-labelledby="meters">${this.#byMeter(ledger)}</section>`;
  }

  #byMeter(ledger: Ledger): TemplateResult {
    const { ledger: text, history } = words();
    const isElsewhere = ledger.zone !== Intl.DateTimeFormat().resolvedOptions().timeZone;
    const { received, late, lost, pending, estimated, idle } = text;
    const names: Readonly<Record<Mark, string>> = { received, late, lost, pending, estimated, idle };
    return html`<div class="head">
        <h2 id="meters">${text.meters}</h2>
        <button class="quiet" @click=${() => {
          this.isTable = !this.isTable;
        }}>${icon(this.isTable ? 'ledger' : 'table', 18)}<span>${this.isTable ? history.chart : history.table}</span></button>
      </div>
      ${
        this.isTable
          ? html`<jg-ledger-table .ledger=${ledger} .names=${this.#names()}></jg-ledger-table>`
          : html`<ul class="keys small">
              ${keys.map(key => html`<li>${legendMark(key)}${names[key]}</li>`)}
            </ul>
            <ul class="meters">${ledger.meters.map(meter => this.#meter(ledger, meter))}</ul>`
      }
      ${isElsewhere ? html`<p class="zone small muted">${text.zone(ledger.zone)}</p>` : nothing}`;
  }

  #names(): ReadonlyMap<string, string> {
    return new Map(toldApart(this.meters).map(({ key, name }) => [key, name]));
  }

  #meter(ledger: Ledger, meter: LedgerMeter): TemplateResult {
    const days = daysOf(ledger, meter);
    const name = this.#names().get(meter.meter) ?? meter.meter;
    const { meter: wanted, dayMs: chosenMs } = this.address;
    const chosen =
      wanted === meter.meter && chosenMs !== null
        ? days.find(({ startMs, endMs }) => startMs <= chosenMs && chosenMs < endMs)
        : undefined;
    return html`<li>
      <div class="meter">
        <h3>${name}</h3>
        <span class="small muted number">${briefText(sumOf(days))}</span>
      </div>
      <jg-ledger-strip
        .days=${days}
        .name=${name}
        .zone=${ledger.zone}
        .chosenMs=${chosen?.startMs ?? null}
        @jg-day=${(event: CustomEvent<number>) => this.#choose(meter.meter, event.detail, chosen?.startMs)}
      ></jg-ledger-strip>
      ${
        chosen === undefined
          ? nothing
          : html`<jg-ledger-day .meter=${meter.meter} .name=${name} .zone=${ledger.zone} .day=${chosen}></jg-ledger-day>`
      }
    </li>`;
  }

  /** The same day again closes it. */
  #choose(meter: string, startMs: number, beforeMs: number | undefined): void {
    this.#go(startMs === beforeMs ? { meter: null, dayMs: null } : { meter, dayMs: startMs });
  }

  #bar(): TemplateResult {
    const { ledger: text } = words();
    const { range, toMs } = this.address;
    const nowMs = hostNow();
    const lengthMs = ledgerRanges[range] * dayMs;
    const endMs = toMs ?? nowMs;
    const later = endMs + lengthMs >= nowMs ? null : endMs + lengthMs;
    const { startMs = [], zone } = this.shown ?? {};
    const [first, last] = [startMs[0], startMs.at(-1)];
    const date = (atMs: number) => formatTime(atMs, 'dayYear', locale(), zone);
    return html`<div class="bar">
      <div class="segments" role="group" aria-label=${text.range}>
        ${(Object.keys(ledgerRanges) as LedgerRange[]).map(
          id =>
            html`<button aria-pressed=${id === range} @click=${() => this.#go({ range: id })}>${text.presets[id]}</button>`,
        )}
      </div>
      <span class="steps"><button aria-label=${text.earlier} @click=${() => this.#go({ toMs: Math.round(endMs - lengthMs) })}>${icon('left')}</button>
      <button aria-label=${text.later} ?disabled=${toMs === null} @click=${() => this.#go({ toMs: later })}>${icon('right')}</button>
      <button ?disabled=${toMs === null} @click=${() => this.#go({ toMs: null })}>${text.today}</button></span>
      <span class="span number" aria-live="polite">${first === undefined || last === undefined ? nothing : html`${date(first)} – ${date(last)}`}</span>
    </div>`;
  }

  #go(part: Partial<LedgerAddress>): void {
    this.tell('jg-address', { ...this.address, ...part } satisfies Address);
  }
}

customElements.define('jg-ledger', JgLedger);
