import { css, html, nothing, type TemplateResult } from 'lit';
import type { Gateway, Meter } from '../../host/api/contract.ts';
import { mayEverywhere } from '../access.ts';
import { fleetAddress } from '../address.ts';
import { linkTo } from '../go-to.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import '../overview/jg-gateway-card.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { basics, controls } from '../styles.ts';
import './jg-source-meters.ts';
import { setUpStyles } from '../set-up/set-up-styles.ts';

/** A source that stands among gateways: how it is and its meters; it has no firmware, lines or credential. */
export class JgSourcePage extends JgElement {
  static override properties = {
    gateway: { attribute: false },
    meters: { attribute: false },
    nowMs: { attribute: false },
  };
  static override styles = [
    basics,
    controls,
    pageStyles,
    setUpStyles,
    css`
      .both {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr));
        gap: 1.5rem;
        align-items: start;
      }
    `,
  ];

  declare gateway: Gateway;
  declare meters: readonly Meter[];
  declare nowMs: number;

  protected override render(): TemplateResult {
    const { sources } = words();
    const { id } = this.gateway;
    return html`<div class="both">
      <section class="panel stack" aria-labelledby="meters">
        <h2 id="meters">${sources.meters}</h2>
        <jg-source-meters .gateway=${this.gateway} .meters=${this.meters.filter(({ gateway }) => gateway === id)} .nowMs=${this.nowMs}></jg-source-meters>
      </section>
      <div class="stack">
        <jg-gateway-card .gateway=${this.gateway} .nowMs=${this.nowMs}></jg-gateway-card>
        ${mayEverywhere('admin') ? html`<div>${linkTo(fleetAddress({ part: 'sources', source: id }), sources.manage, 'button')}</div>` : nothing}
      </div>
    </div>`;
  }
}

customElements.define('jg-source-page', JgSourcePage);
