import { html, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { ConnectorEntry, ConnectorKind } from '../../host/api/contract.ts';
import { fleetAddress } from '../address.ts';
import { api } from '../api.ts';
import { linkTo } from '../go-to.ts';
import { language, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { icon } from '../parts/icons.ts';
import { notFound } from '../parts/not-found.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { Polled } from '../polled.ts';
import { hostNow } from '../site/clock.ts';
import type { Site } from '../site/site.ts';
import { basics, controls } from '../styles.ts';
import './jg-source-form.ts';
import './jg-source-meters.ts';
import '../set-up/jg-set-up-item.ts';
import { kindChoice, otherKind, spokenKind } from '../set-up/kind-choice.ts';
import { setUpStyles } from '../set-up/set-up-styles.ts';
import { sourceItem } from './source-item.ts';

interface Listed {
  readonly kinds: readonly ConnectorKind[];
  readonly entries: readonly ConnectorEntry[];
}

/** Why nothing is heard may change without an event. */
const againMs = 10_000;

/** Sources that are no gateways: all of them, one that is changed, or one that is added. */
export class JgSources extends JgElement {
  static override properties = {
    site: { attribute: false },
    source: { attribute: false },
    tick: { attribute: false },
    chosen: { state: true },
  };
  static override styles = [basics, controls, pageStyles, setUpStyles];

  declare site: Site;
  /** The one that is changed; empty: one that is added; null: all. */
  declare source: string | null;
  /** Changes where `site` has: then this is drawn again. */
  declare tick: number;
  /** The kind of one that is added. */
  declare chosen: string | null;
  readonly #listed: Polled<Listed> = new Polled(this, againMs, async () => {
    const [kinds, entries] = await Promise.all([
      this.#listed.value?.kinds ?? api.connectorKinds(),
      api.connectors(),
    ]);
    return { kinds, entries };
  });

  constructor() {
    super();
    this.source = null;
    this.tick = 0;
    this.chosen = null;
    this.addEventListener('jg-set-up', () => void this.#listed.load());
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('source')) this.chosen = null;
  }

  protected override render(): TemplateResult {
    const { source } = this;
    const content = (listed: Listed) =>
      source === null ? this.#all(listed) : source === '' ? this.#new(listed) : this.#one(listed, source);
    return html`<div class="stack">${this.#listed.drawn(content)}</div>`;
  }

  #all({ kinds, entries }: Listed): TemplateResult {
    const { sources } = words();
    const { sites, gateways, meters, isOneOfSeveral } = this.site;
    const placeOf = ({ site }: ConnectorEntry) =>
      isOneOfSeveral ? (sites.find(({ id }) => id === site)?.name ?? site) : null;
    return html`<div class="head">
        <p class="muted">${entries.length === 0 ? `${sources.intro} ${sources.none}` : sources.intro}</p>
        ${linkTo(fleetAddress({ part: 'sources', source: '' }), html`${icon('plus', 18)}${sources.add}`, 'button')}
      </div>
      <ul class="stack">
        ${repeat(
          entries,
          ({ id }) => id,
          entry => html`<li>
            <jg-set-up-item .item=${sourceItem(entry, kinds.find(({ id }) => id === entry.kind)?.name[language()], placeOf(entry))}>
              <jg-source-meters
                .gateway=${gateways.find(({ id }) => id === entry.id)}
                .meters=${meters.filter(({ gateway }) => gateway === entry.id)}
                .nowMs=${hostNow()}
              ></jg-source-meters>
            </jg-set-up-item>
          </li>`,
        )}
      </ul>`;
  }

  #new({ kinds }: Listed): TemplateResult {
    const { setUp, sources } = words();
    const kind = kinds.find(({ id }) => id === this.chosen);
    if (kind !== undefined)
      return html`<div class="row">${otherKind(this, setUp.otherKind, this.#forget)}</div>
        ${this.#form(kind, null)}`;
    return kindChoice(sources.which, kinds.map(spokenKind), id => {
      this.chosen = id;
    });
  }

  readonly #forget = (): void => {
    this.chosen = null;
  };

  #one({ kinds, entries }: Listed, source: string): TemplateResult {
    const { sources } = words();
    const entry = entries.find(({ id }) => id === source);
    const kind = kinds.find(({ id }) => id === entry?.kind);
    return entry === undefined || kind === undefined
      ? notFound(sources.unknown, fleetAddress({ part: 'sources' }), sources.title)
      : this.#form(kind, entry);
  }

  #form(kind: ConnectorKind, entry: ConnectorEntry | null): TemplateResult {
    const { sites, id, isOneOfSeveral } = this.site;
    return html`<jg-source-form .kind=${kind} .entry=${entry} .sites=${sites} .site=${isOneOfSeveral ? (id ?? '') : ''}></jg-source-form>`;
  }
}

customElements.define('jg-sources', JgSources);
