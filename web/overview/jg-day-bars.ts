import { css, html, nothing, type PropertyValues, svg, type TemplateResult } from 'lit';
import { formatText, formatTicks, formatTime } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { meterColourStyles } from '../site/meter-colours.ts';
import { basics } from '../styles.ts';
import { type BarPart, drawBars, type HourBar } from './day-bars.ts';

const heightPx = 132;
const [leftPx, topPx, bottomPx] = [64, 10, 22];
/** Labels below are this far apart at least. */
const labelPx = 64;

const order: readonly BarPart[] = ['solar', 'battery', 'grid', 'feed'];

/** Energy of the day's hours: what was used by where it came from, what was fed in below. Gaps are hatched. */
export class JgDayBars extends JgElement {
  static override properties = {
    bars: { attribute: false },
    fromMs: { attribute: false },
    toMs: { attribute: false },
    zone: { attribute: false },
    widthPx: { state: true },
  };
  static override styles = [
    basics,
    meterColourStyles,
    css`
      svg {
        display: block;
        width: 100%;
      }
      rect {
        fill: var(--jg-colour);
      }
      rect.gap {
        fill: url('#hatch');
      }
      .hatch {
        stroke: var(--jg-control);
        stroke-width: 1;
      }
      .line {
        stroke: var(--jg-border);
      }
      .zero {
        stroke: var(--jg-control);
      }
      text {
        font-size: 12px;
        fill: var(--jg-muted);
        font-variant-numeric: tabular-nums;
      }
      .value {
        text-anchor: end;
      }
      .time {
        text-anchor: middle;
      }
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem 1.25rem;
        margin-bottom: 0.5rem;
      }
      li {
        display: inline-flex;
        align-items: center;
        gap: 0.4375rem;
      }
      i {
        width: 0.75rem;
        height: 0.75rem;
        border-radius: 3px;
        background: var(--jg-colour);
      }
      i.gap {
        border: 1px solid var(--jg-control);
        background: repeating-linear-gradient(-45deg, var(--jg-control) 0 1px, transparent 1px 4px);
      }
    `,
  ];

  declare bars: readonly HourBar[];
  declare fromMs: number;
  declare toMs: number;
  declare zone: string;
  declare widthPx: number;
  #observer: ResizeObserver | undefined;

  constructor() {
    super();
    this.widthPx = 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) this.widthPx = Math.floor(entry.contentRect.width);
    });
    this.#observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
  }

  protected override shouldUpdate(changed: PropertyValues): boolean {
    return changed.size > 0 && this.bars !== undefined;
  }

  protected override render(): TemplateResult {
    const { today } = words().home;
    const present = order.filter(part => this.bars.some(({ parts }) => (parts?.[part] ?? 0) > 0));
    const names = this.#names();
    return html`<ul class="small muted">
        ${present.map(part => html`<li><i class=${part}></i>${names[part]}</li>`)}
        ${this.bars.some(({ hasGap }) => hasGap) ? html`<li><i class="gap"></i>${today.noData}</li>` : nothing}
      </ul>
      ${this.widthPx > leftPx ? this.#picture() : nothing} ${this.#table(present)}`;
  }

  #names(): Readonly<Record<BarPart, string>> {
    const { fromSolar, fromBattery, fromGrid, fedIn } = words().home.today;
    return { solar: fromSolar, battery: fromBattery, grid: fromGrid, feed: fedIn };
  }

  #picture(): TemplateResult {
    const width = this.widthPx - leftPx;
    const { segments, zeroY, ticks } = drawBars(this.bars, this.fromMs, this.toMs, width, heightPx);
    const labels = formatTicks(
      ticks.map(({ wh }) => wh),
      'Wh',
      locale(),
    );
    const everyHours = [3, 6, 12].find(hours => (width / 24) * hours >= labelPx) ?? 12;
    return html`<svg
      aria-hidden="true"
      viewBox="0 0 ${this.widthPx} ${heightPx + topPx + bottomPx}"
      height=${heightPx + topPx + bottomPx}
    >
      ${svg`<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line class="hatch" y2="5"></line>
        </pattern></defs>
      <g transform="translate(${leftPx} ${topPx})">
        ${ticks.map(({ y }, index) => svg`<line class="line" x2=${width} y1=${y} y2=${y}></line><text class="value" x="-8" y=${y + 4}>${labels[index]}</text>`)}
        ${segments.map(({ colour, x, y, width: wide, height }) => svg`<rect class=${colour} x=${x} y=${y} width=${wide} height=${height}></rect>`)}
        <line class="zero" x2=${width} y1=${zeroY} y2=${zeroY}></line>
        ${this.bars
          .filter(({ startMs }) => this.#hourOf(startMs) % everyHours === 0)
          .map(
            ({ startMs }) =>
              svg`<text class="time" x=${((startMs - this.fromMs) / (this.toMs - this.fromMs)) * width} y=${heightPx + 17}>${formatTime(startMs, 'time', locale(), this.zone)}</text>`,
          )}
      </g>`}
    </svg>`;
  }

  #hourOf(atMs: number): number {
    return Number(
      new Intl.DateTimeFormat('en', { hour: 'numeric', hourCycle: 'h23', timeZone: this.zone }).format(atMs),
    );
  }

  /** The same for whom the picture says nothing. */
  #table(present: readonly BarPart[]): TemplateResult {
    const { today } = words().home;
    const names = this.#names();
    return html`<table class="visually-hidden">
      <caption>${today.chart}</caption>
      <thead><tr><th scope="col">${today.hour}</th>${present.map(part => html`<th scope="col">${names[part]}</th>`)}</tr></thead>
      <tbody>
        ${this.bars.map(
          ({ startMs, parts }) => html`<tr>
            <th scope="row">${formatTime(startMs, 'time', locale(), this.zone)}</th>
            ${present.map(part => html`<td>${parts === null ? today.noData : formatText(parts[part], 'Wh', locale())}</td>`)}
          </tr>`,
        )}
      </tbody>
    </table>`;
  }
}

customElements.define('jg-day-bars', JgDayBars);
