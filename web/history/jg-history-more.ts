import { css, html, nothing, type TemplateResult } from 'lit';
import { type QuantityId, quantities } from '#core/quantities.ts';
import { mostQuantities } from '../addresses/history-address.ts';
import { quantityName, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { basics, controls } from '../styles.ts';

/** More quantities of one unit in the same chart. Tells `jg-history` (detail: them). */
export class JgHistoryMore extends JgElement {
  static override properties = {
    quantity: { attribute: false },
    siblings: { attribute: false },
    more: { attribute: false },
  };
  static override styles = [
    basics,
    controls,
    css`
      div {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.375rem;
        margin-top: 0.375rem;
      }
      .label {
        font-size: 0.875rem;
        margin-right: 0.25rem;
      }
      button {
        min-height: 2rem;
        padding: 0.125rem 0.625rem;
        font-size: 0.875rem;
        border-radius: 1rem;
      }
      button[aria-pressed='true'] {
        background: var(--jg-accent-tint);
        color: var(--jg-accent);
        border-color: var(--jg-accent);
      }
    `,
  ];

  declare quantity: QuantityId;
  /** All stored quantities of the same unit, with the chosen one. */
  declare siblings: readonly QuantityId[];
  declare more: readonly QuantityId[];

  protected override render(): TemplateResult | typeof nothing {
    const others = this.siblings.filter(id => id !== this.quantity).slice(0, mostQuantities - 1);
    if (others.length === 0) return nothing;
    const { past } = words();
    const phases = others.filter(id => ['L1', 'L2', 'L3'].includes(quantities[id].phase ?? ''));
    const hasPhases = phases.length >= 2;
    const areOn = phases.every(id => this.more.includes(id));
    return html`<div role="group" aria-label=${past.more}>
      <span class="label muted">${past.more}</span>
      ${
        hasPhases
          ? html`<button aria-pressed=${areOn} @click=${() => this.#tell(areOn ? [] : phases)}>${past.phases}</button>`
          : nothing
      }
      ${others.map(id => {
        const isOn = this.more.includes(id);
        const next = isOn
          ? this.more.filter(each => each !== id)
          : others.filter(each => each === id || this.more.includes(each));
        return html`<button aria-pressed=${isOn} @click=${() => this.#tell(next)}>${quantityName(id)}</button>`;
      })}
    </div>`;
  }

  #tell(more: readonly QuantityId[]): void {
    this.tell('jg-history', { more: more.length === 0 ? undefined : more });
  }
}

customElements.define('jg-history-more', JgHistoryMore);
