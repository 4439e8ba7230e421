import { css, html, nothing, svg, type TemplateResult } from 'lit';
import { formatText } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import type { Flow } from '../site/balance.ts';
import { type FlowColour, type MeterColour, meterColourStyles } from '../site/meter-colours.ts';
import { basics } from '../styles.ts';

const length = 1000;
const mostLoads = 6;

/** A flow with the name and colour it is shown by. */
interface Part extends Flow {
  readonly name: string;
  readonly colour: FlowColour;
}

/** One side of the balance as a bar of parts and their list. `wholeW` is the length of the bar in watts. */
export class JgBalance extends JgElement {
  static override properties = {
    heading: { attribute: false },
    flows: { attribute: false },
    wholeW: { attribute: false },
    names: { attribute: false },
    colours: { attribute: false },
    side: { attribute: false },
  };
  static override styles = [
    basics,
    meterColourStyles,
    css`
      h3 {
        font-size: 0.875rem;
        font-weight: 500;
        color: var(--jg-muted);
      }
      svg {
        display: block;
        width: 100%;
        height: 0.875rem;
        border-radius: 0.4375rem;
        background: var(--jg-sunken);
        margin: 0.5rem 0 0.75rem;
      }
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 0.375rem 1.25rem;
      }
      li {
        display: flex;
        align-items: center;
        gap: 0.5rem;
        font-size: 0.9375rem;
      }
      .dot {
        width: 0.625rem;
        height: 0.625rem;
        border-radius: 3px;
        flex: none;
      }
      .amount {
        font-weight: 600;
      }
      rect {
        fill: var(--jg-colour);
      }
      .dot {
        background: var(--jg-colour);
      }
    `,
  ];

  declare heading: string;
  declare flows: readonly Flow[];
  declare wholeW: number;
  declare names: ReadonlyMap<string, string>;
  declare colours: ReadonlyMap<string, MeterColour>;
  declare side: 'sources' | 'uses';

  #part(flow: Flow): Part {
    const isFeedIn = flow.kind === 'grid' && this.side === 'uses';
    const name = flow.key === null ? words().now.rest : (this.names.get(flow.key) ?? flow.key);
    return {
      ...flow,
      name: flow.kind === 'grid' ? this.#gridName(name) : name,
      colour: isFeedIn ? 'feed' : ((flow.key === null ? null : this.colours.get(flow.key)) ?? 'rest'),
    };
  }

  /** The grid by what it does here; with its meter's name where there are several. */
  #gridName(meter: string): string {
    const { now, structure } = words();
    const isFeedIn = this.side === 'uses';
    const isOnly = this.flows.filter(({ kind }) => kind === 'grid').length === 1;
    if (isOnly) return isFeedIn ? now.feedIn : now.grid;
    return isFeedIn ? structure.flows.feedOf(meter) : structure.flows.gridOf(meter);
  }

  /** Of many loads the smallest are one part, as nobody would find them. */
  #parts(): Part[] {
    const loads = this.flows
      .filter(({ kind }) => kind === 'load')
      .toSorted((a, b) => b.powerW - a.powerW)
      .slice(mostLoads);
    const few = loads.length < 2 ? [] : loads;
    const parts = this.flows.filter(flow => !few.includes(flow)).map(flow => this.#part(flow));
    if (few.length === 0) return parts;
    const powerW = few.reduce((sum, flow) => sum + flow.powerW, 0);
    const name = words().home.flow.more(few.length);
    return [...parts, { key: null, kind: 'load', powerW, name, colour: 'rest' }];
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.flows.length === 0) return nothing;
    const parts = this.#parts();
    let startX = 0;
    const bars = parts.map(({ powerW, colour }) => {
      const x = startX;
      const width = (powerW / Math.max(this.wholeW, 1e-9)) * length;
      startX += width;
      return svg`<rect class=${colour} x=${x} width=${Math.max(0, width - 3)} height="10"></rect>`;
    });
    return html`<h3>${this.heading}</h3>
      <svg viewBox="0 0 ${length} 10" preserveAspectRatio="none" aria-hidden="true">${bars}</svg>
      <ul>
        ${parts.map(
          ({ name, powerW, colour }) => html`<li>
            <span class="dot ${colour}"></span><span class="muted">${name}</span>
            <span class="amount number">${formatText(powerW, 'W', locale())}</span>
          </li>`,
        )}
      </ul>`;
  }
}

customElements.define('jg-balance', JgBalance);
