import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { mayEverywhere } from '../access.ts';
import { dataAddress } from '../addresses/data-address.ts';
import { RequestError } from '../api.ts';
import { errorText } from '../error-text.ts';
import { linkTo } from '../go-to.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { icon } from '../parts/icons.ts';
import '../parts/jg-notice.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { setUpStyles } from '../set-up/set-up-styles.ts';
import type { Site } from '../site/site.ts';
import { basics, controls } from '../styles.ts';
import { allOutlets, type OutletKind, outletKinds } from './doors.ts';
import './jg-outlet-form.ts';
import './jg-outlet-item.ts';
import type { Outlet } from './outlet.ts';

/** What waits and why may change without an event. */
const againMs = 10_000;

const nameOf = ({ door, id }: OutletKind): string => `${door} ${id}`;

/** Other systems that get values of this host: all of them, one that is changed, or one that is added. */
export class JgOutlets extends JgElement {
  static override properties = {
    site: { attribute: false },
    one: { attribute: false },
    zone: { attribute: false },
    tick: { attribute: false },
    kinds: { state: true },
    outlets: { state: true },
    chosen: { state: true },
    error: { state: true },
  };
  static override styles = [basics, controls, pageStyles, setUpStyles];

  declare site: Site;
  /** The one that is changed; empty: one that is added; null: all. */
  declare one: string | null;
  declare zone: string;
  /** Changes where `site` has: then this is drawn again. */
  declare tick: number;
  declare kinds: readonly OutletKind[] | null;
  declare outlets: readonly Outlet[] | null;
  /** The kind of one that is added. */
  declare chosen: string | null;
  declare error: unknown;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.one = null;
    this.tick = 0;
    this.kinds = null;
    this.outlets = null;
    this.chosen = null;
    this.error = null;
    this.addEventListener('jg-outlets', () => void this.#load());
    this.addEventListener('jg-refresh', () => void this.#load());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
    this.#timer = setInterval(() => void this.#load(), againMs);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('one')) this.chosen = null;
  }

  async #load(): Promise<void> {
    try {
      const [kinds, outlets] = await Promise.all([this.kinds ?? outletKinds(), allOutlets()]);
      this.kinds = kinds;
      this.outlets = outlets;
      this.error = null;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      this.error = error;
    }
  }

  protected override render(): TemplateResult {
    const failed =
      this.error === null
        ? nothing
        : html`<jg-notice kind="bad" .text=${errorText(this.error)} .canRetry=${true}></jg-notice>`;
    const { kinds, outlets, one } = this;
    if (kinds === null || outlets === null)
      return html`${failed}<p class="muted" role="status">${words().load.loading}</p>`;
    const content =
      one === null
        ? this.#all(kinds, outlets)
        : one === ''
          ? this.#new(kinds, outlets)
          : this.#change(kinds, outlets, one);
    return html`<div class="stack">${failed}${content}</div>`;
  }

  #all(kinds: readonly OutletKind[], outlets: readonly Outlet[]): TemplateResult {
    const { outlets: text } = words();
    const { id, sites, isOneOfSeveral, meters } = this.site;
    const shown = outlets.filter(({ site }) => site === null || site === id);
    const placeOf = ({ site, door }: Outlet) =>
      !isOneOfSeveral || door === 'modbus'
        ? null
        : site === null
          ? text.ofHost
          : text.ofSite(sites.find(each => each.id === site)?.name ?? site);
    return html`<div class="head">
        <p class="muted">${shown.length === 0 ? `${text.intro} ${text.none}` : text.intro}</p>
        ${linkTo(dataAddress('outlets', { outlet: '' }), html`${icon('plus', 18)}${text.add}`, 'button')}
      </div>
      <ul class="stack">
        ${repeat(
          shown,
          ({ key }) => key,
          outlet => html`<li>
            <jg-outlet-item
              .outlet=${outlet}
              .kind=${kinds.find(({ door, id: kind }) => door === outlet.door && kind === outlet.kind)}
              .place=${placeOf(outlet)}
              .meters=${meters}
              .zone=${this.zone}
            ></jg-outlet-item>
          </li>`,
        )}
      </ul>`;
  }

  #new(kinds: readonly OutletKind[], outlets: readonly Outlet[]): TemplateResult {
    const { outlets: text, sources } = words();
    const kind = kinds.find(each => nameOf(each) === this.chosen);
    if (kind !== undefined)
      return html`<div class="row">
          <button class="quiet" @click=${() => {
            this.chosen = null;
          }}>${sources.otherKind}</button></div>
        ${this.#form(kind, null, outlets)}`;
    const offered = kinds
      .filter(({ isForHostOnly }) => !isForHostOnly || mayEverywhere('admin'))
      .sort((first, other) => first.name().localeCompare(other.name(), locale()));
    return html`<h2 id="which">${text.which}</h2>
      <ul class="kinds" aria-labelledby="which">
        ${offered.map(
          each => html`<li>
            <button @click=${() => {
              this.chosen = nameOf(each);
            }}><strong>${each.name()}</strong> <span class="small muted">${each.about()}</span></button>
          </li>`,
        )}
      </ul>`;
  }

  #change(kinds: readonly OutletKind[], outlets: readonly Outlet[], key: string): TemplateResult {
    const outlet = outlets.find(each => each.key === key);
    const kind = kinds.find(({ door, id }) => door === outlet?.door && id === outlet.kind);
    return outlet === undefined || kind === undefined
      ? html`<jg-notice kind="warn" .text=${words().outlets.unknown}></jg-notice>`
      : this.#form(kind, outlet, outlets);
  }

  #form(kind: OutletKind, outlet: Outlet | null, outlets: readonly Outlet[]): TemplateResult {
    const taken = outlets.filter(({ door }) => door === kind.door).map(({ id }) => id);
    return html`<jg-outlet-form .kind=${kind} .outlet=${outlet} .taken=${taken} .site=${this.site}></jg-outlet-form>`;
  }
}

customElements.define('jg-outlets', JgOutlets);
