import { css, html, noChange, nothing, type TemplateResult } from 'lit';
import type { Meter, ReadingAt } from '../../host/api/contract.ts';
import { api } from '../api.ts';
import { errorText } from '../error-text.ts';
import { formatTime } from '../format.ts';
import { ofLocalInput, toLocalInput } from '../history/ranges.ts';
import { locale, quantityName, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { icon } from '../parts/icons.ts';
import { type PeriodUnit, periodAround } from '../periods.ts';
import { hostNow } from '../site/clock.ts';
import { basics, controls } from '../styles.ts';
import { Asked } from './asked.ts';
import { copiedText, howText, newestOf, readAtText, readingText } from './reading-words.ts';
import '../parts/jg-notice.ts';
import { fold, foldStyles } from './fold.ts';
import { meterPageStyles } from './meter-page-styles.ts';

const refreshMs = 60_000;

type Copied = 'no' | 'done' | 'failed';

/**
 * What every counter of a meter showed at an instant, how that is known, and all of it to be copied. Tells `jg-meter-at`
 * (detail: the instant, or null for now) when another is chosen.
 */
export class JgCounters extends JgElement {
  static override properties = {
    meter: { attribute: false },
    counters: { attribute: false },
    atMs: { attribute: false },
    zone: { attribute: false },
    copied: { state: true },
  };
  static override styles = [
    basics,
    controls,
    meterPageStyles,
    foldStyles,
    css`
      .content {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 0.875rem;
      }
      .choose {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: 0.5rem;
      }
      .field input {
        width: auto;
      }
      td:last-child {
        text-align: left;
        padding-left: 1.5rem;
      }
      td.reading {
        white-space: nowrap;
        font-weight: 550;
      }
      th:last-child {
        text-align: left;
        padding-left: 1.5rem;
      }
      .choose button[aria-pressed='true'] {
        background: var(--jg-accent-tint);
        border-color: var(--jg-accent);
        color: var(--jg-accent);
      }
      .mark {
        display: inline-block;
        border: 1px dashed var(--jg-warn);
        color: var(--jg-warn);
        border-radius: 4px;
        padding: 0 0.375rem;
        margin-right: 0.375rem;
      }
      .foot {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        align-items: center;
        gap: 0.5rem 1rem;
      }
      @media (max-width: 40rem) {
        thead {
          position: absolute;
          clip-path: inset(50%);
        }
        tbody tr {
          display: grid;
          grid-template-columns: minmax(0, 1fr) auto;
        }
        td:last-child {
          grid-column: 1 / -1;
          padding: 0 0 0.4375rem;
        }
      }
    `,
  ];

  declare meter: Meter;
  /** Quantities of the counters that are stored. */
  declare counters: readonly string[];
  /** null: now. */
  declare atMs: number | null;
  declare zone: string;
  declare copied: Copied;
  /** Who comes for an instant sees its readings, and those of now after that. */
  #wasWanted = false;
  readonly #readings = new Asked<ReadingAt[]>(this, refreshMs, async signal => {
    const atMs = this.atMs ?? this.#newestMs;
    const isNow = this.atMs === null;
    const asked = this.counters.map(id => api.readingAt(`${this.meter.key}.${id}`, atMs, signal));
    const readings = await Promise.all(asked);
    return isNow ? readings.map(newestOf) : readings;
  });

  constructor() {
    super();
    this.copied = 'no';
  }

  /** The end of the newest window is as new as a reading can be. */
  get #newestMs(): number {
    return this.meter.lastWindowMs ?? Math.floor(hostNow());
  }

  /** Nobody's half a date is taken away by a new window. */
  get #isTyping(): boolean {
    return this.shadowRoot?.activeElement?.id === 'at';
  }

  protected override willUpdate(): void {
    this.#readings.want(this.meter.key, `${this.atMs} ${this.counters.join(' ')}`);
  }

  protected override render(): TemplateResult {
    const { counters: text } = words().meterPage;
    const { value, error } = this.#readings;
    this.#wasWanted ||= this.atMs !== null;
    return html`<section class="panel" aria-labelledby="counters">
      ${fold(html`<h2 id="counters">${text.title}</h2>`, nothing, this.#wasWanted, this.#content(value, error))}
    </section>`;
  }

  #content(value: readonly ReadingAt[] | null, error: unknown): TemplateResult {
    const { counters: text } = words().meterPage;
    return html`<div class="content"><p class="small muted">${text.intro}</p>
      ${this.#choice()}
      ${error === null ? nothing : html`<jg-notice kind="bad" .text=${errorText(error)}></jg-notice>`}
      ${
        value === null
          ? error === null
            ? html`<p class="muted" role="status">${words().load.loading}</p>`
            : nothing
          : this.#table(value)
      }</div>`;
  }

  #choice(): TemplateResult {
    const { counters: text } = words().meterPage;
    const shownMs = this.atMs ?? this.#newestMs;
    const start = (unit: PeriodUnit, name: string) => {
      const atMs = periodAround(unit, hostNow(), { zone: this.zone, firstDay: 1 }).fromMs;
      return html`<button aria-pressed=${this.atMs === atMs} @click=${() => this.#go(atMs)}>${name}</button>`;
    };
    return html`<div class="choose">
      <div class="field">
        <label for="at">${text.at}</label>
        <input
          id="at"
          type="datetime-local"
          step="1"
          .value=${this.#isTyping ? noChange : localSeconds(shownMs, this.zone)}
          @change=${this.#chosen}
        />
      </div>
      <button aria-pressed=${this.atMs === null} @click=${() => this.#go(null)}>${text.now}</button>
      ${start('day', text.dayStart)} ${start('month', text.monthStart)} ${start('year', text.yearStart)}
    </div>`;
  }

  #table(readings: readonly ReadingAt[]): TemplateResult {
    const { counters: text } = words().meterPage;
    const atMs = this.#past(readings[0]?.atMs ?? 0);
    return html`<table role="table" class="small">
        <caption class="visually-hidden">${text.caption(formatTime(atMs, 'full', locale(), this.zone))}</caption>
        <thead role="rowgroup">
          <tr role="row">
            <th scope="col" role="columnheader">${text.counter}</th>
            <th scope="col" role="columnheader">${text.reading}</th>
            <th scope="col" role="columnheader">${text.how}</th>
          </tr>
        </thead>
        <tbody role="rowgroup">${readings.map(each => this.#row(each))}</tbody>
      </table>
      <div class="foot">
        <p class="small muted">${text.zone(this.zone)}</p>
        <button @click=${() => void this.#copy(readings)}>
          ${icon(this.copied === 'done' ? 'tick' : 'copy', 18)}<span role="status">${this.copied === 'done' ? text.copied : text.copy}</span>
        </button>
      </div>
      ${this.copied === 'failed' ? html`<p class="small" role="alert">${text.copyFailed}</p>` : nothing}`;
  }

  /** Of a source that has a value each quarter of an hour the window of the newest lasts yet: it was read by now. */
  #past(atMs: number): number {
    return this.atMs === null ? Math.min(atMs, hostNow()) : atMs;
  }

  #row(reading: ReadingAt): TemplateResult {
    return html`<tr role="row">
      <th scope="row" role="rowheader">${quantityName(reading.series.split('.').at(-1) ?? '')}</th>
      <td role="cell" class="reading">${readingText(reading)}</td>
      <td role="cell" class="muted">
        ${reading.is === 'interpolated' ? html`<span class="mark" aria-hidden="true">≈</span>` : nothing}${this.atMs === null && reading.is === 'read' ? readAtText(this.#past(reading.atMs), this.zone) : howText(reading, this.zone)}
      </td>
    </tr>`;
  }

  readonly #chosen = (event: Event): void => {
    const atMs =
      event.target instanceof HTMLInputElement ? ofLocalInput(event.target.value, this.zone) : Number.NaN;
    if (!Number.isNaN(atMs) && atMs >= 0) this.#go(atMs);
  };

  #go(atMs: number | null): void {
    if (atMs === this.atMs) return;
    this.copied = 'no';
    this.tell<number | null>('jg-meter-at', atMs);
  }

  async #copy(readings: readonly ReadingAt[]): Promise<void> {
    try {
      await navigator.clipboard.writeText(copiedText(readings, quantityName, this.zone));
      this.copied = 'done';
    } catch {
      // Without TLS, or where a person said no.
      this.copied = 'failed';
    }
  }
}

/** With seconds, as windows end at any of them. */
const localSeconds = (atMs: number, zone: string): string => {
  const seconds = new Date(atMs).toISOString().slice(16, 19);
  return `${toLocalInput(atMs, zone)}${seconds}`;
};

customElements.define('jg-counters', JgCounters);
