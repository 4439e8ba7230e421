import { html, nothing, type TemplateResult } from 'lit';
import type { ConnectorProposals } from '../../host/api/contract.ts';
import { formatNumber } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { setUpStyles } from '../set-up/set-up-styles.ts';
import { basics, controls } from '../styles.ts';

/** What could be read, each to be taken into the form by `jg-take`. */
export class JgSourceFound extends JgElement {
  static override properties = { found: { attribute: false }, taken: { state: true } };
  static override styles = [basics, controls, pageStyles, setUpStyles];

  declare found: ConnectorProposals;
  declare taken: ReadonlySet<number>;

  constructor() {
    super();
    this.taken = new Set();
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('found')) this.taken = new Set();
  }

  protected override render(): TemplateResult {
    const { sources } = words();
    if (this.found.length === 0) return html`<p class="box warn">${sources.foundNone}</p>`;
    return html`<div class="box">
      <h3>${sources.found(formatNumber(this.found.length, locale(), 0))}</h3>
      <ul class="lines">
        ${this.found.map(
          ({ title, detail }, index) => html`<li>
            <div>
              <h4>${title}</h4>
              <p class="small muted">${detail}</p>
            </div>
            <button type="button" aria-label=${sources.takeOf(title)} @click=${() => this.#take(index)}>${sources.take}</button>
          </li>`,
        )}
      </ul>
      <p role="status" class="small">${this.taken.size > 0 ? sources.taken : nothing}</p>
    </div>`;
  }

  #take(index: number): void {
    this.taken = new Set([...this.taken, index]);
    this.tell('jg-take', this.found[index]?.settings);
  }
}

customElements.define('jg-source-found', JgSourceFound);
