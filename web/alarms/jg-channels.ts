import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { isPerson, mayEverywhere, mayHere } from '../access.ts';
import { alarmsAddress } from '../addresses/alarms-address.ts';
import { api, RequestError } from '../api.ts';
import { errorText } from '../error-text.ts';
import { linkTo } from '../go-to.ts';
import { language, locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { icon } from '../parts/icons.ts';
import '../parts/jg-notice.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { setUpStyles } from '../set-up/set-up-styles.ts';
import type { Site } from '../site/site.ts';
import { basics, controls } from '../styles.ts';
import { alarmStyles } from './alarm-styles.ts';
import { type KnownChannels, noChannels } from './channel-names.ts';
import './jg-channel-form.ts';
import './jg-channel-item.ts';
import './jg-this-browser.ts';

/** What waits and why may change without an event. */
const againMs = 10_000;

/** Ways by which people hear of alarms: those set up, one that is changed, a new one; and the browser one sits at. */
export class JgChannels extends JgElement {
  static override properties = {
    site: { attribute: false },
    one: { attribute: false },
    tick: { attribute: false },
    known: { state: true },
    isLoaded: { state: true },
    chosen: { state: true },
    error: { state: true },
  };
  static override styles = [basics, controls, pageStyles, setUpStyles, alarmStyles];

  declare site: Site;
  /** The one that is changed; empty: a new one; null: all. */
  declare one: string | null;
  declare tick: number;
  declare known: KnownChannels;
  declare isLoaded: boolean;
  /** The kind of a new one. */
  declare chosen: string | null;
  declare error: unknown;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.one = null;
    this.tick = 0;
    this.known = noChannels;
    this.isLoaded = false;
    this.chosen = null;
    this.error = null;
    this.addEventListener('jg-channels', () => void this.#load());
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
    // Others see the browser they sit at alone.
    if (!mayHere('admin')) {
      this.isLoaded = true;
      return;
    }
    try {
      const [kinds, entries] = await Promise.all([
        this.known.kinds.length > 0 ? this.known.kinds : api.channelKinds(),
        api.channels(),
      ]);
      this.known = { kinds, entries };
      this.isLoaded = true;
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
    if (!this.isLoaded) return html`${failed}<p class="muted" role="status">${words().load.loading}</p>`;
    const content =
      this.one === null || !mayHere('admin')
        ? this.#all()
        : this.one === ''
          ? this.#new()
          : this.#change(this.one);
    return html`<div class="stack">${failed}${content}</div>`;
  }

  #all(): TemplateResult {
    const { channels } = words().alarms;
    const { id, sites, isOneOfSeveral } = this.site;
    const { kinds, entries } = this.known;
    const shown = entries.filter(({ site }) => site === null || site === id);
    const placeOf = (site: string | null) =>
      !isOneOfSeveral
        ? null
        : site === null
          ? channels.ofHost
          : channels.ofSite(sites.find(each => each.id === site)?.name ?? site);
    const list = html`<div class="head">
        <p class="muted">${shown.length === 0 ? `${channels.intro} ${channels.none}` : channels.intro}</p>
        ${linkTo(alarmsAddress('channels', { one: '' }), html`${icon('plus', 18)}${channels.add}`, 'button')}
      </div>
      <ul class="rows">
        ${repeat(
          shown,
          each => each.id,
          entry => html`<li>
            <jg-channel-item
              .entry=${entry}
              .kind=${kinds.find(({ id: kind }) => kind === entry.kind)}
              .place=${placeOf(entry.site)}
              .zone=${this.site.settings?.zone}
            ></jg-channel-item>
          </li>`,
        )}
      </ul>`;
    const pushes = shown.filter(({ kind }) => kind === 'web-push').map(({ id: channel }) => channel);
    return html`${mayHere('admin') ? list : nothing}
      ${isPerson() ? html`<jg-this-browser .site=${this.site} .pushes=${pushes.join()}></jg-this-browser>` : nothing}`;
  }

  #new(): TemplateResult {
    const { channels } = words().alarms;
    const kind = this.known.kinds.find(({ id }) => id === this.chosen);
    if (kind !== undefined)
      return html`<div class="row">
          <button class="quiet" @click=${() => {
            this.chosen = null;
          }}>${channels.otherKind}</button></div>
        <jg-channel-form .kind=${kind} .entry=${null} .site=${this.site} .known=${this.known}></jg-channel-form>`;
    const offered = this.known.kinds
      .filter(({ isForHostOnly }) => !isForHostOnly || mayEverywhere('admin'))
      .sort((one, other) => one.name[language()].localeCompare(other.name[language()], locale()));
    return html`<h2 id="which">${channels.which}</h2>
      <ul class="kinds" aria-labelledby="which">
        ${offered.map(
          ({ id, name, about }) => html`<li>
            <button @click=${() => {
              this.chosen = id;
            }}><strong>${name[language()]}</strong> <span class="small muted">${about[language()]}</span></button>
          </li>`,
        )}
      </ul>`;
  }

  #change(one: string): TemplateResult {
    const { channels } = words().alarms;
    const entry = this.known.entries.find(({ id }) => id === one);
    const kind = this.known.kinds.find(({ id }) => id === entry?.kind);
    return entry === undefined || kind === undefined
      ? html`<jg-notice kind="warn" .text=${channels.unknown}></jg-notice>`
      : html`<jg-channel-form .kind=${kind} .entry=${entry} .site=${this.site} .known=${this.known}></jg-channel-form>`;
  }
}

customElements.define('jg-channels', JgChannels);
