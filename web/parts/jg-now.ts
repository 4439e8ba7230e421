import { css, html, nothing, type TemplateResult } from 'lit';
import type { Meter } from '../../host/api/contract.ts';
import { type Balance, balanceOf, type Flow } from '../balance.ts';
import '../charts/jg-sparkline.ts';
import { formatText, formatValue } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { basics } from '../styles.ts';
import './jg-balance.ts';

/** Below this a meter's own error is larger than what it shows. */
const idleW = 5;

const sumOf = (flows: readonly Flow[]): number => flows.reduce((sum, flow) => sum + flow.powerW, 0);

/** What flows at this moment: one large number for the grid, where it comes from and where it goes, and today. */
export class JgNow extends JgElement {
  static override properties = { meters: { attribute: false }, nowMs: { attribute: false } };
  static override styles = [
    basics,
    css`
      section {
        display: grid;
        grid-template-columns: minmax(0, 5fr) minmax(0, 7fr);
        gap: 2rem 3rem;
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
      .flows {
        display: grid;
        align-content: center;
        gap: 1.5rem;
      }
      .today {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem 2rem;
        margin-top: 1.25rem;
      }
      .today dt {
        font-size: 0.875rem;
        color: var(--jg-muted);
      }
      .today dd {
        font-size: 1.25rem;
        font-weight: 600;
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
        ${this.#number(balance, grid)} ${grid === undefined ? nothing : this.#today(grid)}
      </div>
      <div class="flows">${this.#flows(balance)}</div>
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
      ${isKnown && grid !== undefined ? html`<p class="small muted">${now.gridMeter(grid.name)}</p>` : nothing}`;
  }

  #meaning(powerW: number | null, grid: Meter | undefined): readonly [kind: string, meaning: string] {
    const { now } = words();
    if (grid === undefined) return ['in', now.consumption];
    if (powerW === null) return ['unknown', now.unknown];
    if (Math.abs(powerW) < idleW) return ['idle', now.idle];
    return powerW > 0 ? ['in', now.fromGrid] : ['out', now.toGrid];
  }

  #today({ today }: Meter): TemplateResult | typeof nothing {
    if (today.importWh === null && today.exportWh === null) return nothing;
    const { now } = words();
    const entry = (name: string, wh: number | null) =>
      wh === null
        ? nothing
        : html`<div><dt>${name}</dt><dd class="number">${formatText(wh, 'Wh', locale())}</dd></div>`;
    return html`<dl class="today">${entry(now.taken, today.importWh)}${entry(now.fedIn, today.exportWh)}</dl>`;
  }

  #flows({ sources, uses, absent, gridW }: Balance): TemplateResult {
    const { now } = words();
    const names = new Map(this.meters.map(meter => [meter.key, meter.name]));
    const wholeW = Math.max(sumOf(sources), sumOf(uses));
    const side = (heading: string, flows: readonly Flow[], which: 'sources' | 'uses') => html`<jg-balance
      .heading=${heading}
      .flows=${flows}
      .wholeW=${wholeW}
      .names=${names}
      .side=${which}
    ></jg-balance>`;
    const absentNames = absent.map(key => names.get(key) ?? key).join(', ');
    return html`${gridW === null ? nothing : side(now.comesFrom, sources, 'sources')} ${side(now.goesTo, uses, 'uses')}
    ${absent.length === 0 ? nothing : html`<p class="small muted">${now.absent(absentNames)}</p>`}`;
  }
}

customElements.define('jg-now', JgNow);
