import { html, nothing, type SVGTemplateResult, svg, type TemplateResult } from 'lit';
import { formatAddress, meterAddress } from '../address.ts';
import { formatShare, formatText } from '../format.ts';
import { goTo } from '../go-to.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { type FlowColour, type MeterColour, meterColourStyles } from '../site/meter-colours.ts';
import { basics } from '../styles.ts';
import { flowName, shortFlowName } from './flow-names.ts';
import { flowStyles } from './flow-styles.ts';
import type { FlowKind, FlowNode, Flows } from './flows.ts';
import { type MeterTotals, stepsPerWh } from './meter-totals.ts';
import { isNarrow, layoutOf, type PlacedNode, type SankeyLayout } from './sankey-layout.ts';
import type { MeterTree } from './tree.ts';

/** What nobody measured singly is hatched, as what is missing is everywhere. */
const isOpen: ReadonlySet<FlowKind> = new Set(['rest', 'over', 'unmeasured']);

const letterWidth = 7;
/** So much of the time measured is all of it to the eye. */
const wholeShare = 0.995;

/** Flows of energy as bars and bands from left to right; a click on a meter's bar opens its page. */
export class JgFlowPicture extends JgElement {
  static override properties = {
    flows: { attribute: false },
    tree: { attribute: false },
    totals: { attribute: false },
    colours: { attribute: false },
    widthPx: { state: true },
  };
  static override styles = [basics, meterColourStyles, flowStyles];

  declare flows: Flows;
  declare tree: MeterTree;
  declare totals: ReadonlyMap<string, MeterTotals>;
  declare colours: ReadonlyMap<string, MeterColour>;
  declare widthPx: number;
  readonly #sizes = new ResizeObserver(([entry]) => {
    this.widthPx = Math.floor(entry?.contentRect.width ?? 0);
  });

  constructor() {
    super();
    this.widthPx = 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#sizes.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sizes.disconnect();
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.widthPx < 200) return nothing;
    const layout = layoutOf(this.flows, this.widthPx);
    return html`<svg
      class="picture"
      role="group"
      aria-label=${words().structure.flows.picture}
      viewBox="0 0 ${this.widthPx} ${layout.height}"
      height=${layout.height}
    >
      <defs>
        <pattern id="open" width="7" height="7" patternUnits="userSpaceOnUse">
          <rect class="open-ground" width="7" height="7"></rect>
          <path class="open-line" d="M-1.75 1.75l3.5-3.5M0 7l7-7M5.25 8.75l3.5-3.5"></path>
        </pattern>
      </defs>
      ${layout.links.map(({ from, to, path, width }) => {
        const end = from.kind === 'place' ? to : from;
        return svg`<path class="link ${this.#look(end)}" d=${path} stroke-width=${width}></path>`;
      })}
      ${layout.nodes.map(placed => this.#node(placed, layout))}
    </svg>`;
  }

  /** Classes of a node and of the band to it. */
  #look({ key, kind }: FlowNode): string {
    if (isOpen.has(kind)) return `open ${kind}`;
    const own: FlowColour | 'place' = key === null ? 'place' : (this.colours.get(key) ?? 'place');
    if (kind === 'grid' || kind === 'feed') return kind;
    const isTop = this.tree.tops.some(top => top.key === key);
    return kind === 'more' || (kind === 'place' && (isTop || key === null)) ? 'place' : own;
  }

  #node(placed: PlacedNode, layout: SankeyLayout): SVGTemplateResult {
    const { node, x, y, width, height } = placed;
    const content = svg`<rect class="bar ${this.#look(node)}" x=${x} y=${y} width=${width} height=${height} rx="2"></rect>
      ${this.#label(placed, layout)}`;
    if (node.key === null || node.kind === 'more') return svg`<g>${content}</g>`;
    const address = meterAddress(node.key);
    return svg`<a href=${formatAddress(address)} @click=${goTo(address)}>${content}</a>`;
  }

  #label({ node, x, y, width, height, column }: PlacedNode, { columns }: SankeyLayout): SVGTemplateResult {
    const name = flowName(node, this.tree);
    const amount = formatText(node.amount / stepsPerWh, 'Wh', locale());
    // On a narrow picture of many columns it is beside the sums and in the table alone.
    const share = isNarrow(this.widthPx) && columns > 3 ? '' : this.#share(node);
    const columnWidth = this.widthPx / Math.max(1, columns - 1);
    const called = (letters: number) =>
      shortened(name.length <= letters ? name : shortFlowName(node, this.tree), letters);
    const title = svg`<title>${name}</title>`;
    if (node.kind === 'place' && column > 0 && column < columns - 1) {
      const letters = Math.floor((columnWidth * 0.9) / letterWidth) - amount.length - share.length - 1;
      const isFirst = isNarrow(this.widthPx) && this.tree.tops.some(({ key }) => key === node.key);
      return svg`<text x=${x + width / 2} y=${isFirst ? 12 : y - 8} text-anchor="middle">${title}<tspan class="name">${called(letters)}</tspan> <tspan class="amount">${amount}</tspan>${this.#shareText(share)}</text>`;
    }
    const isRight = column === columns - 1;
    const textX = isRight ? x - 7 : x + width + 7;
    const middleY = y + height / 2;
    const room = isNarrow(this.widthPx) ? columnWidth - 26 : columnWidth * (columns > 2 ? 0.66 : 0.45);
    const letters = Math.floor(room / letterWidth);
    return svg`<text text-anchor=${isRight ? 'end' : 'start'}>${title}<tspan class="name" x=${textX} y=${middleY - 3}>${called(letters)}</tspan><tspan class="amount" x=${textX} y=${middleY + 13}>${amount}</tspan>${this.#shareText(share)}</text>`;
  }

  #shareText(share: string): SVGTemplateResult | typeof nothing {
    return share === '' ? nothing : svg`<tspan class="share">${share}</tspan>`;
  }

  /** How much of the time was measured, where it is not all. */
  #share({ key, kind }: FlowNode): string {
    const totals = key === null || isOpen.has(kind) || kind === 'more' ? undefined : this.totals.get(key);
    if (totals === undefined || totals.coverage >= wholeShare) return '';
    return ` · ${formatShare(totals.coverage, locale())}`;
  }
}

/** Names of devices can be long; the whole one is in the title. */
const shortened = (text: string, letters: number): string =>
  text.length <= Math.max(4, letters) ? text : `${text.slice(0, Math.max(3, letters - 1)).trimEnd()}…`;

customElements.define('jg-flow-picture', JgFlowPicture);
