import { css, html, nothing, type TemplateResult } from 'lit';
import type { Gateway, Meter } from '../../host/api/contract.ts';
import { meterAddress } from '../addresses/meter-address.ts';
import { linkTo } from '../go-to.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { tones } from '../site/condition.ts';
import { toldApart } from '../site/told-apart.ts';
import { basics } from '../styles.ts';
import { stateWord } from './condition-words.ts';
import { type SeenMeter, seenMeters } from './meter-groups.ts';
import '../parts/jg-state.ts';

const mostNamed = 5;

/** In one line whether all is well, and which meters need a look. */
export class JgHealthLine extends JgElement {
  static override properties = {
    meters: { attribute: false },
    gateways: { attribute: false },
    nowMs: { attribute: false },
  };
  static override styles = [
    basics,
    css`
      p,
      .troubled,
      ul {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.375rem 1rem;
      }
      .dot {
        display: inline-block;
        width: 0.625rem;
        height: 0.625rem;
        border-radius: 50%;
        margin-right: 0.5rem;
        background: var(--jg-well);
      }
      li {
        display: inline-flex;
        align-items: center;
        gap: 0.5rem;
      }
    `,
  ];

  declare meters: readonly Meter[];
  declare gateways: readonly Gateway[];
  declare nowMs: number;

  protected override render(): TemplateResult | typeof nothing {
    if (this.meters.length === 0) return nothing;
    const { home } = words();
    const seen = seenMeters(toldApart(this.meters), this.gateways, this.nowMs);
    const troubled = seen.filter(({ isTroubled }) => isTroubled);
    if (troubled.length === 0) {
      const well = seen.filter(({ condition }) => condition.is === 'well').length;
      // What waits for its first value is no trouble, and not yet well.
      return well < seen.length
        ? nothing
        : html`<p class="muted"><span><i class="dot"></i>${home.allWell(home.meterCount(well))}</span></p>`;
    }
    return html`<div class="troubled">
      ${home.troubled(troubled.length, seen.length)}
      <ul>${troubled.slice(0, mostNamed).map(one => this.#one(one))}</ul>
      ${troubled.length > mostNamed ? html`<span class="muted">${home.flow.more(troubled.length - mostNamed)}</span>` : nothing}
    </div>`;
  }

  #one({ meter, condition }: SeenMeter): TemplateResult {
    return html`<li>
      ${linkTo(meterAddress(meter.key), meter.name)}
      <jg-state .tone=${tones[condition.is]} .text=${stateWord(condition)}></jg-state>
    </li>`;
  }
}

customElements.define('jg-health-line', JgHealthLine);
