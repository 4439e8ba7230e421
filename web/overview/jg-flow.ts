import { html, type SVGTemplateResult, svg, type TemplateResult } from 'lit';
import type { Meter } from '../../host/api/contract.ts';
import { formatText } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { type IconName, icon } from '../parts/icons.ts';
import { type Balance, rolesOf } from '../site/balance.ts';
import { meterColourStyles, meterColours } from '../site/meter-colours.ts';
import { toldApart } from '../site/told-apart.ts';
import { basics } from '../styles.ts';
import {
  curveOf,
  type Drawing,
  drawingOf,
  type FlowPart,
  type FlowPicture,
  type Place,
  pictureOf,
} from './flow-picture.ts';
import { flowStyles } from './flow-styles.ts';

/** Narrower than this, what flows is drawn from above to below. */
const tallBelowPx = 520;
const mostLoads = { wide: 4, tall: 2 } as const;
const longestName = { wide: 22, tall: 13 } as const;
/** Below this a meter's own error is larger than what it shows. */
const idleW = 5;
const [briskW, fastW] = [500, 3000];

const icons: Readonly<Record<FlowPart['kind'], IconName>> = Object.freeze({
  solar: 'sun',
  grid: 'grid',
  battery: 'battery',
  load: 'load',
  rest: 'load',
  more: 'load',
});

const isMoving = (part: FlowPart): part is FlowPart & { readonly powerW: number } =>
  part.powerW !== null && Math.abs(part.powerW) >= idleW;

const shortened = (name: string, most: number): string =>
  name.length > most ? `${name.slice(0, most - 1).trimEnd()}…` : name;

/** Where power flows at this moment, as a picture: dots run along each line, which tells its power. */
export class JgFlow extends JgElement {
  static override properties = {
    balance: { attribute: false },
    meters: { attribute: false },
    isTall: { state: true },
  };
  static override styles = [basics, meterColourStyles, flowStyles];

  declare balance: Balance;
  declare meters: readonly Meter[];
  declare isTall: boolean;
  #observer: ResizeObserver | undefined;

  constructor() {
    super();
    this.isTall = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) this.isTall = entry.contentRect.width < tallBelowPx;
    });
    this.#observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
  }

  protected override render(): TemplateResult {
    const most = mostLoads[this.isTall ? 'tall' : 'wide'];
    const { meters, balance } = this;
    const picture = pictureOf(balance, toldApart(meters), rolesOf(meters), meterColours(meters), most);
    const drawing = drawingOf(picture, this.isTall);
    const { width, height, house } = drawing;
    const sources = picture.sources.flatMap((part, index) => {
      const place = drawing.sources[index];
      return place === undefined ? [] : this.#part(part, place, drawing, 'source');
    });
    const loads = picture.loads.flatMap((part, index) => {
      const place = drawing.loads[index];
      return place === undefined ? [] : this.#part(part, place, drawing, 'load');
    });
    return html`<svg
      class="picture ${this.isTall ? 'tall' : 'wide'}"
      viewBox="0 0 ${width} ${height}"
      role="img"
      aria-label=${this.#label(picture)}
    >${svg`${sources}${loads}${this.#house(picture, house)}`}</svg>`;
  }

  #text(powerW: number | null): string {
    return powerW === null ? words().home.flow.unknown : formatText(Math.abs(powerW), 'W', locale());
  }

  #name({ kind, name, count }: FlowPart): string {
    const { flow } = words().home;
    if (kind === 'load') return name ?? '';
    return kind === 'more' ? flow.more(count) : flow[kind];
  }

  /** The whole picture in words. */
  #label({ sources, houseW, loads }: FlowPicture): string {
    const { flow } = words().home;
    const parts = [...sources, ...loads].map(part => {
      const name = this.#name(part);
      if (part.powerW === null) return flow.noValue(name);
      return (part.powerW < 0 ? flow.to : flow.from)(name, this.#text(part.powerW));
    });
    return `${flow.label}: ${[flow.used(this.#text(houseW)), ...parts].join(', ')}`;
  }

  #house({ houseW, sources }: FlowPicture, { x, y, radius }: Place): SVGTemplateResult {
    const { flow } = words().home;
    return svg`<g class="house ${houseW === null ? 'unknown' : ''}">
      <circle class="node" cx=${x} cy=${y} r=${radius}></circle>
      <g class="icon" transform="translate(${x - 11} ${y - 37})">${icon('overview', 22)}</g>
      <text class="power" x=${x} y=${y + 9}>${houseW === null ? '?' : this.#text(houseW)}</text>
      <text class="name" x=${x} y=${y + 28}>${sources.length === 0 ? flow.metered : flow.house}</text>
    </g>`;
  }

  #part(part: FlowPart, place: Place, drawing: Drawing, side: 'source' | 'load'): SVGTemplateResult {
    const { isTall, house } = drawing;
    const { x, y, radius } = place;
    // Curves meet at the house: labels stand nearer to the other end.
    const isFromHouse = part.powerW === null ? side === 'load' : part.powerW < 0;
    const [from, to] = isFromHouse ? [house, place] : [place, house];
    const nearPart = isTall ? (side === 'source' ? 0.42 : 0.2) : side === 'source' ? 0.5 : 0.36;
    const curve = curveOf(from, to, isTall, isFromHouse ? 1 - nearPart : nearPart);
    const size = side === 'source' ? 24 : 20;
    return svg`<g class="${part.colour} ${motionOf(part)}">
      <path class="line" d=${curve.path}></path>
      ${isMoving(part) ? svg`<path class="dots" d=${curve.path}></path>${this.#arrow(to, from, isTall)}` : ''}
      <circle class="node" cx=${x} cy=${y} r=${radius}></circle>
      <g class="icon" transform="translate(${x - size / 2} ${y - size / 2})">${icon(icons[part.kind], size)}</g>
      ${this.#words(part, place, isTall, side)}
      <text class="power" x=${curve.labelX} y=${curve.labelY + (isTall ? 5 : -6)}>${this.#text(part.powerW)}</text>
    </g>`;
  }

  #words(
    part: FlowPart,
    { x, y, radius }: Place,
    isTall: boolean,
    side: 'source' | 'load',
  ): SVGTemplateResult {
    const name = shortened(this.#name(part), longestName[isTall ? 'tall' : 'wide']);
    if (!isTall && side === 'load') {
      return svg`<text class="name beside" x=${x + radius + 8} y=${y + 5}>${name}</text>`;
    }
    if (isTall && side === 'source') return svg`<text class="name" x=${x} y=${y - radius - 8}>${name}</text>`;
    return svg`<text class="name" x=${x} y=${y + radius + 18}>${name}${this.#doing(part)}</text>`;
  }

  /** What a battery or the grid does, in a word, for whom dots and colours say nothing. */
  #doing(part: FlowPart): string {
    const { flow } = words().home;
    if (!isMoving(part)) return '';
    if (part.kind === 'battery') return ` · ${part.powerW < 0 ? flow.charging : flow.discharging}`;
    return part.kind === 'grid' && part.powerW < 0 ? ` · ${flow.feedingIn}` : '';
  }

  /** A small head where the line arrives, so that its direction is seen without motion. */
  #arrow(to: Place, from: Place, isTall: boolean): SVGTemplateResult {
    const sign = isTall ? Math.sign(from.y - to.y) : Math.sign(from.x - to.x);
    const [x, y] = isTall ? [to.x, to.y + sign * (to.radius + 1)] : [to.x + sign * (to.radius + 1), to.y];
    const d = isTall ? `M${x} ${y}l-6 ${sign * 9}h12Z` : `M${x} ${y}l${sign * 9} -6v12Z`;
    return svg`<path class="arrow" d=${d}></path>`;
  }
}

function motionOf(part: FlowPart): string {
  if (part.powerW === null) return 'unknown';
  if (!isMoving(part)) return 'still';
  const powerW = Math.abs(part.powerW);
  return powerW < briskW ? 'slow' : powerW < fastW ? 'brisk' : 'fast';
}

customElements.define('jg-flow', JgFlow);
