import { css, html, nothing, type TemplateResult } from 'lit';
import { isQuantityId, quantities } from '#core/quantities.ts';
import { formatNumber } from '../format.ts';
import { locale, quantityName, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { basics } from '../styles.ts';
import { fold, foldStyles } from './fold.ts';
import { meterPageStyles } from './meter-page-styles.ts';
import { oldNote } from './old-values.ts';
import type { Values } from './phasors.ts';
import { currentUnbalance, type PowerFactor, powerFactors, voltageUnbalance } from './power-quality.ts';

/** Whether there is anything to tell of the quality. */
export const hasQuality = (values: Values): boolean =>
  voltageUnbalance(values) !== null || powerFactors(values).length > 0 || distortions(values).length > 0;

const distortions = (values: Values): string[] =>
  Object.keys(values).filter(id => id.startsWith('thd') && isQuantityId(id) && quantities[id].unit === '%');

const percent = (value: number): string => `${formatNumber(value, locale(), 2)}\u202f%`;

/** Unbalance, power factor and distortion as they are now, each with the rule it is computed by. */
export class JgPowerQuality extends JgElement {
  static override properties = { values: { attribute: false }, old: { attribute: false } };
  static override styles = [
    basics,
    meterPageStyles,
    foldStyles,
    css`
      .parts {
        display: grid;
        gap: 1.25rem;
      }
      dl {
        display: grid;
        gap: 0.5rem;
        margin-top: 0.375rem;
      }
      dl div {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 0 1rem;
        padding-top: 0.4375rem;
        border-top: 1px solid var(--jg-border);
      }
      .help {
        grid-column: 1 / -1;
      }
    `,
  ];

  declare values: Values;
  /** How old they are, where they are not of now; else null. */
  declare old: string | null;

  protected override render(): TemplateResult {
    const { quality } = words().meterPage;
    return html`<section class="panel" aria-labelledby="quality">
      ${fold(
        html`<h2 id="quality">${quality.title}</h2>`,
        nothing,
        false,
        html`<div class="parts">${oldNote(this.old)} ${this.#unbalance()} ${this.#factors()} ${this.#distortion()}</div>`,
      )}
    </section>`;
  }

  #unbalance(): TemplateResult | typeof nothing {
    const { quality } = words().meterPage;
    const voltage = voltageUnbalance(this.values);
    const current = currentUnbalance(this.values);
    if (voltage === null && current === null) return nothing;
    return html`<div>
      <h3>${quality.unbalance}</h3>
      <dl>
        ${
          voltage === null
            ? nothing
            : html`${row(quality.voltageSequence, percent(voltage.sequencePercent), quality.sequenceHelp[voltage.from])}
              ${row(quality.voltageDeviation, percent(voltage.deviationPercent), quality.deviationHelp[voltage.from])}`
        }
        ${current === null ? nothing : row(quality.current, percent(current), quality.currentHelp)}
      </dl>
    </div>`;
  }

  #factors(): TemplateResult | typeof nothing {
    const { quality } = words().meterPage;
    const factors = powerFactors(this.values);
    if (factors.length === 0) return nothing;
    const isUnknown = factors.some(({ side }) => side === null);
    const isComputed = factors.some(({ from }) => from === 'powers');
    const notes = [...(isUnknown ? [quality.sideUnknown] : []), ...(isComputed ? [quality.computed] : [])];
    const name = ({ phase }: PowerFactor) => phase ?? (factors.length > 1 ? quality.all : quality.factor);
    const value = ({ factor, side }: PowerFactor) =>
      [formatNumber(factor, locale(), 2), ...(side === null ? [] : [quality.sides[side]])].join(' ');
    return html`<div>
      <h3>${quality.factor}</h3>
      <dl>${factors.map(each => row(name(each), value(each)))}</dl>
      ${notes.map(note => html`<p class="small muted">${note}</p>`)}
    </div>`;
  }

  #distortion(): TemplateResult | typeof nothing {
    const { quality } = words().meterPage;
    const ids = distortions(this.values);
    if (ids.length === 0) return nothing;
    return html`<div>
      <h3>${quality.distortion}</h3>
      <dl>${ids.map(id => row(quantityName(id), percent(this.values[id] ?? 0)))}</dl>
      <p class="small muted">${quality.distortionHelp}</p>
    </div>`;
  }
}

const row = (name: string, value: string, help = ''): TemplateResult => html`<div>
  <dt>${name}</dt>
  <dd class="number">${value}</dd>
  ${help === '' ? nothing : html`<dd class="help small muted">${help}</dd>`}
</div>`;

customElements.define('jg-power-quality', JgPowerQuality);
