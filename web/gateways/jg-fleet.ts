import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Gateway, Meter } from '../../host/api/contract.ts';
import { mayHere } from '../access.ts';
import { type FleetAddress, fleetAddress } from '../address.ts';
import { fleetFilters, fleetSorts, wholeFleet } from '../addresses/fleet-address.ts';
import { formatNumber } from '../format.ts';
import { linkTo } from '../go-to.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { basics, controls } from '../styles.ts';
import { type FleetEntry, fleetCounts, fleetOf, fleetShown } from './fleet-list.ts';
import './jg-fleet-item.ts';
import { pageStyles } from '../parts/page-styles.ts';

/** From here on there is something to look for, and each is told in fewer words. */
const many = 9;

/** Every gateway, to be looked for, filtered and sorted where there are many. */
export class JgFleet extends JgElement {
  static override properties = {
    gateways: { attribute: false },
    meters: { attribute: false },
    isLoaded: { attribute: false },
    nowMs: { attribute: false },
    address: { attribute: false },
    typed: { state: true },
  };
  static override styles = [
    basics,
    controls,
    pageStyles,
    css`
      :host,
      ul.all {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 1rem;
      }
      ul.brief {
        gap: 0.5rem;
      }
      .bar {
        align-items: end;
        gap: 0.75rem 1.25rem;
      }
      .find input {
        width: 16rem;
        max-width: 100%;
      }
      .filters {
        display: flex;
        flex-wrap: wrap;
        gap: 0.375rem;
      }
      .filters button[aria-pressed='true'] {
        border-color: var(--jg-accent);
        background: var(--jg-accent-tint);
        color: var(--jg-accent);
      }
      @media (max-width: 40rem) {
        .find,
        .find input {
          width: 100%;
        }
      }
    `,
  ];

  declare gateways: readonly Gateway[];
  declare meters: readonly Meter[];
  declare isLoaded: boolean;
  declare nowMs: number;
  declare address: FleetAddress;
  /** What is looked for, letter by letter; the address has it when it is done. */
  declare typed: string;

  constructor() {
    super();
    this.address = wholeFleet;
    this.typed = '';
  }

  protected override willUpdate(changed: PropertyValues): void {
    const before: FleetAddress | undefined = changed.get('address');
    if (changed.has('address') && before?.find !== this.address.find) this.typed = this.address.find;
  }

  protected override render(): TemplateResult {
    const { gatewayPages, load } = words();
    if (this.gateways.length === 0) {
      return html`<p class="muted" role="status">${this.isLoaded ? gatewayPages.pages.none : load.loading}</p>
        ${this.isLoaded && mayHere('admin') ? html`<p>${linkTo(fleetAddress({ part: 'new' }), gatewayPages.fleet.parts.new, 'button')}</p>` : nothing}`;
    }
    const fleet = fleetOf(this.gateways, this.meters, this.nowMs);
    const isBrief = fleet.length >= many;
    const view = { ...this.address, find: this.typed };
    const isNarrowed = view.find !== '' || view.show !== wholeFleet.show;
    const shown = isBrief || isNarrowed ? fleetShown(fleet, view) : fleet;
    return html`${isBrief || isNarrowed ? this.#bar(fleet, shown.length) : nothing}
      ${shown.length === 0 ? this.#none() : nothing}
      <ul class="all ${isBrief ? 'brief' : ''}">
        ${repeat(
          shown,
          ({ gateway: { id } }) => id,
          entry =>
            html`<li><jg-fleet-item .entry=${entry} .isBrief=${isBrief} .nowMs=${this.nowMs}></jg-fleet-item></li>`,
        )}
      </ul>`;
  }

  #none(): TemplateResult {
    const { fleet } = words().gatewayPages;
    return html`<p class="muted row">
      ${fleet.noneShown}
      <button @click=${() => this.#go({ find: '', show: wholeFleet.show })}>${fleet.showAll}</button>
    </p>`;
  }

  #bar(fleet: readonly FleetEntry[], shown: number): TemplateResult {
    const { fleet: text } = words().gatewayPages;
    const { show, sort } = this.address;
    const counts = fleetCounts(fleet);
    const count = (value: number) => formatNumber(value, locale(), 0);
    return html`<div class="row bar" role="search">
        <label class="field find"
          ><span>${text.find}</span
          ><input type="search" maxlength="64" placeholder=${text.findHelp} .value=${this.typed} autocomplete="off" autocapitalize="none" spellcheck="false" @input=${(
            event: Event,
          ) => {
            this.typed = (event.target as HTMLInputElement).value;
          }} @change=${() => this.#go({ find: this.typed })}
        /></label>
        <div class="filters" role="group" aria-label=${text.show}>
          ${fleetFilters.map(
            one =>
              html`<button aria-pressed=${one === show} @click=${() => this.#go({ show: one })}>${text.filter(text.filters[one], count(counts[one]))}</button>`,
          )}
        </div>
        <label class="field"
          ><span>${text.sort}</span
          ><select @change=${(event: Event) => {
            const chosen = (event.target as HTMLSelectElement).value;
            this.#go({ sort: fleetSorts.find(one => one === chosen) ?? wholeFleet.sort });
          }}>
            ${fleetSorts.map(one => html`<option value=${one} ?selected=${one === sort}>${text.sorts[one]}</option>`)}
          </select></label
        >
      </div>
      <p class="small muted" role="status">${text.shown(count(shown), count(fleet.length))}</p>`;
  }

  #go(changes: Partial<FleetAddress>): void {
    this.tell('jg-address', fleetAddress({ ...this.address, find: this.typed, ...changes }));
  }
}

customElements.define('jg-fleet', JgFleet);
