import { html, nothing, type TemplateResult } from 'lit';
import { isQuantityId, type QuantityId, quantities, type Unit } from '#core/quantities.ts';
import type { Gateway, Meter } from '../../host/api/contract.ts';
import { historyOf, parseAddress } from '../address.ts';
import type { Role } from '../balance.ts';
import '../charts/jg-sparkline.ts';
import { type Condition, conditionOf, tones } from '../condition.ts';
import { formatAgo, formatText, formatTime, formatValue } from '../format.ts';
import { locale, quantityName, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { basics } from '../styles.ts';
import './jg-state.ts';
import { meterCardStyles } from './meter-card-styles.ts';

const dayMs = 86_400_000;

/** What stands small below the power, as far as the meter has it. */
const details: readonly QuantityId[] = [
  'voltageV',
  'voltageL1V',
  'currentA',
  'currentL1A',
  'powerFactor',
  'frequencyHz',
  'shuntVoltageV',
];
const mostDetails = 4;

/** One meter: its power now, the last hour, energy of today, and how it is. */
export class JgMeterCard extends JgElement {
  static override properties = {
    meter: { attribute: false },
    gateway: { attribute: false },
    role: { attribute: false },
    nowMs: { attribute: false },
  };
  static override styles = [basics, meterCardStyles];

  declare meter: Meter;
  declare gateway: Gateway | undefined;
  declare role: Role;
  declare nowMs: number;

  /** Power where it is measured, else what comes first. */
  #main(): QuantityId | null {
    const known = this.meter.quantities.filter(isQuantityId);
    return known.find(id => id === 'powerW') ?? known[0] ?? null;
  }

  protected override render(): TemplateResult {
    const { meter } = this;
    const text = words();
    const condition = conditionOf(meter, this.gateway, this.nowMs);
    const main = this.#main();
    const href = historyOf(meter.key, main);
    return html`<article class="panel ${this.role} ${tones[condition.is]}">
      <header>
        <h3>
          <a href=${href} aria-label=${text.meters.open(meter.name)} @click=${this.#open}>${meter.name}</a>
        </h3>
        <jg-state .tone=${tones[condition.is]} .text=${stateWord(condition)}></jg-state>
      </header>
      <p class="small muted origin">${meter.gateway} · ${meter.profile}</p>
      ${main === null ? nothing : this.#value(main, condition)} ${this.#why(condition)}
      ${
        main === null || meter.lastWindowMs === null || meter.latest?.values[main] === undefined
          ? nothing
          : html`<jg-sparkline .series=${`${meter.key}.${main}`} .unit=${quantities[main].unit}></jg-sparkline>`
      }
      ${this.#today()} ${this.#details(main)}
    </article>`;
  }

  #value(main: QuantityId, condition: Condition): TemplateResult {
    const { latest } = this.meter;
    const shown = formatValue(latest?.values[main], quantities[main].unit, locale());
    const isOld = condition.is !== 'well';
    return html`<p class="value number ${isOld ? 'old' : ''}" data-at-ms=${latest?.atMs ?? nothing}>
      <span class="visually-hidden">${quantityName(main)}</span>${shown.number}<span class="unit"
        >${shown.unit}</span
      >
    </p>`;
  }

  #why(condition: Condition): TemplateResult | typeof nothing {
    const why = explanation(condition, this.nowMs);
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
    return html`<dl class="today">${entry(meters.in, today.importWh)}${entry(meters.out, today.exportWh)}</dl>`;
  }

  #details(main: QuantityId | null): TemplateResult | typeof nothing {
    const values = this.meter.latest?.values ?? {};
    const present = details.filter(id => id !== main && values[id] !== undefined).slice(0, mostDetails);
    if (present.length === 0) return nothing;
    return html`<ul class="details small muted number">
      ${present.map(id => html`<li title=${quantityName(id)}>${formatText(values[id], unitOf(id), locale())}</li>`)}
    </ul>`;
  }

  #open(event: MouseEvent): void {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    this.tell('jg-address', parseAddress(historyOf(this.meter.key, this.#main())));
  }
}

const unitOf = (id: QuantityId): Unit => quantities[id].unit;

function stateWord(condition: Condition): string {
  const { states, stateHelp } = words();
  return condition.is === 'gatewayOffline' ? stateHelp.gatewayOffline : states[condition.is];
}

/** Why and since when, or null where all is well. */
function explanation(condition: Condition, nowMs: number): string | null {
  const { stateHelp, reasons } = words();
  switch (condition.is) {
    case 'well':
    case 'gatewayOffline':
      return null;
    case 'failing': {
      const reason = reasons[condition.reason] ?? condition.reason;
      if (condition.sinceMs === null) return stateHelp.failingNever(reason);
      const style = nowMs - condition.sinceMs < dayMs / 2 ? 'timeSeconds' : 'dayTime';
      return stateHelp.failing(reason, formatTime(condition.sinceMs, style, locale()));
    }
    case 'stale':
      return stateHelp.stale(formatAgo(nowMs - condition.sinceMs, locale()));
    default:
      return stateHelp[condition.is];
  }
}

customElements.define('jg-meter-card', JgMeterCard);
