import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Gateway, LineSettings, Role, SettingsState } from '../../host/api/contract.ts';
import { mayEverywhere, mayHere } from '../access.ts';
import { type Address, fleetAddress, type GatewayPart, gatewayAddress } from '../address.ts';
import { type FleetPart, fleetParts } from '../addresses/fleet-address.ts';
import { api } from '../api.ts';
import { errorText } from '../error-text.ts';
import { linkTo } from '../go-to.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { RequestError } from '../request-error.ts';
import { hostNow } from '../site/clock.ts';
import './jg-aim.ts';
import './jg-bus-doctor.ts';
import './jg-fleet.ts';
import './jg-gateway.ts';
import './jg-line-page.ts';
import './jg-new-gateway.ts';
import '../parts/jg-notice.ts';
import '../parts/jg-tabs.ts';
import './jg-profile-editor.ts';
import './jg-rollouts.ts';
import './jg-settings-editor.ts';
import '../sources/jg-source-page.ts';
import '../sources/jg-sources.ts';
import { notFound } from '../parts/not-found.ts';
import { pageStyles } from '../parts/page-styles.ts';
import type { Site } from '../site/site.ts';
import { sourceKindOf } from '../sources/source-board.ts';
import { basics, controls } from '../styles.ts';
import { Ticking } from '../ticking.ts';

type GatewaysAddress = Extract<Address, { view: 'gateways' }>;

const tabParts: readonly GatewayPart[] = ['state', 'settings', 'profiles'];

/** Other sources reach into the network of the host, and are set up by those who administer all of it. */
const isOffered = (part: FleetPart): boolean =>
  part === 'sources' ? mayEverywhere('admin') : mayHere('admin');

/** All gateways, one of them, one of its lines, its settings or its own profiles. */
export class JgGateways extends JgElement {
  static override properties = {
    site: { attribute: false },
    gateways: { attribute: false },
    address: { attribute: false },
    settings: { state: true },
    error: { state: true },
  };
  static override styles = [basics, controls, pageStyles];

  declare site: Site;
  /** As `site` has them: what changes makes this draw again. */
  declare gateways: readonly Gateway[];
  declare address: GatewaysAddress;
  declare settings: { readonly gateway: string; readonly state: SettingsState } | null;
  declare error: unknown;
  /** The gateway whose settings were asked for last. */
  #asked: string | null = null;
  /** Without what is no gateway: nothing is rolled out to that. */
  #updatable: readonly Gateway[] = [];

  constructor() {
    super();
    new Ticking(this);
    this.gateways = [];
    this.settings = null;
    this.error = null;
    this.addEventListener('jg-settings', () => void this.#load());
    this.addEventListener('jg-refresh', () => void this.#load());
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('gateways')) this.#updatable = this.gateways.filter(one => sourceKindOf(one) === null);
    const id = this.address.gateway;
    const before: unknown = changed.get('gateways');
    const isOther = id !== this.#asked;
    const versionsOf = (all: readonly Gateway[]) =>
      JSON.stringify(all.find(gateway => gateway.id === id)?.settings);
    const isNewer = Array.isArray(before) && versionsOf(before) !== versionsOf(this.gateways);
    // What is no gateway has no settings that are sent to it.
    const isKnown = this.gateways.some(gateway => gateway.id === id && sourceKindOf(gateway) === null);
    if (isKnown && (isOther || isNewer)) void this.#load();
  }

  async #load(): Promise<void> {
    const { gateway } = this.address;
    if (gateway === null) return;
    this.#asked = gateway;
    try {
      const state = await api.settings(gateway);
      if (gateway === this.address.gateway) this.settings = { gateway, state };
      this.error = null;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      this.error = error;
    }
  }

  protected override render(): TemplateResult {
    const { gateway: id } = this.address;
    if (id === null) return this.#all();
    const gateway = this.gateways.find(one => one.id === id);
    const { gatewayPages, load } = words();
    const { pages } = gatewayPages;
    if (gateway === undefined) {
      return this.site.isLoaded
        ? html`<div class="page">${notFound(pages.unknown(id), gatewayAddress(null), pages.all)}</div>`
        : html`<p class="muted" role="status">${load.loading}</p>`;
    }
    return html`<div class="page">
      ${this.#crumbs(gateway)}
      ${this.error === null ? nothing : html`<jg-notice kind="bad" .text=${errorText(this.error)} .canRetry=${true}></jg-notice>`}
      ${this.#part(gateway)}
    </div>`;
  }

  #all(): TemplateResult {
    const { pages } = words().gatewayPages;
    return html`<div class="page">
      <div>
        <h1>${pages.title}</h1>
        <p class="muted">${pages.intro}</p>
      </div>
      ${mayHere('admin') ? this.#fleetTabs() : nothing}
      ${this.#ofAll()}
    </div>`;
  }

  #fleetTabs(): TemplateResult {
    const { pages, fleet } = words().gatewayPages;
    const tabs = fleetParts.filter(isOffered).map(part => ({
      address: fleetAddress({ part }),
      text: fleet.parts[part],
      isShown: part === this.address.fleet.part,
    }));
    return html`<jg-tabs .label=${pages.title} .tabs=${tabs}></jg-tabs>`;
  }

  #ofAll(): TemplateResult {
    const { fleet } = this.address;
    switch (isOffered(fleet.part) ? fleet.part : 'list') {
      case 'sources':
        return html`<jg-sources .site=${this.site} .source=${fleet.source} .tick=${hostNow()}></jg-sources>`;
      case 'rollouts':
        return html`<jg-rollouts .gateways=${this.#updatable} .meters=${this.site.meters}></jg-rollouts>`;
      case 'new':
        return html`<jg-new-gateway></jg-new-gateway>`;
      case 'list':
        return html`<jg-fleet .gateways=${this.gateways} .meters=${this.site.meters} .isLoaded=${this.site.isLoaded} .nowMs=${hostNow()} .address=${fleet}></jg-fleet>`;
    }
  }

  #crumbs({ id }: Gateway): TemplateResult {
    const { pages } = words().gatewayPages;
    const { part, line } = this.address;
    return html`<nav aria-label=${pages.title}>
      <ol class="crumbs">
        <li>${linkTo(gatewayAddress(null), pages.all)}</li>
        ${part === 'line' ? html`<li>${linkTo(gatewayAddress(id), id)}</li><li aria-current="page">${line}</li>` : html`<li aria-current="page">${id}</li>`}
      </ol>
    </nav>`;
  }

  #tabs({ id }: Gateway): TemplateResult | typeof nothing {
    // One alone is no choice.
    if (!mayHere('admin')) return nothing;
    const { parts } = words().gatewayPages.pages;
    const tabs = tabParts.map(part => ({
      address: gatewayAddress(id, part),
      text: parts[part],
      isShown: part === this.address.part,
    }));
    return html`<jg-tabs .label=${id} .tabs=${tabs}></jg-tabs>`;
  }

  #part(gateway: Gateway): TemplateResult {
    const { part } = this.address;
    if (sourceKindOf(gateway) !== null)
      return html`<h1>${gateway.id}</h1><jg-source-page .gateway=${gateway} .meters=${this.site.meters} .nowMs=${hostNow()}></jg-source-page>`;
    const least = part === 'state' ? 'viewer' : part === 'line' ? 'operator' : 'admin';
    if (!mayHere(least)) return this.#closed(gateway, least);
    const state = this.settings?.gateway === gateway.id ? this.settings.state : null;
    if (part === 'line') return this.#line(gateway, state);
    const content = () => {
      if (part === 'state') {
        return html`<jg-gateway .gateway=${gateway} .meters=${this.site.meters} .settings=${state} .nowMs=${hostNow()}></jg-gateway>`;
      }
      if (state === null) return html`<p class="muted" role="status">${words().load.loading}</p>`;
      return part === 'settings'
        ? html`<jg-settings-editor .gateway=${gateway.id} .outputs=${gateway.outputs ?? []} .settings=${state} .line=${this.address.line} .found=${this.address.found}></jg-settings-editor>`
        : html`<jg-profile-editor .gateway=${gateway.id} .settings=${state}></jg-profile-editor>`;
    };
    return html`<h1>${gateway.id}</h1>
      ${this.#tabs(gateway)} ${content()}`;
  }

  /** Somebody came by an address that is not for them. */
  #closed({ id }: Gateway, least: Role): TemplateResult {
    const { role } = words().account;
    return html`<h1>${id}</h1><jg-notice kind="warn" .text=${role.needed(role.names[least])}></jg-notice>`;
  }

  #line(gateway: Gateway, state: SettingsState | null): TemplateResult {
    if (state === null) return html`<p class="muted" role="status">${words().load.loading}</p>`;
    const { line: id } = this.address;
    const running = state.running ?? state.desired;
    const line: LineSettings | undefined = running?.lines.find(one => one.id === id);
    if (line === undefined) {
      const text = words().gatewayPages.pages.unknownLine(id ?? '');
      return notFound(text, gatewayAddress(gateway.id), gateway.id);
    }
    return html`<jg-line-page .gateway=${gateway} .line=${line} .settings=${running}></jg-line-page>`;
  }
}

customElements.define('jg-gateways', JgGateways);
