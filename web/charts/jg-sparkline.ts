import {
  css,
  html,
  nothing,
  type PropertyValues,
  type SVGTemplateResult,
  svg,
  type TemplateResult,
} from 'lit';
import type { Unit } from '#core/quantities.ts';
import type { Readings } from '../../host/api/contract.ts';
import { api } from '../api.ts';
import { formatText } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { RequestError } from '../request-error.ts';
import { Seen } from '../seen.ts';
import { hostNow } from '../site/clock.ts';
import { basics } from '../styles.ts';
import { type Spark, sparkOf } from './spark-path.ts';

const hourMs = 3_600_000;
const refreshMs = 30_000;
const points = 180;
/** A line's height stands for this many watts at least. */
const leastW = 10;
const box = { width: 300, height: 56 };

/** The last hour of one series as a small line, asked for again every half minute while it can be seen. */
export class JgSparkline extends JgElement {
  static override properties = {
    series: { attribute: false },
    unit: { attribute: false },
    heading: { attribute: false },
    isSigned: { attribute: false },
    readings: { state: true },
  };
  static override styles = [
    basics,
    css`
      /* What is drawn anew between pressing and letting go would swallow the click of the link around it. */
      :host {
        pointer-events: none;
      }
      svg {
        display: block;
        width: 100%;
        height: var(--jg-spark-height, 3.5rem);
        overflow: hidden;
      }
      .line {
        fill: none;
        stroke: var(--jg-spark, var(--jg-grid));
        stroke-width: 1.5;
        stroke-linejoin: round;
        stroke-linecap: round;
        vector-effect: non-scaling-stroke;
      }
      .below .line {
        stroke: var(--jg-feed);
      }
      .below .area {
        fill: var(--jg-feed);
      }
      .area {
        fill: var(--jg-spark, var(--jg-grid));
        opacity: 0.12;
      }
      .head {
        display: flex;
        justify-content: space-between;
        gap: 1rem;
        margin-bottom: 0.5rem;
      }
      .zero {
        stroke: var(--jg-border);
        vector-effect: non-scaling-stroke;
      }
      p {
        display: grid;
        place-items: center;
        height: var(--jg-spark-height, 3.5rem);
      }
    `,
  ];

  declare series: string;
  declare unit: Unit;
  /** With a heading, lowest and highest are told beside it. */
  declare heading: string | null;
  /** What lies below zero has the colour of feeding in. */
  declare isSigned: boolean;
  declare readings: Readings | null;
  #toMs = 0;
  readonly #seen = new Seen(this, () => void this.#load());
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.series = '';
    this.unit = 'W';
    this.heading = null;
    this.isSigned = false;
    this.readings = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => void this.#load(), refreshMs);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('series')) void this.#load();
  }

  async #load(): Promise<void> {
    if (this.series === '' || document.hidden || !this.#seen.isSeen) return;
    const toMs = hostNow();
    try {
      const readings = await api.readings(this.series, Math.round(toMs - hourMs), Math.round(toMs), points);
      this.#toMs = toMs;
      this.readings = readings;
    } catch (error) {
      // The next round asks again; that the host is away is said at the top of the page.
      if (!(error instanceof RequestError)) throw error;
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.readings === null) return html`<p></p>`;
    const { width, height } = box;
    const spark = sparkOf(
      this.readings,
      this.#toMs - hourMs,
      this.#toMs,
      width,
      height,
      this.unit === 'W' ? leastW : 0,
    );
    const { meters } = words();
    if (spark === null) return html`<p class="small muted">${meters.noHour}</p>`;
    const [low, high] = [spark.low, spark.high].map(value => formatText(value, this.unit, locale()));
    const label = meters.sparkline(low ?? '', high ?? '');
    return html`${
      this.heading === null
        ? nothing
        : html`<div class="head small muted"><span>${this.heading}</span><span class="number">${low} … ${high}</span></div>`
    }
    <svg role="img" aria-label=${label} viewBox="0 0 ${width} ${height}" preserveAspectRatio="none">
      ${svg`<line class="zero" x1="0" x2=${width} y1=${spark.zeroY} y2=${spark.zeroY}></line>
      ${this.isSigned ? this.#twoTone(spark) : this.#line(spark)}`}
    </svg>`;
  }

  #line({ area, line }: Spark): SVGTemplateResult {
    return svg`<path class="area" d=${area}></path><path class="line" d=${line}></path>`;
  }

  #twoTone(spark: Spark): SVGTemplateResult {
    const { width, height } = box;
    return svg`<clipPath id="above"><rect width=${width} height=${spark.zeroY}></rect></clipPath>
      <clipPath id="below"><rect y=${spark.zeroY} width=${width} height=${height - spark.zeroY}></rect></clipPath>
      <g clip-path="url(#above)">${this.#line(spark)}</g>
      <g class="below" clip-path="url(#below)">${this.#line(spark)}</g>`;
  }
}

customElements.define('jg-sparkline', JgSparkline);
