import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Meter, Tariff } from '../../host/api/contract.ts';
import { formatShare, formatText, formatTime } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { RequestError } from '../request-error.ts';
import { civilDayOf, costOf, formatMoney } from '../site/costs.ts';
import { basics } from '../styles.ts';
import { hourBars } from './day-bars.ts';
import { type Period, solarShares } from './day-energy.ts';
import { loadToday, type TodayFacts } from './today-loader.ts';
import './jg-day-bars.ts';

const refreshMs = 60_000;
/** Where it did not come, or tells nothing: the host, a meter or the day is new. */
const againMs = 10_000;
/** Less than this is worth a look. */
const muchShare = 0.995;

/** Energy of the day that runs: sums, cost, peak and its hours. What does not exist has no figure. */
export class JgToday extends JgElement {
  static override properties = {
    meters: { attribute: false },
    tariff: { attribute: false },
    facts: { state: true },
    hasFailed: { state: true },
  };
  static override styles = [
    basics,
    css`
      section {
        padding: clamp(1.25rem, 3vw, 2rem);
      }
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 0.25rem 1rem;
        margin-bottom: 1rem;
      }
      dl {
        display: grid;
        /* On a phone two beside each other, too. */
        grid-template-columns: repeat(auto-fill, minmax(min(8.5rem, 50% - 0.625rem), 1fr));
        gap: 1.125rem 1.25rem;
        margin-bottom: 1.5rem;
      }
      dt {
        font-size: 0.875rem;
        color: var(--jg-muted);
      }
      dd {
        font-size: 1.375rem;
        font-weight: 600;
        letter-spacing: -0.01em;
        line-height: 1.3;
      }
      dd.unknown {
        color: var(--jg-muted);
        font-weight: 400;
        font-size: 1.125rem;
      }
      dd.note {
        font-size: 0.8125rem;
        font-weight: 400;
        letter-spacing: 0;
        color: var(--jg-muted);
      }
      .warn {
        color: var(--jg-warn);
      }
    `,
  ];

  declare meters: readonly Meter[];
  declare tariff: Tariff | null;
  declare facts: TodayFacts | null;
  declare hasFailed: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isAsking = false;
  #asked = '';

  constructor() {
    super();
    this.meters = [];
    this.tariff = null;
    this.facts = null;
    this.hasFailed = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('visibilitychange', this.#back);
    if (this.hasUpdated) void this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('visibilitychange', this.#back);
    clearTimeout(this.#timer);
  }

  readonly #back = () => {
    if (!document.hidden) void this.#load();
  };

  /** Live values change several times a second, and nothing here with them. */
  protected override shouldUpdate(changed: PropertyValues): boolean {
    const hasMoved = changed.has('meters') && this.#takePlaces();
    return hasMoved || changed.size === 0 || [...changed.keys()].some(name => name !== 'meters');
  }

  /** Whether the meters stand elsewhere than when energy was asked for, which it then is again. */
  #takePlaces(): boolean {
    const wanted = this.meters
      .map(({ key, role, below, lastWindowMs }) => [key, role, below, lastWindowMs !== null].join(' '))
      .join();
    if (wanted === this.#asked) return false;
    this.#asked = wanted;
    void this.#load();
    return true;
  }

  async #load(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#isAsking) return;
    let nextMs = refreshMs;
    if (!document.hidden && this.meters.some(({ lastWindowMs }) => lastWindowMs !== null)) {
      this.#isAsking = true;
      try {
        this.facts = await loadToday(this.meters);
        this.hasFailed = false;
        if (this.facts === null || isNew(this.facts.day)) nextMs = againMs;
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        this.hasFailed = true;
        nextMs = againMs;
      } finally {
        this.#isAsking = false;
      }
    }
    if (this.isConnected) this.#timer = setTimeout(() => void this.#load(), nextMs);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { home, load } = words();
    const { facts } = this;
    if (facts !== null && isEmpty(facts.day)) return nothing;
    return html`<section class="panel" aria-labelledby="today">
      <header>
        <h2 id="today">${home.today.title}</h2>
        ${facts === null ? nothing : this.#measured(facts)}
        ${this.hasFailed ? html`<p class="small warn" role="status">${home.today.failed}</p>` : nothing}
      </header>
      ${
        facts === null
          ? html`<p class="muted" role="status">${this.hasFailed ? nothing : this.#asked.includes('true') ? load.loading : home.today.waiting}</p>`
          : this.#filled(facts)
      }
    </section>`;
  }

  /** How much of the day is behind the sums. */
  #measured({ day, zone }: TodayFacts): TemplateResult {
    const { today } = words().home;
    const isElsewhere = zone !== Intl.DateTimeFormat().resolvedOptions().timeZone;
    return html`<p class="small muted number">
      <span class=${day.coverage < muchShare ? 'warn' : ''}
        >${day.coverage < 1 ? today.coverage(formatShare(day.coverage, locale(), 1)) : today.whole}</span
      >${day.estimatedWh > 0 ? ` · ${today.estimated(formatText(day.estimatedWh, 'Wh', locale()))}` : ''}${isElsewhere ? ` · ${today.zone(zone)}` : ''}
    </p>`;
  }

  #filled(facts: TodayFacts): TemplateResult {
    const { day, hours, zone } = facts;
    const bars = hourBars(hours);
    return html`<dl>${this.#sums(facts)}${this.#solar(day)}${this.#peak(facts)}${this.#cost(facts)}</dl>
      ${
        bars.every(({ parts }) => parts === null)
          ? nothing
          : html`<jg-day-bars .bars=${bars} .fromMs=${day.startMs} .toMs=${day.endMs} .zone=${zone}></jg-day-bars>`
      }`;
  }

  #figure(name: string, value: string | null, note: string | null = null): TemplateResult {
    const { unknown } = words().home.today;
    return html`<div>
      <dt>${name}</dt>
      <dd class="number ${value === null ? 'unknown' : ''}">${value ?? unknown}</dd>
      ${note === null ? nothing : html`<dd class="note">${note}</dd>`}
    </div>`;
  }

  #sums({ day }: TodayFacts): (TemplateResult | typeof nothing)[] {
    const { today } = words().home;
    const energy = (name: string, exists: boolean, wh: number | null) =>
      exists ? this.#figure(name, wh === null ? null : formatText(wh, 'Wh', locale())) : nothing;
    const { has } = day;
    return [
      energy(today.used, has.grid && (has.solar || day.usedWh !== null), day.usedWh),
      energy(today.produced, has.solar, day.producedWh),
      energy(today.taken, has.grid, day.takenWh),
      energy(today.fedIn, has.grid && (has.solar || has.battery || (day.fedInWh ?? 0) > 0), day.fedInWh),
      energy(today.charged, has.battery, day.chargedWh),
      energy(today.discharged, has.battery, day.dischargedWh),
    ];
  }

  #solar(day: Period): TemplateResult | typeof nothing {
    if (!day.has.solar || !day.has.grid) return nothing;
    const { today } = words().home;
    const { selfSufficiency, selfConsumption } = solarShares(day);
    const share = (name: string, help: string, value: number | null) =>
      this.#figure(name, value === null ? null : formatShare(value, locale()), help);
    return html`${share(today.selfSufficiency, today.selfSufficiencyHelp, selfSufficiency)}
    ${share(today.selfConsumption, today.selfConsumptionHelp, selfConsumption)}`;
  }

  #peak({ peak, zone }: TodayFacts): TemplateResult | typeof nothing {
    if (peak === null) return nothing;
    const { today } = words().home;
    const at = formatTime(peak.startMs, 'time', locale(), zone);
    return this.#figure(today.peak, formatText(peak.powerW, 'W', locale()), today.peakAt(at));
  }

  #cost({ day, zone }: TodayFacts): TemplateResult | typeof nothing {
    if (this.tariff === null || !day.has.grid) return nothing;
    const { today } = words().home;
    const { takenWh: importWh, fedInWh: exportWh } = day;
    const cost = costOf([{ day: civilDayOf(day.startMs, zone), importWh, exportWh }], this.tariff);
    if (cost.parts.length === 0)
      return this.#figure(today.cost, null, cost.unpricedDays.length > 0 ? today.noPrice : null);
    const text = (amount: number) => formatMoney(amount, cost.currency, locale());
    const isPaid = cost.parts.some(({ price }) => price.exportPerKwh !== 0);
    const isPayUnknown = isPaid && exportWh === null && (day.has.solar || day.has.battery);
    // What is fed in is paid for: it lowers the sum.
    const pay = isPayUnknown ? today.unknown : text(-cost.exportPay);
    const note = today.costHelp(text(cost.importCost), pay, text(cost.dayCost));
    return this.#figure(today.cost, text(cost.total), note);
  }
}

const isEmpty = ({ has }: Period): boolean => !has.grid && !has.solar && !has.battery;

/** Whether nothing of it is known, and will be: the first window is on its way, or the second of a counter. */
const isNew = (day: Period): boolean =>
  !isEmpty(day) && [day.takenWh, day.producedWh, day.chargedWh].every(wh => wh === null);

customElements.define('jg-today', JgToday);
