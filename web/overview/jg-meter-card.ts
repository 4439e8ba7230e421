import { html, nothing, type TemplateResult } from 'lit';
import { isQuantityId, type QuantityId, quantities, type Unit } from '#core/quantities.ts';
import type { Gateway, Meter } from '../../host/api/contract.ts';
import { historyOf, ledgerOf, meterPageOf, parseAddress } from '../address.ts';
import { freshForMs, type Role } from '../site/balance.ts';
import '../charts/jg-sparkline.ts';
import { formatText, formatValue } from '../format.ts';
import { locale, quantityName, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { type Account, receivedShare } from '../ledger/ledger.ts';
import { briefText } from '../ledger/ledger-words.ts';
import { type Condition, conditionOf, tones } from '../site/condition.ts';
import { type MeterColour, meterColourStyles } from '../site/meter-colours.ts';
import { basics } from '../styles.ts';
import { explanation, stateWord } from './condition-words.ts';
import '../parts/jg-state.ts';
import { meterCardStyles } from './meter-card-styles.ts';

/** Below this a meter's own error is larger than what it shows. */
const idleW = 5;

/** What stands small below the power: of each row the first that the meter has. */
const details: readonly (readonly QuantityId[])[] = [
  ['voltageV', 'voltageL1V'],
  ['currentA', 'currentSumA', 'currentL1A'],
  ['powerFactor', 'powerFactorL1'],
  ['frequencyHz'],
];

/** One meter: its power now, the last hour, energy of today, and how it is. */
export class JgMeterCard extends JgElement {
  static override properties = {
    meter: { attribute: false },
    gateway: { attribute: false },
    account: { attribute: false },
    role: { attribute: false },
    colour: { attribute: false },
    nowMs: { attribute: false },
  };
  static override styles = [basics, meterColourStyles, meterCardStyles];

  declare meter: Meter;
  declare gateway: Gateway | undefined;
  /** What became of the last seven days. */
  declare account: Account | undefined;
  declare role: Role;
  declare colour: MeterColour;
  declare nowMs: number;

  /** Power where it is measured, else what comes first. */
  #main(): QuantityId | null {
    const known = this.meter.quantities.filter(isQuantityId);
    return known.find(id => id === 'powerW') ?? known[0] ?? null;
  }

  protected override render(): TemplateResult {
    const { meter } = this;
    const condition = conditionOf(meter, this.gateway, this.nowMs);
    const main = this.#main();
    const href = meterPageOf(meter.key);
    return html`<article class="panel ${this.colour} ${tones[condition.is]}">
      <header>
        <h3>
          <i class="dot"></i><a href=${href} @click=${this.#go(href)}>${meter.name}</a>
        </h3>
        <jg-state .tone=${tones[condition.is]} .text=${stateWord(condition)}></jg-state>
      </header>
      <p class="small muted origin" title=${`${meter.gateway} · ${meter.profile}`}>${meter.gateway} · ${meter.profile}</p>
      ${main === null ? nothing : this.#value(main)} ${this.#why(condition)}
      ${
        main === null || meter.lastWindowMs === null || meter.latest?.values[main] === undefined
          ? nothing
          : this.#past(main)
      }
      ${this.#today()} ${this.#details(main)} ${this.#accounted()}
    </article>`;
  }

  /** The last hour, which leads to all others. */
  #past(main: QuantityId): TemplateResult {
    const { key, name } = this.meter;
    const href = historyOf(key, main);
    return html`<a class="past" href=${href} aria-label=${words().meters.open(name)} @click=${this.#go(href)}
      ><jg-sparkline .series=${`${key}.${main}`} .unit=${quantities[main].unit} .isSigned=${this.role === 'grid' || this.role === 'whole'}></jg-sparkline
    ></a>`;
  }

  #value(main: QuantityId): TemplateResult {
    const { latest } = this.meter;
    const value = latest?.values[main];
    const direction = main === 'powerW' && value !== undefined ? this.#direction(value) : null;
    const shown = formatValue(
      direction === null || value === undefined ? value : Math.abs(value),
      quantities[main].unit,
      locale(),
    );
    const isOld = latest === null || this.nowMs - latest.atMs > freshForMs(this.meter.windowS);
    return html`<p class="value number ${isOld ? 'old' : ''}" data-at-ms=${latest?.atMs ?? nothing}>
      <span class="visually-hidden">${quantityName(main)}</span>${shown.number}<span class="unit"
        >${shown.unit}</span
      >${direction === null ? nothing : html` <span class="direction">${direction}</span>`}
    </p>`;
  }

  /** Which way it flows, in a word: a sign says that only to whom it was explained. */
  #direction(powerW: number): string | null {
    const { card, flow } = words().home;
    if (Math.abs(powerW) < idleW) return null;
    if (this.role === 'solar') return card.produced;
    if (this.role === 'battery') return powerW > 0 ? flow.charging : flow.discharging;
    if (this.role === 'grid' || this.role === 'whole') return powerW > 0 ? card.taken : card.fedIn;
    return null;
  }

  #why(condition: Condition): TemplateResult | typeof nothing {
    const why = explanation(condition, this.meter.windowS, this.nowMs);
    return why === null ? nothing : html`<p class="why small">${why}</p>`;
  }

  #today(): TemplateResult | typeof nothing {
    const { today } = this.meter;
    if (today.importWh === null && today.exportWh === null) return nothing;
    const { meters } = words();
    const entry = (name: string, wh: number | null) =>
      wh === null
        ? nothing
        : html`<div><dt>${name}</dt><dd class="number">${formatText(wh, 'Wh', locale())}</dd></div>`;
    return html`<dl class="today">${entry(meters.in, today.importWh)}${entry(meters.out, this.#isOneWay() && today.exportWh === 0 ? null : today.exportWh)}</dl>`;
  }

  /** A load's export counter stands at zero for ever and tells nothing. */
  #isOneWay(): boolean {
    return this.role === 'load';
  }

  #details(main: QuantityId | null): TemplateResult | typeof nothing {
    const values = this.meter.latest?.values ?? {};
    const present = details.flatMap(row => row.find(id => id !== main && values[id] !== undefined) ?? []);
    if (present.length === 0) return nothing;
    return html`<ul class="details small muted number">
      ${present.map(id => html`<li title=${quantityName(id)}>${formatText(values[id], unitOf(id), locale())}</li>`)}
    </ul>`;
  }

  #accounted(): TemplateResult | typeof nothing {
    if (this.account === undefined || receivedShare(this.account) === null) return nothing;
    const { ledger } = words();
    const href = ledgerOf(this.meter.key);
    const line = briefText(this.account);
    return html`<p class="account small number">
      <a href=${href} aria-label=${`${ledger.open(this.meter.name)}. ${ledger.lastWeek}: ${line}`} @click=${this.#go(href)}
        >${ledger.lastWeek}: ${line}</a
      >
    </p>`;
  }

  /** A plain click stays in the page. */
  #go(href: string) {
    return (event: MouseEvent) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      this.tell('jg-address', parseAddress(href));
    };
  }
}

const unitOf = (id: QuantityId): Unit => quantities[id].unit;

customElements.define('jg-meter-card', JgMeterCard);
