import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { MeterRole } from '../../host/api/contract.ts';
import { meterAddress } from '../address.ts';
import { missing } from '../format.ts';
import { linkTo } from '../go-to.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { icon } from '../parts/icons.ts';
import { type MeterColour, meterColourStyles } from '../site/meter-colours.ts';
import { basics, controls } from '../styles.ts';
import { type MeterChange, type SiteFacts, withMeter, withoutMeter } from './draft.ts';
import { type MeterTree, possibleParents, saidOf, type TreeMeter } from './tree.ts';
import { treeStyles } from './tree-styles.ts';

const roles: readonly MeterRole[] = ['grid', 'solar', 'battery', 'load', 'whole', 'aside'];

const isRole = (text: string): text is MeterRole => roles.some(role => role === text);

/** Names are no longer than the host takes. */
const nameLetters = 64;

/**
 * The tree of meters; with `facts` to be changed: name, role and place of each by plain fields. `jg-site-change` (detail:
 * a part of SiteFacts) tells each change.
 */
export class JgTree extends JgElement {
  static override properties = {
    tree: { attribute: false },
    colours: { attribute: false },
    facts: { attribute: false },
  };
  static override styles = [basics, controls, meterColourStyles, treeStyles];

  declare tree: MeterTree;
  declare colours: ReadonlyMap<string, MeterColour>;
  /** What is being changed; null: it is only shown. */
  declare facts: SiteFacts | null;

  protected override render(): TemplateResult {
    const { tree: text } = words().structure;
    const { facts } = this;
    if (this.tree.all.length === 0) return html`<p class="muted">${text.noMeter}</p>`;
    return html`${facts === null ? nothing : this.#siteName(facts)}${this.#list(this.tree.tops, facts)}`;
  }

  #siteName({ name }: SiteFacts): TemplateResult {
    return html`<div class="field site">
      <label for="site">${words().structure.tree.siteName}</label>
      <input
        id="site"
        maxlength=${nameLetters}
        autocomplete="off"
        .value=${name ?? ''}
        @change=${(event: Event) => this.#change({ name: textOf(event) })}
      />
    </div>`;
  }

  #list(meters: readonly TreeMeter[], facts: SiteFacts | null): TemplateResult {
    return html`<ul>
      ${repeat(
        meters,
        // A field that a person has changed must not become another meter's.
        ({ key }) => key,
        meter => html`<li>
          ${facts === null ? this.#shown(meter) : this.#fields(meter, facts)}
          ${meter.children.length === 0 ? nothing : this.#list(meter.children, facts)}
        </li>`,
      )}
    </ul>`;
  }

  #dot({ key }: TreeMeter): TemplateResult {
    return html`<span class="dot ${this.colours.get(key) ?? ''}"></span>`;
  }

  #shown(meter: TreeMeter): TemplateResult {
    const { tree: text } = words().structure;
    const { key, name, role, isRoleGuessed, isGone } = meter;
    return html`<div class="meter">
      ${this.#dot(meter)}
      ${isGone ? html`<span>${name}</span>` : linkTo(meterAddress(key), name)}
      <span class="muted small">${isRoleGuessed ? text.byItself(text.roles[role]) : text.roles[role]}</span>
      ${isGone ? html`<span class="small gone">${text.gone}</span>` : nothing}
    </div>`;
  }

  #fields(meter: TreeMeter, facts: SiteFacts): TemplateResult {
    const { tree: text } = words().structure;
    const { key, name, ownName, role, isGone } = meter;
    const said = saidOf(facts.meters, key);
    const set = (change: MeterChange) => this.#change({ meters: withMeter(facts.meters, key, change) });
    // Where the site meets the grid nothing is above, and what stands aside is in no balance.
    const hasPlace = said?.below !== undefined || (role !== 'grid' && role !== 'aside');
    const guessed = said?.role === undefined ? text.byItself(text.roles[role]) : `– (${text.concluded})`;
    return html`<fieldset>
      <legend class="visually-hidden">${name}</legend>
      <div class="fields">
        <div class="field named">
          <label for="name-${key}">${text.name}${isGone ? html` <span class="gone">${text.gone}</span>` : nothing}</label>
          <input
            id="name-${key}"
            maxlength=${nameLetters}
            autocomplete="off"
            placeholder=${ownName ?? text.ownName}
            .value=${said?.name ?? ''}
            @change=${(event: Event) => set({ name: textOf(event) })}
          />
        </div>
        <div class="field">
          <label for="role-${key}">${text.role}</label>
          <select
            id="role-${key}"
            @change=${(event: Event) => {
              const chosen = textOf(event);
              set({ role: chosen !== null && isRole(chosen) ? chosen : null });
            }}
          >
            <option value="" .selected=${said?.role === undefined}>${guessed}</option>
            ${roles.map(
              each =>
                html`<option value=${each} .selected=${said?.role === each}>${text.roles[each]}</option>`,
            )}
          </select>
        </div>
        ${hasPlace ? this.#place(meter, facts) : nothing}
        ${
          isGone
            ? html`<button
                aria-label=${text.removeName(name)}
                @click=${() => this.#change({ meters: withoutMeter(facts.meters, key) })}
              >${icon('remove', 18)}${text.remove}</button>`
            : nothing
        }
      </div>
    </fieldset>`;
  }

  #place({ key }: TreeMeter, facts: SiteFacts): TemplateResult {
    const { tree: text } = words().structure;
    const said = saidOf(facts.meters, key)?.below;
    const hasGrid = this.tree.tops.some(({ role }) => role === 'grid');
    const set = (below: string | null) => this.#change({ meters: withMeter(facts.meters, key, { below }) });
    return html`<div class="field">
      <label for="below-${key}">${text.below}</label>
      <select id="below-${key}" @change=${(event: Event) => set(textOf(event))}>
        <option value="" .selected=${said === undefined}>${hasGrid ? text.top : missing}</option>
        ${possibleParents(this.tree, key).map(
          parent =>
            html`<option value=${parent.key} .selected=${said === parent.key}>${parent.name}</option>`,
        )}
      </select>
    </div>`;
  }

  #change(part: Partial<SiteFacts>): void {
    this.tell('jg-site-change', part);
  }
}

/** What a field holds, without blanks around it; null: nothing. */
function textOf({ target }: Event): string | null {
  const isField = target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
  return (isField && target.value.trim()) || null;
}

customElements.define('jg-tree', JgTree);
