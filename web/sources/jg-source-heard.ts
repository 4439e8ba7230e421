import { html, nothing, type TemplateResult } from 'lit';
import type { ConnectorProbe } from '../../host/api/contract.ts';
import { quantityName, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { faultLine } from '../parts/fault-line.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { basics } from '../styles.ts';
import '../parts/jg-notice.ts';
import { setUpStyles } from '../set-up/set-up-styles.ts';
import { valueText } from './value-text.ts';

/** What a source said while it was tried: of each meter its values, or why there are none. */
export class JgSourceHeard extends JgElement {
  static override properties = { heard: { attribute: false } };
  static override styles = [basics, pageStyles, setUpStyles];

  declare heard: ConnectorProbe;

  protected override render(): TemplateResult {
    const { sources } = words();
    const { meters, fault, why } = this.heard;
    const isNothing = meters.every(({ values }) => Object.keys(values).length === 0);
    return html`<div class="box">
      <h3>${sources.tried}</h3>
      ${fault === null ? nothing : html`<p class="wrong">${faultLine(fault, why)}</p>`}
      ${isNothing && fault === null ? html`<p class="warn">${sources.triedNone}</p>` : nothing}
      ${meters.map(meter => this.#meter(meter))}
    </div>`;
  }

  #meter({ name, values, identity, reason }: ConnectorProbe['meters'][number]): TemplateResult {
    const { sources, reasons } = words();
    const { model, serial, firmware } = identity;
    const about = [model, serial, firmware].filter(Boolean).join(' · ');
    const all = Object.entries(values);
    return html`<div class="stack">
      <div>
        <h4>${name}</h4>
        ${about === '' ? nothing : html`<p class="small muted">${about}</p>`}
        ${reason === null ? nothing : html`<p class="bad">${reasons[reason] ?? reason}</p>`}
        ${all.length === 0 && reason === null ? html`<p class="muted">${sources.noValues}</p>` : nothing}
      </div>
      ${
        all.length === 0
          ? nothing
          : html`<dl class="values number">
              ${all.map(
                ([quantity, value]) =>
                  html`<div><dt class="muted">${quantityName(quantity)}</dt><dd>${valueText(quantity, value)}</dd></div>`,
              )}
            </dl>`
      }
    </div>`;
  }
}

customElements.define('jg-source-heard', JgSourceHeard);
