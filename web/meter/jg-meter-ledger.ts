import { css, html, nothing, type TemplateResult } from 'lit';
import type { Ledger, Meter } from '../../host/api/contract.ts';
import { type LedgerRange, ledgerRanges } from '../address.ts';
import { ledgerAddress } from '../addresses/ledger-address.ts';
import { api } from '../api.ts';
import { errorText } from '../error-text.ts';
import { linkTo } from '../go-to.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { daysOf, sumOf } from '../ledger/ledger.ts';
import { accountText } from '../ledger/ledger-words.ts';
import { hostNow } from '../site/clock.ts';
import { basics, controls } from '../styles.ts';
import { Asked } from './asked.ts';
import '../ledger/jg-ledger-day.ts';
import '../ledger/jg-ledger-strip.ts';
import '../parts/jg-notice.ts';
import { meterPageStyles } from './meter-page-styles.ts';

const dayMs = 86_400_000;
const refreshMs = 60_000;
const ranges: readonly LedgerRange[] = ['7d', '30d'];

/** What became of every second of a meter in the last days, and of one of them in words. */
export class JgMeterLedger extends JgElement {
  static override properties = {
    meter: { attribute: false },
    range: { state: true },
    chosenMs: { state: true },
  };
  static override styles = [
    basics,
    controls,
    meterPageStyles,
    css`
      jg-ledger-strip {
        display: block;
      }
    `,
  ];

  declare meter: Meter;
  declare range: LedgerRange;
  declare chosenMs: number | null;
  readonly #ledger = new Asked<Ledger>(this, refreshMs, signal => {
    const toMs = Math.ceil(hostNow()) + 1;
    const fromMs = toMs - (ledgerRanges[this.range] - 1) * dayMs;
    return api.meterLedger(this.meter.key, fromMs, toMs, signal);
  });

  constructor() {
    super();
    this.range = '7d';
    this.chosenMs = null;
  }

  protected override willUpdate(): void {
    this.#ledger.want(this.meter.key, this.range);
  }

  protected override render(): TemplateResult {
    const { meterPage, ledger: text, load } = words();
    const { value, error } = this.#ledger;
    return html`<section class="panel" aria-labelledby="ledger">
      <div class="head">
        <h2 id="ledger">${meterPage.ledger.title}</h2>
        <div class="segments" role="group" aria-label=${meterPage.ledger.range}>
          ${ranges.map(
            range =>
              html`<button aria-pressed=${range === this.range} @click=${() => {
                this.range = range;
              }}>${text.presets[range]}</button>`,
          )}
        </div>
      </div>
      ${error === null ? nothing : html`<jg-notice kind="bad" .text=${errorText(error)}></jg-notice>`}
      ${value === null ? (error === null ? html`<p class="muted" role="status">${load.loading}</p>` : nothing) : this.#content(value)}
      <p>${linkTo(ledgerAddress(this.meter.key), meterPage.ledger.open)}</p>
    </section>`;
  }

  #content(ledger: Ledger): TemplateResult {
    const { ledger: text } = words();
    const [own] = ledger.meters;
    if (own === undefined) return html`<p class="muted">${text.empty}</p>`;
    const days = daysOf(ledger, own);
    const chosen = days.find(({ startMs }) => startMs === this.chosenMs);
    const { name, key } = this.meter;
    return html`<p class="small">${accountText(sumOf(days))}</p>
      <jg-ledger-strip
        .days=${days}
        .name=${name}
        .zone=${ledger.zone}
        .chosenMs=${chosen?.startMs ?? null}
        @jg-day=${(event: CustomEvent<number>) => this.#choose(event.detail)}
      ></jg-ledger-strip>
      ${
        chosen === undefined
          ? html`<p class="small muted">${text.choose}</p>`
          : html`<jg-ledger-day .meter=${key} .name=${name} .zone=${ledger.zone} .day=${chosen}></jg-ledger-day>`
      }`;
  }

  /** The same day again closes it. */
  #choose(startMs: number): void {
    this.chosenMs = startMs === this.chosenMs ? null : startMs;
  }
}

customElements.define('jg-meter-ledger', JgMeterLedger);
