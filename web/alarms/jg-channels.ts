import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { ChannelEntry } from '../../host/api/contract.ts';
import { isPerson, mayEverywhere, mayHere } from '../access.ts';
import { alarmsAddress } from '../addresses/alarms-address.ts';
import { api } from '../api.ts';
import { linkTo } from '../go-to.ts';
import { language, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { icon } from '../parts/icons.ts';
import { notFound } from '../parts/not-found.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { Polled } from '../polled.ts';
import '../set-up/jg-set-up-item.ts';
import { kindChoice, otherKind, spokenKind } from '../set-up/kind-choice.ts';
import { setUpStyles } from '../set-up/set-up-styles.ts';
import type { Site } from '../site/site.ts';
import { basics, controls } from '../styles.ts';
import { alarmStyles } from './alarm-styles.ts';
import { channelItem } from './channel-item.ts';
import { type KnownChannels, noChannels } from './channel-names.ts';
import './jg-channel-form.ts';
import './jg-this-browser.ts';

/** What waits and why may change without an event. */
const againMs = 10_000;

/** Ways by which people hear of alarms: those set up, one that is changed, a new one; and the browser one sits at. */
export class JgChannels extends JgElement {
  static override properties = {
    site: { attribute: false },
    one: { attribute: false },
    tick: { attribute: false },
    chosen: { state: true },
  };
  static override styles = [basics, controls, pageStyles, setUpStyles, alarmStyles];

  declare site: Site;
  /** The one that is changed; empty: a new one; null: all. */
  declare one: string | null;
  declare tick: number;
  /** The kind of a new one. */
  declare chosen: string | null;
  readonly #known: Polled<KnownChannels> = new Polled(this, againMs, async () => {
    // Others see the browser they sit at alone.
    if (!mayHere('admin')) return noChannels;
    const [kinds, entries] = await Promise.all([
      this.#known.value?.kinds ?? api.channelKinds(),
      api.channels(),
    ]);
    return { kinds, entries };
  });

  constructor() {
    super();
    this.one = null;
    this.tick = 0;
    this.chosen = null;
    this.addEventListener('jg-set-up', () => void this.#known.load());
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('one')) this.chosen = null;
  }

  protected override render(): TemplateResult {
    const one = mayHere('admin') ? this.one : null;
    const content = (known: KnownChannels) =>
      one === null ? this.#all(known) : one === '' ? this.#new(known) : this.#change(known, one);
    return html`<div class="stack">${this.#known.drawn(content)}</div>`;
  }

  #all({ kinds, entries }: KnownChannels): TemplateResult {
    const { channels } = words().alarms;
    const { id, sites, isOneOfSeveral } = this.site;
    const shown = entries.filter(({ site }) => site === null || site === id);
    const placeOf = ({ site }: ChannelEntry) =>
      !isOneOfSeveral
        ? null
        : site === null
          ? channels.ofHost
          : channels.ofSite(sites.find(each => each.id === site)?.name ?? site);
    const kindName = ({ kind }: ChannelEntry) =>
      kinds.find(({ id: known }) => known === kind)?.name[language()];
    const list = html`<div class="head">
        <p class="muted">${shown.length === 0 ? `${channels.intro} ${channels.none}` : channels.intro}</p>
        ${linkTo(alarmsAddress('channels', { one: '' }), html`${icon('plus', 18)}${channels.add}`, 'button')}
      </div>
      <ul class="rows">
        ${repeat(
          shown,
          each => each.id,
          entry => html`<li>
            <jg-set-up-item .item=${channelItem(entry, kindName(entry), placeOf(entry), this.site.settings?.zone)}></jg-set-up-item>
          </li>`,
        )}
      </ul>`;
    const pushes = shown.filter(({ kind }) => kind === 'web-push').map(({ id: channel }) => channel);
    return html`${mayHere('admin') ? list : nothing}
      ${isPerson() ? html`<jg-this-browser .site=${this.site} .pushes=${pushes.join()}></jg-this-browser>` : nothing}`;
  }

  #new(known: KnownChannels): TemplateResult {
    const { alarms, setUp } = words();
    const { channels } = alarms;
    const kind = known.kinds.find(({ id }) => id === this.chosen);
    if (kind !== undefined)
      return html`<div class="row">${otherKind(this, setUp.otherKind, this.#forget)}</div>
        <jg-channel-form .kind=${kind} .entry=${null} .site=${this.site} .known=${known}></jg-channel-form>`;
    const offered = known.kinds.filter(({ isForHostOnly }) => !isForHostOnly || mayEverywhere('admin'));
    return kindChoice(channels.which, offered.map(spokenKind), id => {
      this.chosen = id;
    });
  }

  readonly #forget = (): void => {
    this.chosen = null;
  };

  #change(known: KnownChannels, one: string): TemplateResult {
    const { channels } = words().alarms;
    const entry = known.entries.find(({ id }) => id === one);
    const kind = known.kinds.find(({ id }) => id === entry?.kind);
    return entry === undefined || kind === undefined
      ? notFound(channels.unknown, alarmsAddress('channels'), words().alarms.parts.channels)
      : html`<jg-channel-form .kind=${kind} .entry=${entry} .site=${this.site} .known=${known}></jg-channel-form>`;
  }
}

customElements.define('jg-channels', JgChannels);
