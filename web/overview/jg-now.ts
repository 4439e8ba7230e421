import { css, html, nothing, type TemplateResult } from 'lit';
import type { Meter } from '../../host/api/contract.ts';
import { type Balance, balanceOf, type Flow, rolesOf } from '../site/balance.ts';
import { toldApart } from '../site/told-apart.ts';
import '../charts/jg-sparkline.ts';
import { formatValue } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { meterColours } from '../site/meter-colours.ts';
import { basics } from '../styles.ts';
import './jg-balance.ts';
import './jg-flow.ts';

/** Below this a meter's own error is larger than what it shows. */
const idleW = 5;

const sumOf = (flows: readonly Flow[]): number => flows.reduce((sum, flow) => sum + flow.powerW, 0);

/** What flows at this moment: one large number for the grid, a picture, and where it comes from and where it goes. */
export class JgNow extends JgElement {
  static override properties = { meters: { attribute: false }, nowMs: { attribute: false } };
  static override styles = [
    basics,
    css`
      section {
        display: grid;
        grid-template-columns: minmax(0, 4fr) minmax(0, 8fr);
        gap: 1.75rem 2.5rem;
        padding: clamp(1.25rem, 3vw, 2rem);
      }
      h2 {
        font-size: 0.9375rem;
        font-weight: 500;
        color: var(--jg-muted);
      }
      .power {
        font-size: clamp(3rem, 8vw, 4.5rem);
        font-weight: 650;
        letter-spacing: -0.035em;
        line-height: 1.1;
        margin: 0.25rem 0 0;
        white-space: nowrap;
      }
      .power .unit {
        font-size: 0.4em;
        letter-spacing: 0;
        margin-left: 0.3em;
      }
      .meaning {
        font-size: 1.125rem;
        font-weight: 500;
        color: var(--jg-grid);
      }
      .meaning.out {
        color: var(--jg-feed);
      }
      .meaning.idle,
      .meaning.unknown {
        color: var(--jg-muted);
      }
      .bars {
        grid-column: 1 / -1;
        display: grid;
        gap: 1rem;
      }
      jg-flow {
        align-self: center;
      }
      .hour {
        grid-column: 1 / -1;
      }
      .hour jg-sparkline {
        --jg-spark-height: 5rem;
      }
      @media (max-width: 52rem) {
        section {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  declare meters: readonly Meter[];
  declare nowMs: number;

  protected override render(): TemplateResult | typeof nothing {
    const balance = balanceOf(this.meters, this.nowMs);
    const grid = this.meters.find(meter => meter.key === balance.gridKey);
    if (grid === undefined && balance.uses.length === 0) return nothing;
    const { now } = words();
    return html`<section class="panel" aria-labelledby="now">
      <div>
        <h2 id="now">${now.title}</h2>
        ${this.#number(balance, grid)}
      </div>
      <jg-flow .balance=${balance} .meters=${this.meters}></jg-flow>
      <div class="bars">${this.#flows(balance)}</div>
      ${
        grid === undefined || grid.lastWindowMs === null
          ? nothing
          : html`<div class="hour">
            <jg-sparkline .series=${`${grid.key}.powerW`} .unit=${'W'} .heading=${now.lastHour} .isSigned=${true}></jg-sparkline>
          </div>`
      }
    </section>`;
  }

  #number({ gridW, uses }: Balance, grid: Meter | undefined): TemplateResult {
    const { now } = words();
    const isKnown = grid === undefined || gridW !== null;
    const powerW = grid === undefined ? sumOf(uses) : gridW;
    const shown = formatValue(powerW === null ? null : Math.abs(powerW), 'W', locale());
    const [kind, meaning] = this.#meaning(powerW, grid);
    return html`<p class="power number">${shown.number}<span class="unit">${shown.unit}</span></p>
      <p class="meaning ${kind}">${meaning}</p>
      ${isKnown && grid !== undefined ? html`<p class="small muted">${now.gridMeter(this.#gridNames())}</p>` : nothing}`;
  }

  /** The number is the sum of all meters at the grid. */
  #gridNames(): string {
    const roles = rolesOf(this.meters);
    const names = toldApart(this.meters)
      .filter(({ key }) => roles.get(key) === 'grid')
      .map(({ name }) => name);
    return new Intl.ListFormat(locale()).format(names);
  }

  #meaning(powerW: number | null, grid: Meter | undefined): readonly [kind: string, meaning: string] {
    const { now } = words();
    if (grid === undefined) return ['in', now.consumption];
    if (powerW === null) return ['unknown', now.unknown];
    if (Math.abs(powerW) < idleW) return ['idle', now.idle];
    return powerW > 0 ? ['in', now.fromGrid] : ['out', now.toGrid];
  }

  #flows({ sources, uses, absent, gridW }: Balance): TemplateResult {
    const { now } = words();
    const names = new Map(toldApart(this.meters).map(meter => [meter.key, meter.name]));
    const colours = meterColours(this.meters);
    const wholeW = Math.max(sumOf(sources), sumOf(uses));
    const side = (heading: string, flows: readonly Flow[], which: 'sources' | 'uses') => html`<jg-balance
      .heading=${heading}
      .flows=${flows}
      .wholeW=${wholeW}
      .names=${names}
      .colours=${colours}
      .side=${which}
    ></jg-balance>`;
    const absentNames = absent.map(key => names.get(key) ?? key).join(', ');
    return html`${gridW === null ? nothing : side(now.comesFrom, sources, 'sources')} ${side(now.goesTo, uses, 'uses')}
    ${absent.length === 0 ? nothing : html`<p class="small muted">${now.absent(absentNames)}</p>`}`;
  }
}

customElements.define('jg-now', JgNow);
