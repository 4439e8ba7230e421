import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { mayEverywhere } from '../access.ts';
import { dataAddress } from '../addresses/data-address.ts';
import { linkTo } from '../go-to.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { icon } from '../parts/icons.ts';
import { notFound } from '../parts/not-found.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { Polled } from '../polled.ts';
import '../set-up/jg-set-up-item.ts';
import { kindChoice, otherKind } from '../set-up/kind-choice.ts';
import { setUpStyles } from '../set-up/set-up-styles.ts';
import { hostNow } from '../site/clock.ts';
import type { Site } from '../site/site.ts';
import { basics, controls } from '../styles.ts';
import { allOutlets, type OutletKind, outletKinds } from './doors.ts';
import './jg-outlet-form.ts';
import type { Outlet } from './outlet.ts';
import { factsOf, lossesOf } from './outlet-facts.ts';
import { outletItem } from './outlet-item.ts';

interface Listed {
  readonly kinds: readonly OutletKind[];
  readonly outlets: readonly Outlet[];
}

/** What waits and why may change without an event. */
const againMs = 10_000;

const nameOf = ({ door, id }: OutletKind): string => `${door} ${id}`;

/** Undefined where this host does not know it any more. */
const kindOf = (kinds: readonly OutletKind[], { door, kind }: Outlet): OutletKind | undefined =>
  kinds.find(each => each.door === door && each.id === kind);

/** Other systems that get values of this host: all of them, one that is changed, or one that is added. */
export class JgOutlets extends JgElement {
  static override properties = {
    site: { attribute: false },
    one: { attribute: false },
    zone: { attribute: false },
    tick: { attribute: false },
    chosen: { state: true },
  };
  static override styles = [basics, controls, pageStyles, setUpStyles];

  declare site: Site;
  /** The one that is changed; empty: one that is added; null: all. */
  declare one: string | null;
  declare zone: string;
  /** Changes where `site` has: then this is drawn again. */
  declare tick: number;
  /** The kind of one that is added. */
  declare chosen: string | null;
  readonly #listed: Polled<Listed> = new Polled(this, againMs, async () => {
    const [kinds, outlets] = await Promise.all([this.#listed.value?.kinds ?? outletKinds(), allOutlets()]);
    return { kinds, outlets };
  });

  constructor() {
    super();
    this.one = null;
    this.tick = 0;
    this.chosen = null;
    this.addEventListener('jg-set-up', () => void this.#listed.load());
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('one')) this.chosen = null;
  }

  protected override render(): TemplateResult {
    const { one } = this;
    const content = (listed: Listed) =>
      one === null ? this.#all(listed) : one === '' ? this.#new(listed) : this.#change(listed, one);
    return html`<div class="stack">${this.#listed.drawn(content)}</div>`;
  }

  #all({ kinds, outlets }: Listed): TemplateResult {
    const { outlets: text } = words();
    const { id, sites, isOneOfSeveral } = this.site;
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
            <jg-set-up-item .item=${outletItem(outlet, kindOf(kinds, outlet)?.name(), placeOf(outlet), this.zone)}>
              ${this.#facts(outlet)}
            </jg-set-up-item>
          </li>`,
        )}
      </ul>`;
  }

  /** How it goes, in words. */
  #facts(outlet: Outlet): TemplateResult | typeof nothing {
    if (outlet.settings === null) return nothing;
    const nameOf = (key: string) => this.site.meters.find(meter => meter.key === key)?.name ?? key;
    const telling = { text: words().outlets, locale: locale(), nameOf, nowMs: hostNow() };
    return html`<p class="number">${factsOf(outlet, telling).join(' · ')}</p>
      ${lossesOf(outlet, telling).map(loss => html`<p class="small warn">${loss}</p>`)}`;
  }

  #new({ kinds, outlets }: Listed): TemplateResult {
    const { outlets: text, setUp } = words();
    const kind = kinds.find(each => nameOf(each) === this.chosen);
    if (kind !== undefined)
      return html`<div class="row">${otherKind(this, setUp.otherKind, this.#forget)}</div>
        ${this.#form(kind, null, outlets)}`;
    const offered = kinds
      .filter(({ isForHostOnly }) => !isForHostOnly || mayEverywhere('admin'))
      .map(each => ({ id: nameOf(each), name: each.name(), about: each.about() }));
    return kindChoice(text.which, offered, id => {
      this.chosen = id;
    });
  }

  readonly #forget = (): void => {
    this.chosen = null;
  };

  #change({ kinds, outlets }: Listed, key: string): TemplateResult {
    const outlet = outlets.find(each => each.key === key);
    const kind = outlet && kindOf(kinds, outlet);
    return outlet === undefined || kind === undefined
      ? notFound(words().outlets.unknown, dataAddress('outlets'), words().dataPages.parts.outlets)
      : this.#form(kind, outlet, outlets);
  }

  #form(kind: OutletKind, outlet: Outlet | null, outlets: readonly Outlet[]): TemplateResult {
    const taken = outlets.filter(({ door }) => door === kind.door).map(({ id }) => id);
    return html`<jg-outlet-form .kind=${kind} .outlet=${outlet} .taken=${taken} .site=${this.site}></jg-outlet-form>`;
  }
}

customElements.define('jg-outlets', JgOutlets);
