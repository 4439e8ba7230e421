import { html, nothing, type TemplateResult } from 'lit';
import { isQuantityId } from '#core/quantities.ts';
import type { Gateway, Meter } from '../../host/api/contract.ts';
import { meterPageOf } from '../address.ts';
import { quantityName, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { conditionOf, tones } from '../site/condition.ts';
import { basics } from '../styles.ts';
import '../parts/jg-state.ts';
import { setUpStyles } from '../set-up/set-up-styles.ts';
import { valueText } from './value-text.ts';

/** The meters of a source: of each the newest value and how it is. */
export class JgSourceMeters extends JgElement {
  static override properties = {
    gateway: { attribute: false },
    meters: { attribute: false },
    nowMs: { attribute: false },
  };
  static override styles = [basics, pageStyles, setUpStyles];

  declare gateway: Gateway | undefined;
  declare meters: readonly Meter[];
  declare nowMs: number;

  protected override render(): TemplateResult {
    if (this.meters.length === 0) return html`<p class="muted small">${words().sources.noMeters}</p>`;
    return html`<ul class="lines">${this.meters.map(meter => this.#meter(meter))}</ul>`;
  }

  #meter(meter: Meter): TemplateResult {
    const { states, reasons } = words();
    const condition = conditionOf(meter, this.gateway, this.nowMs);
    const is = condition.is === 'gatewayOffline' ? 'unknown' : condition.is;
    const why = condition.is === 'failing' ? `: ${reasons[condition.reason] ?? condition.reason}` : '';
    return html`<li>
      <div>
        <h3><a href=${meterPageOf(meter.key)}>${meter.name}</a></h3>
        ${newestOf(meter)}
      </div>
      <jg-state .tone=${tones[is]} .text=${`${states[is]}${why}`}></jg-state>
    </li>`;
  }
}

/** Power where it is measured, else what comes first. */
function newestOf({ latest }: Meter): TemplateResult | typeof nothing {
  if (latest === null) return html`<p class="small muted">${words().sources.noValues}</p>`;
  const known = Object.keys(latest.values).filter(isQuantityId);
  const main = known.find(id => id === 'powerW') ?? known[0];
  const value = main === undefined ? undefined : latest.values[main];
  return main === undefined || value === undefined
    ? nothing
    : html`<p class="number"><span class="muted small">${quantityName(main)}</span> ${valueText(main, value)}</p>`;
}

customElements.define('jg-source-meters', JgSourceMeters);
