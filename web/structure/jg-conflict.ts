import { css, html, nothing, type TemplateResult } from 'lit';
import type { Tariff } from '../../host/api/contract.ts';
import { formatNumber } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { tableStyles } from '../parts/table-styles.ts';
import { basics, controls } from '../styles.ts';
import type { Conflict, Difference } from './draft.ts';
import type { MeterTree } from './tree.ts';

/** Somebody else's change beside one's own. `jg-keep-mine` and `jg-take-theirs` tell what is to become of them. */
export class JgConflict extends JgElement {
  static override properties = { conflict: { attribute: false }, tree: { attribute: false } };
  static override styles = [
    basics,
    controls,
    tableStyles,
    css`
      section {
        display: grid;
        gap: 0.75rem;
        padding: 1rem;
        border-radius: var(--jg-radius-small);
        background: var(--jg-warn-tint);
      }
      .frame {
        background: var(--jg-surface);
      }
      td {
        text-align: left;
        white-space: normal;
        overflow-wrap: anywhere;
      }
      th {
        text-align: left;
        white-space: normal;
      }
      .buttons {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }
    `,
  ];

  declare conflict: Conflict;
  declare tree: MeterTree;

  protected override render(): TemplateResult {
    const { conflict: text } = words().structure;
    return html`<section role="alert" aria-labelledby="conflict">
      <h3 id="conflict">${text.title}</h3>
      <p>${text.intro}</p>
      ${
        this.conflict.differences.length === 0
          ? nothing
          : html`<div class="frame" tabindex="0" role="region" aria-labelledby="conflict">
              <table>
                <thead><tr><th scope="col">${text.what}</th><th scope="col">${text.theirs}</th><th scope="col">${text.yours}</th></tr></thead>
                <tbody>
                  ${this.conflict.differences.map(
                    difference => html`<tr>
                      <th scope="row">${this.#what(difference)}</th>
                      <td>${this.#value(difference, 'a')}</td>
                      <td>${this.#value(difference, 'b')}</td>
                    </tr>`,
                  )}
                </tbody>
              </table>
            </div>`
      }
      <div class="buttons">
        <button class="primary" @click=${() => this.tell('jg-keep-mine')}>${text.keepMine}</button>
        <button @click=${() => this.tell('jg-take-theirs')}>${text.takeTheirs}</button>
      </div>
    </section>`;
  }

  #nameOf(key: string): string {
    return this.tree.all.find(each => each.key === key)?.name ?? key;
  }

  #what(difference: Difference): string {
    const { conflict: text, tree } = words().structure;
    if (difference.what === 'site') return text.site;
    if (difference.what === 'tariff') return text.tariff;
    return `${this.#nameOf(difference.key)}: ${tree[difference.what]}`;
  }

  #value(difference: Difference, side: 'a' | 'b'): string {
    const { conflict: text, tree } = words().structure;
    if (difference.what === 'tariff') return this.#tariff(difference[side]);
    const value = difference[side];
    if (value === null) return text.none;
    if (difference.what === 'below') return this.#nameOf(value);
    const role = Object.entries(tree.roles).find(([id]) => id === value);
    return difference.what === 'role' && role !== undefined ? role[1] : value;
  }

  #tariff(tariff: Tariff | null): string {
    const { conflict: text } = words().structure;
    if (tariff === null) return text.none;
    const { length } = tariff.prices;
    return text.prices(length, formatNumber(length, locale(), 0), tariff.currency);
  }
}

customElements.define('jg-conflict', JgConflict);
