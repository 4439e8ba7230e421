import { css, html, nothing, type SVGTemplateResult, svg, type TemplateResult } from 'lit';
import { formatNumber, formatText } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { basics } from '../styles.ts';
import { meterPageStyles, phaseStyles } from './meter-page-styles.ts';
import { oldNote } from './old-values.ts';
import type { Phasor, PhasorPicture } from './phasors.ts';

const voltageRadius = 92;
const currentRadius = 62;

/** L1 points up, and angles grow against the clock: L2 follows to the right. */
const place = (degrees: number, radius: number): readonly [x: number, y: number] => {
  const turned = (degrees * Math.PI) / 180;
  return [-Math.sin(turned) * radius, -Math.cos(turned) * radius];
};

/** Voltages and currents of the phases as arrows, with what is measured and what is assumed in words. */
export class JgPhasors extends JgElement {
  static override properties = { picture: { attribute: false }, old: { attribute: false } };
  static override styles = [
    basics,
    meterPageStyles,
    phaseStyles,
    css`
      .both {
        display: grid;
        gap: 1rem;
      }
      svg {
        display: block;
        width: 100%;
        max-width: 22rem;
        margin: 0 auto;
      }
      .ring {
        fill: none;
        stroke: var(--jg-border);
      }
      .axis {
        stroke: var(--jg-border);
        stroke-dasharray: 2 4;
      }
      .voltage {
        stroke: var(--phase);
        stroke-width: 2.5;
      }
      .current {
        stroke: var(--phase);
        stroke-width: 4;
        stroke-dasharray: 5 3;
      }
      .tip {
        fill: var(--phase);
      }
      text {
        font-size: 10px;
        fill: var(--jg-text);
        text-anchor: middle;
        dominant-baseline: central;
      }
      @media (max-width: 40rem) {
        :is(th, td) {
          padding-inline: 0.25rem;
          font-size: 0.8125rem;
        }
        :is(th, td):first-child {
          padding-left: 0;
        }
        :is(th, td):last-child {
          padding-right: 0;
        }
      }
      .notes {
        display: grid;
        gap: 0.25rem;
      }
    `,
  ];

  declare picture: PhasorPicture;
  /** How old it is, where it is not of now; else null. */
  declare old: string | null;

  protected override render(): TemplateResult {
    const { phasors: text } = words().meterPage;
    return html`<section class="panel" aria-labelledby="phasors">
      <h2 id="phasors">${text.title}</h2>
      ${oldNote(this.old)}
      <div class="both">${this.#drawing()} ${this.#table()}</div>
      ${this.#notes()}
    </section>`;
  }

  #drawing(): TemplateResult {
    const { phasors } = this.picture;
    const mostV = Math.max(...phasors.map(({ voltageV }) => voltageV));
    const mostA = Math.max(...phasors.map(({ currentA }) => currentA ?? 0));
    return html`<svg viewBox="-112 -112 224 224" role="img" aria-label=${words().meterPage.phasors.label}>
      ${svg`<circle class="ring" r=${voltageRadius}></circle><circle class="ring" r=${currentRadius}></circle>
      <path class="axis" d="M0 -108V108M-108 0H108"></path>
      ${phasors.map(phasor => this.#voltage(phasor, mostV))}
      ${phasors.map(phasor => this.#current(phasor, mostA))}`}
    </svg>`;
  }

  #voltage({ phase, voltageV, voltageDegrees }: Phasor, mostV: number): SVGTemplateResult {
    const radius = (voltageV / mostV) * voltageRadius;
    const [labelX, labelY] = place(voltageDegrees, voltageRadius + 12);
    return svg`<g class=${phase ?? 'single'}>${arrow('voltage', voltageDegrees, radius)}
      <text x=${labelX} y=${labelY}>${phase === null ? 'U' : `U${phase.slice(1)}`}</text></g>`;
  }

  #current({ phase, currentA, currentDegrees }: Phasor, mostA: number): SVGTemplateResult | typeof nothing {
    if (currentA === null || currentDegrees === null || mostA === 0) return nothing;
    const radius = Math.max((currentA / mostA) * currentRadius, 10);
    // Beside its tip, where the voltage's arrow of the same direction does not run through it.
    const [labelX, labelY] = place(currentDegrees - 12, radius + 2);
    return svg`<g class=${phase ?? 'single'}>${arrow('current', currentDegrees, radius)}
      <text x=${labelX} y=${labelY}>${phase === null ? 'I' : `I${phase.slice(1)}`}</text></g>`;
  }

  #table(): TemplateResult {
    const { phasors: text } = words().meterPage;
    const { phasors } = this.picture;
    return html`<div class="scroll" tabindex="0" role="region" aria-label=${text.title}><table class="small">
      <thead>
        <tr>
          <th scope="col">${text.phase}</th>
          <th scope="col">${text.voltages}</th>
          ${phasors.length > 1 ? html`<th scope="col">${text.angle}</th>` : nothing}
          <th scope="col">${text.currents}</th>
          <th scope="col">${text.lag}</th>
        </tr>
      </thead>
      <tbody>
        ${phasors.map(
          each => html`<tr>
            <th scope="row">${each.phase ?? text.single}</th>
            <td>${formatText(each.voltageV, 'V', locale())}</td>
            ${phasors.length > 1 ? html`<td>${degrees(each.voltageDegrees)}</td>` : nothing}
            <td>${formatText(each.currentA, 'A', locale())}</td>
            <td>${lagText(each)}</td>
          </tr>`,
        )}
      </tbody>
    </table></div>`;
  }

  #notes(): TemplateResult {
    const { phasors: text } = words().meterPage;
    const { voltages, currents, isLagAssumed } = this.picture;
    const notes = [
      ...(voltages === 'single' ? [] : [text.from[voltages]]),
      ...(currents === null ? [] : [text.currentFrom[currents]]),
      ...(isLagAssumed ? [text.lagAssumed] : []),
      text.lengths,
    ];
    return html`<ul class="notes small muted">${notes.map(note => html`<li>${note}</li>`)}</ul>`;
  }
}

const degrees = (value: number): string => `${formatNumber(value, locale(), 0)}°`;

function lagText({ currentA, lagDegrees }: Phasor): string {
  const { phasors } = words().meterPage;
  if (lagDegrees === null) return currentA === 0 ? phasors.noCurrent : '–';
  if (Math.abs(lagDegrees) < 0.5) return phasors.inStep;
  return lagDegrees > 0 ? phasors.lags(degrees(lagDegrees)) : phasors.leads(degrees(-lagDegrees));
}

function arrow(name: string, at: number, radius: number): SVGTemplateResult {
  const [x, y] = place(at, Math.max(radius - 6, 0));
  return svg`<line class=${name} x1="0" y1="0" x2=${x} y2=${y}></line>
    <path class="tip" d="M0 ${-radius}l4.5 10h-9Z" transform="rotate(${-at})"></path>`;
}

customElements.define('jg-phasors', JgPhasors);
