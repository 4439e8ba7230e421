import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Gateway, Ledger, Meter, Tariff } from '../../host/api/contract.ts';
import { mayEverywhere, mayHere } from '../access.ts';
import { formatAddress } from '../address.ts';
import { dataAddress } from '../addresses/data-address.ts';
import { fleetAddress } from '../addresses/gateways-address.ts';
import type { OverviewAddress } from '../addresses/overview-address.ts';
import { siteInHash, withSite } from '../addresses/site-in-hash.ts';
import { errorText } from '../error-text.ts';
import { JgAddGateway } from '../gateways/jg-add-gateway.ts';
import { linkTo } from '../go-to.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { type Account, accountsOf } from '../ledger/ledger.ts';
import type { RequestError } from '../request-error.ts';
import { rolesOf } from '../site/balance.ts';
import { hostNow } from '../site/clock.ts';
import { type MeterColour, meterColours } from '../site/meter-colours.ts';
import type { Site } from '../site/site.ts';
import { toldApart } from '../site/told-apart.ts';
import { type MeterFilter, mostCards } from './meter-groups.ts';
import './jg-gateway-card.ts';
import './jg-health-line.ts';
import './jg-meter-card.ts';
import './jg-meter-list.ts';
import '../parts/jg-notice.ts';
import '../parts/jg-share.ts';
import './jg-now.ts';
import './jg-today.ts';
import { icon } from '../parts/icons.ts';
import { basics, controls } from '../styles.ts';
import { Ticking } from '../ticking.ts';

/** What flows now, every meter and every gateway. */
export class JgOverview extends JgElement {
  static override properties = {
    site: { attribute: false },
    meters: { attribute: false },
    gateways: { attribute: false },
    ledger: { attribute: false },
    tariff: { attribute: false },
    address: { attribute: false },
    filter: { state: true },
    isLoaded: { attribute: false },
    error: { attribute: false },
  };
  static override styles = [
    basics,
    controls,
    css`
      .all {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 2rem;
      }
      .cards {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr));
        gap: 1rem;
      }
      .gateways {
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 24rem), 1fr));
      }
      /* Of 150 meters a phone shows two: the others are not laid out and not painted. */
      .cards > li {
        content-visibility: auto;
        /* Of their height alone: a width of so much would be wider than a narrow phone. */
        contain-intrinsic-block-size: auto 22rem;
        /* The ring of the keyboard is around the card. */
        overflow-clip-margin: 0.5rem;
      }
      .head {
        display: flex;
        align-items: center;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0.5rem 1rem;
        min-height: 2.5rem;
        margin-bottom: 0.75rem;
      }
      .empty {
        display: grid;
        gap: 1.25rem;
        justify-items: start;
        max-width: 40rem;
        margin: clamp(0rem, 6vh, 4rem) auto 0;
        padding: clamp(1.5rem, 4vw, 2.5rem);
      }
      .empty li {
        display: flex;
        gap: 0.875rem;
        margin-top: 0.75rem;
        counter-increment: step;
      }
      .empty li::before {
        content: counter(step);
        flex: none;
        display: grid;
        place-items: center;
        width: 1.625rem;
        height: 1.625rem;
        border-radius: 50%;
        background: var(--jg-accent-tint);
        color: var(--jg-accent);
        font-weight: 600;
        font-size: 0.875rem;
      }
      .ways {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem 1.5rem;
        margin-top: 0.5rem;
      }
    `,
  ];

  declare site: Site;
  declare meters: readonly Meter[];
  declare gateways: readonly Gateway[];
  declare ledger: Ledger | null;
  /** What energy costs; null: nobody said. */
  declare tariff: Tariff | null;
  declare address: OverviewAddress;
  declare filter: MeterFilter;
  declare isLoaded: boolean;
  declare error: RequestError | null;
  /** Worked out once: a card that is given another one is drawn anew. */
  #accounts: ReadonlyMap<string, Account> = new Map();

  constructor() {
    super();
    new Ticking(this);
    this.meters = [];
    this.gateways = [];
    this.ledger = null;
    this.tariff = null;
    this.address = { view: 'overview' };
    this.filter = { find: '', troubledOnly: false };
    this.isLoaded = false;
    this.error = null;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('ledger')) this.#accounts = accountsOf(this.ledger);
    if (!changed.has('address')) return;
    const { find = '', troubledOnly = false } = this.address;
    this.filter = { find, troubledOnly };
  }

  protected override render(): TemplateResult {
    return html`<div class="all">
        ${
          // Why nothing could be had is told above it where the connection is lost, too.
          this.error === null || this.site.isLost
            ? nothing
            : html`<jg-notice kind="bad" .text=${errorText(this.error)} .canRetry=${true}></jg-notice>`
        }
        ${this.#content()}
      </div>
      <jg-add-gateway></jg-add-gateway>`;
  }

  #content(): TemplateResult | typeof nothing {
    const isEmpty = this.gateways.length === 0 && this.meters.length === 0;
    if (this.isLoaded) return isEmpty ? this.#empty() : this.#filled();
    return this.error === null ? html`<p class="muted" role="status">${words().load.loading}</p>` : nothing;
  }

  #addButton(kind: 'primary' | 'plain'): TemplateResult | typeof nothing {
    if (!mayHere('admin')) return nothing;
    return html`<button class=${kind} @click=${this.#add}>${icon('plus', 18)}${words().gateways.add}</button>`;
  }

  #add(): void {
    const dialog = this.renderRoot.querySelector('jg-add-gateway');
    if (dialog instanceof JgAddGateway) dialog.open();
  }

  #filled(): TemplateResult {
    const { meters, nav, addGateway } = words();
    // To the second: a card whose meter told nothing new is not drawn anew for each value of another.
    const nowMs = Math.floor(hostNow() / 1000) * 1000;
    return html`
      <h1 class="visually-hidden">${nav.overview}</h1>
      ${this.site.isLost ? nothing : html`<jg-health-line .meters=${this.meters} .gateways=${this.gateways} .nowMs=${nowMs}></jg-health-line>`}
      <jg-now .meters=${this.meters} .nowMs=${nowMs}></jg-now>
      <jg-today .meters=${this.meters} .tariff=${this.tariff}></jg-today>
      <section aria-labelledby="meters">
        <div class="head"><h2 id="meters">${meters.title}</h2><jg-share .site=${this.site} .address=${this.address}></jg-share></div>
        ${this.meters.length === 0 ? html`<p class="muted">${addGateway.noMeters}</p>` : this.#meters(nowMs)}
      </section>
      ${this.gateways.length === 0 ? nothing : this.#gateways(nowMs)}
    `;
  }

  #meters(nowMs: number): TemplateResult {
    const colours = meterColours(this.meters);
    return this.meters.length > mostCards ? this.#list(colours, nowMs) : this.#cards(colours, nowMs);
  }

  #cards(colours: ReadonlyMap<string, MeterColour>, nowMs: number): TemplateResult {
    const roles = rolesOf(this.meters);
    const gatewayOf = (id: string) => this.gateways.find(gateway => gateway.id === id);
    return html`<ul class="cards">
      ${toldApart(this.meters).map(
        meter => html`<li>
          <jg-meter-card
            .meter=${meter}
            .gateway=${gatewayOf(meter.gateway)}
            .account=${this.#accounts.get(meter.key)}
            .role=${roles.get(meter.key) ?? 'load'}
            .colour=${colours.get(meter.key) ?? 'load-0'}
            .nowMs=${nowMs}
          ></jg-meter-card>
        </li>`,
      )}
    </ul>`;
  }

  #list(colours: ReadonlyMap<string, MeterColour>, nowMs: number): TemplateResult {
    const { find, troubledOnly } = this.filter;
    return html`<jg-meter-list
      .meters=${this.meters}
      .gateways=${this.gateways}
      .colours=${colours}
      .nowMs=${nowMs}
      .find=${find}
      .troubledOnly=${troubledOnly}
      @jg-find=${this.#find}
    ></jg-meter-list>`;
  }

  /** What is looked for is in the address, but each letter is no step to go back. */
  #find({ detail }: CustomEvent<MeterFilter>): void {
    this.filter = detail;
    const { find, troubledOnly } = detail;
    const address: OverviewAddress = { view: 'overview', find, ...(troubledOnly && { troubledOnly }) };
    history.replaceState(null, '', withSite(formatAddress(address), siteInHash(location.hash)));
  }

  #gateways(nowMs: number): TemplateResult {
    return html`<section aria-labelledby="gateways">
      <div class="head"><h2 id="gateways">${words().gateways.title}</h2>${this.#addButton('plain')}</div>
      <ul class="cards gateways">
        ${this.gateways.map(gateway => html`<li><jg-gateway-card .gateway=${gateway} .nowMs=${nowMs}></jg-gateway-card></li>`)}
      </ul>
    </section>`;
  }

  #empty(): TemplateResult {
    const { addGateway, account, gatewayPages, dataPages } = words();
    if (!mayHere('admin'))
      return html`<section class="panel empty"><h1>${addGateway.emptyTitle}</h1><p class="muted">${account.role.byAdmin}</p></section>`;
    return html`<section class="panel empty">
      <h1>${addGateway.emptyTitle}</h1>
      <div>
        <p class="muted">${addGateway.empty}</p>
        <ol>
          ${addGateway.steps.map(step => html`<li>${step}</li>`)}
        </ol>
      </div>
      ${this.#addButton('primary')}
      <div>
        <p class="muted">${addGateway.otherwise}</p>
        <p class="ways">
          ${mayEverywhere('admin') ? linkTo(fleetAddress({ part: 'sources' }), gatewayPages.fleet.parts.sources) : nothing}
          ${linkTo(dataAddress('import'), dataPages.parts.import)}
        </p>
      </div>
    </section>`;
  }
}

customElements.define('jg-overview', JgOverview);
