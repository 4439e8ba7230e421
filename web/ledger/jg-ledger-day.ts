import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { isQuantityId, quantities } from '#core/quantities.ts';
import type { CounterEvents } from '../../host/api/contract.ts';
import { formatAddress } from '../address.ts';
import { api } from '../api.ts';
import { formatNumber, formatText, formatTime, type TimeStyle } from '../format.ts';
import { fixedRange } from '../history/ranges.ts';
import { locale, quantityName, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { RequestError } from '../request-error.ts';
import { basics } from '../styles.ts';
import type { DayAccount } from './ledger.ts';
import { legendMark, type Mark, markPatterns, markStyles } from './ledger-marks.ts';
import { accountText, estimatedText, lengthText, percentText, reasonText } from './ledger-words.ts';

const eventsMost = 20;

/** What became of one day of one meter, in words and with reasons, and what happened to its counters. */
export class JgLedgerDay extends JgElement {
  static override properties = {
    meter: { attribute: false },
    name: { attribute: false },
    zone: { attribute: false },
    day: { attribute: false },
    events: { state: true },
  };
  static override styles = [
    basics,
    markStyles,
    css`
      :host {
        position: relative;
        margin-top: 0.75rem;
        padding: 1rem 1.25rem 1.25rem;
        background: var(--jg-sunken);
        border-radius: var(--jg-radius-small);
      }
      h3 {
        font-size: 1rem;
      }
      h4 {
        margin: 1rem 0 0.25rem;
        font-size: 0.9375rem;
        font-weight: 600;
      }
      dl {
        display: grid;
        grid-template-columns: auto auto minmax(0, 1fr);
        gap: 0.375rem 1rem;
        margin: 0.75rem 0;
        align-items: baseline;
      }
      dl > div {
        display: grid;
        grid-template-columns: subgrid;
        grid-column: 1 / -1;
        align-items: center;
      }
      dt {
        display: flex;
        align-items: center;
        gap: 0.5rem;
      }
      .bare dt {
        padding-left: 1.625rem;
      }
      .inner dt {
        padding-left: 1.625rem;
        color: var(--jg-muted);
      }
      dd.long {
        text-align: right;
      }
      li {
        margin-top: 0.25rem;
      }
      @media (max-width: 40rem) {
        :host {
          padding-inline: 0.875rem;
        }
        dl {
          grid-template-columns: minmax(0, 1fr) auto;
        }
        dd.why {
          grid-column: 1 / -1;
          padding-left: 1.625rem;
        }
      }
    `,
  ];

  declare meter: string;
  declare name: string;
  declare zone: string;
  declare day: DayAccount;
  declare events: CounterEvents;
  #asked = '';

  constructor() {
    super();
    this.events = [];
  }

  protected override willUpdate(changed: PropertyValues): void {
    const key = `${this.meter} ${this.day.startMs}`;
    if (!(changed.has('day') || changed.has('meter')) || key === this.#asked) return;
    this.#asked = key;
    this.events = [];
    void this.#load(key);
  }

  async #load(key: string): Promise<void> {
    try {
      const events = await api.counterEvents(this.meter, this.day.startMs, this.day.endMs);
      if (key === this.#asked) this.events = events;
    } catch (error) {
      // The day's account stands without them.
      if (!(error instanceof RequestError)) throw error;
    }
  }

  protected override render(): TemplateResult {
    const { ledger } = words();
    const { startMs, endMs } = this.day;
    const range = fixedRange(startMs, endMs);
    return html`${markPatterns()}
      <section aria-label=${ledger.day(this.name)} aria-live="polite">
        <h3>${this.name}, ${formatTime(startMs, 'day', locale(), this.zone)}</h3>
        <p class="muted">${accountText(this.day)}</p>
        ${this.day.expectedS === 0 ? nothing : this.#account()} ${this.#failed()} ${this.#events()}
        <p>
          <a href=${formatAddress({ view: 'history', meter: this.meter, quantity: null, range })}>${ledger.openHistory}</a>
        </p>
      </section>`;
  }

  #account(): TemplateResult {
    const { ledger } = words();
    const { day } = this;
    return html`<dl class="number">
      ${this.#row(null, ledger.expected, lengthText(day.expectedS), '')}
      ${this.#row('received', ledger.received, lengthText(day.receivedS), percentText(day))}
      ${this.#inner('late', ledger.ofThem, day.lateS, ledger.help.late)}
      ${this.#inner(null, ledger.backdated, day.backdatedS, ledger.help.backdated)}
      ${day.lost.map(({ reason, seconds }) =>
        this.#row(
          'lost',
          `${ledger.lost}: ${reasonText(reason)}`,
          lengthText(seconds),
          ledger.help[reason] ?? '',
        ),
      )}
      ${
        day.pendingS === 0
          ? nothing
          : this.#row('pending', ledger.pending, lengthText(day.pendingS), ledger.help.pending)
      }
      ${
        day.estimatedS === 0
          ? nothing
          : this.#row(
              'estimated',
              ledger.estimated,
              formatText(day.estimatedWh, 'Wh', locale()),
              `${estimatedText(day)}. ${ledger.help.estimated}`,
            )
      }
    </dl>`;
  }

  #row(mark: Mark | null, name: string, length: string, why: string | undefined): TemplateResult {
    return html`<div class=${mark === null ? 'bare' : ''}>
      <dt>${mark === null ? nothing : legendMark(mark)}${name}</dt>
      <dd class="long">${length}</dd>
      <dd class="why small muted">${why}</dd>
    </div>`;
  }

  #inner(mark: Mark | null, name: string, seconds: number, why: string | undefined) {
    if (seconds === 0) return nothing;
    return html`<div class="inner">
      <dt>${mark === null ? nothing : legendMark(mark)}${name}</dt>
      <dd class="long">${lengthText(seconds)}</dd>
      <dd class="why small muted">${why}</dd>
    </div>`;
  }

  #failed(): TemplateResult | typeof nothing {
    const { ledger } = words();
    const tries = Object.entries(this.day.failedSamples);
    if (tries.length === 0) return nothing;
    const texts = tries.map(([reason, count]) =>
      ledger.failedOf(formatNumber(count, locale(), 0), reasonText(reason)),
    );
    return html`<p class="small">${ledger.failed}: ${texts.join(', ')}</p>`;
  }

  #events(): TemplateResult | typeof nothing {
    const { ledger } = words();
    if (this.events.length === 0) return nothing;
    return html`<h4>${ledger.events}</h4>
      <ul class="small">
        ${this.events.slice(0, eventsMost).map(event => this.#event(event))}
      </ul>`;
  }

  #event({ kind, quantity, fromMs, toMs, amount, serials }: CounterEvents[number]): TemplateResult {
    const { ledger } = words();
    const unit = isQuantityId(quantity) ? quantities[quantity].unit : 'Wh';
    // One that began on another day says which.
    const isWithin = fromMs >= this.day.startMs && toMs <= this.day.endMs;
    const style: TimeStyle = isWithin ? 'timeSeconds' : 'dayTimeSeconds';
    const at = (atMs: number) => formatTime(atMs, style, locale(), this.zone);
    return html`<li>
      <span class="number">${ledger.event(quantityName(quantity), at(fromMs), at(toMs))}</span>
      <span class="muted">– ${
        serials === undefined
          ? ledger.kinds[kind](formatText(amount, unit, locale()))
          : ledger.replaced(serials.before, serials.after)
      }</span>
    </li>`;
  }
}

customElements.define('jg-ledger-day', JgLedgerDay);
