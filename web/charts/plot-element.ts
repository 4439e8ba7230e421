import { css, html, type PropertyValues, type TemplateResult, unsafeCSS } from 'lit';
import type uPlot from 'uplot';
import plotStyles from 'uplot/dist/uPlot.min.css?inline';
import { locale } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import type { Span } from '../ranges.ts';
import { basics } from '../styles.ts';
import { onTheme } from '../theme.ts';

/** What every chart on a canvas shares: it follows its width, the theme and the language, and is made anew for them. */
export abstract class PlotElement extends JgElement {
  static override styles = [
    basics,
    unsafeCSS(plotStyles),
    css`
      .plot {
        min-height: var(--jg-plot-height);
        /* A finger pans the page up and down; sideways it reads values. */
        touch-action: pan-y;
      }
      .u-select {
        background: color-mix(in srgb, var(--jg-accent) 18%, transparent);
      }
      .u-hz .u-cursor-x {
        border-right: 1px solid var(--jg-control);
      }
    `,
  ];

  protected plot: uPlot | null = null;
  /** The one its axes are written in. */
  #locale = '';
  #forgetTheme: (() => void) | undefined;
  readonly #sizes = new ResizeObserver(() => this.#resized());

  /** Makes the plot; null where there is nothing to draw. */
  protected abstract make(target: HTMLElement, width: number): uPlot | null;

  /** Brings new data into the plot that is there. */
  protected abstract fill(plot: uPlot): void;

  /** Whether these changes need a new plot, not only new data. */
  protected abstract needsNew(changed: PropertyValues): boolean;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#forgetTheme = onTheme(() => this.#renew());
    this.#sizes.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#forgetTheme?.();
    this.#sizes.disconnect();
    this.#drop();
  }

  protected override updated(changed: PropertyValues): void {
    if (this.plot === null || this.#locale !== locale() || this.needsNew(changed)) this.#renew();
    else this.fill(this.plot);
  }

  protected override render(): TemplateResult {
    return html`<div class="plot"></div>`;
  }

  protected tellZoom(span: Span): void {
    this.tell('jg-zoom', span);
  }

  #drop(): void {
    this.plot?.destroy();
    this.plot = null;
  }

  #renew(): void {
    this.#drop();
    const target = this.renderRoot.querySelector<HTMLElement>('.plot');
    if (target === null || this.clientWidth === 0) return;
    this.#locale = locale();
    this.plot = this.make(target, this.clientWidth);
  }

  #resized(): void {
    const width = this.clientWidth;
    if (width === 0) return;
    if (this.plot === null) this.#renew();
    else if (this.plot.width !== width) this.plot.setSize({ width, height: this.plot.height });
  }
}
