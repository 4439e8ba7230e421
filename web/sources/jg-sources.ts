import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { ConnectorEntry, ConnectorKind } from '../../host/api/contract.ts';
import { fleetAddress } from '../address.ts';
import { api } from '../api.ts';
import { errorText } from '../error-text.ts';
import { linkTo } from '../go-to.ts';
import { language, locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { icon } from '../parts/icons.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { hostNow } from '../site/clock.ts';
import type { Site } from '../site/site.ts';
import { basics, controls } from '../styles.ts';
import '../parts/jg-notice.ts';
import './jg-source-form.ts';
import './jg-source-item.ts';
import { setUpStyles } from '../set-up/set-up-styles.ts';

/** Why nothing is heard may change without an event. */
const againMs = 10_000;

/** Sources that are no gateways: all of them, one that is changed, or one that is added. */
export class JgSources extends JgElement {
  static override properties = {
    site: { attribute: false },
    source: { attribute: false },
    tick: { attribute: false },
    kinds: { state: true },
    entries: { state: true },
    chosen: { state: true },
    error: { state: true },
  };
  static override styles = [basics, controls, pageStyles, setUpStyles];

  declare site: Site;
  /** The one that is changed; empty: one that is added; null: all. */
  declare source: string | null;
  /** Changes where `site` has: then this is drawn again. */
  declare tick: number;
  declare kinds: readonly ConnectorKind[] | null;
  declare entries: readonly ConnectorEntry[] | null;
  declare chosen: string | null;
  declare error: unknown;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.source = null;
    this.tick = 0;
    this.kinds = null;
    this.entries = null;
    this.chosen = null;
    this.error = null;
    this.addEventListener('jg-sources', () => void this.#load());
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

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('source')) this.chosen = null;
  }

  async #load(): Promise<void> {
    try {
      const [kinds, entries] = await Promise.all([this.kinds ?? api.connectorKinds(), api.connectors()]);
      this.kinds = kinds;
      this.entries = entries;
      this.error = null;
    } catch (error) {
      this.error = error;
    }
  }

  protected override render(): TemplateResult {
    const failed =
      this.error === null
        ? nothing
        : html`<jg-notice kind="bad" .text=${errorText(this.error)} .canRetry=${true}></jg-notice>`;
    const { kinds, entries, source } = this;
    if (kinds === null || entries === null)
      return html`${failed}<p class="muted" role="status">${words().load.loading}</p>`;
    const content =
      source === null
        ? this.#all(kinds, entries)
        : source === ''
          ? this.#new(kinds)
          : this.#one(kinds, entries, source);
    return html`<div class="stack">${failed}${content}</div>`;
  }

  #all(kinds: readonly ConnectorKind[], entries: readonly ConnectorEntry[]): TemplateResult {
    const { sources } = words();
    const { sites, gateways, meters, isOneOfSeveral } = this.site;
    return html`<div class="head">
        <p class="muted">${entries.length === 0 ? `${sources.intro} ${sources.none}` : sources.intro}</p>
        ${linkTo(fleetAddress({ part: 'sources', source: '' }), html`${icon('plus', 18)}${sources.add}`, 'button')}
      </div>
      <ul class="stack">
        ${repeat(
          entries,
          ({ id }) => id,
          entry => html`<li>
            <jg-source-item
              .entry=${entry}
              .kind=${kinds.find(({ id }) => id === entry.kind)}
              .place=${isOneOfSeveral ? (sites.find(({ id }) => id === entry.site)?.name ?? entry.site) : null}
              .gateway=${gateways.find(({ id }) => id === entry.id)}
              .meters=${meters.filter(({ gateway }) => gateway === entry.id)}
              .nowMs=${hostNow()}
            ></jg-source-item>
          </li>`,
        )}
      </ul>`;
  }

  #new(kinds: readonly ConnectorKind[]): TemplateResult {
    const { sources } = words();
    const kind = kinds.find(({ id }) => id === this.chosen);
    const back = linkTo(fleetAddress({ part: 'sources' }), sources.title);
    if (kind !== undefined)
      return html`<div class="row">${back}
          <button class="quiet" @click=${() => {
            this.chosen = null;
          }}>${sources.otherKind}</button></div>
        ${this.#form(kind, null)}`;
    const sorted = [...kinds].sort((one, other) =>
      one.name[language()].localeCompare(other.name[language()], locale()),
    );
    return html`<div>${back}</div>
      <h2 id="which">${sources.which}</h2>
      <ul class="kinds" aria-labelledby="which">
        ${sorted.map(
          ({ id, name, about }) => html`<li>
            <button @click=${() => {
              this.chosen = id;
            }}><strong>${name[language()]}</strong> <span class="small muted">${about[language()]}</span></button>
          </li>`,
        )}
      </ul>`;
  }

  #one(kinds: readonly ConnectorKind[], entries: readonly ConnectorEntry[], source: string): TemplateResult {
    const { sources } = words();
    const entry = entries.find(({ id }) => id === source);
    const kind = kinds.find(({ id }) => id === entry?.kind);
    const back = html`<div>${linkTo(fleetAddress({ part: 'sources' }), sources.title)}</div>`;
    return entry === undefined || kind === undefined
      ? html`${back}<jg-notice kind="warn" .text=${sources.unknown}></jg-notice>`
      : html`${back}${this.#form(kind, entry)}`;
  }

  #form(kind: ConnectorKind, entry: ConnectorEntry | null): TemplateResult {
    const { sites, id, isOneOfSeveral } = this.site;
    return html`<jg-source-form .kind=${kind} .entry=${entry} .sites=${sites} .site=${isOneOfSeveral ? (id ?? '') : ''}></jg-source-form>`;
  }
}

customElements.define('jg-sources', JgSources);
