import { css, html, type PropertyValues, type TemplateResult, unsafeCSS } from 'lit';
import type uPlot from 'uplot';
import plotStyles from 'uplot/dist/uPlot.min.css?inline';
import { onTheme } from '../frame/theme.ts';
import { pannedBy, type Span, scaledAround } from '../history/ranges.ts';
import { locale } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { hostNow } from '../site/clock.ts';
import { basics } from '../styles.ts';
import { Gestures, type GestureUse } from './gestures.ts';

/** The picture moves: to be shown by all charts at once, and to be loaded when it `isDone`. */
export interface Moved {
  readonly span: Span;
  readonly isDone: boolean;
}

/**
 * What every chart on a canvas shares: it follows its width, the theme and the language, and is made anew for them; it
 * shows a span and what is chosen in it. Tells `jg-choose` (detail: Span), `jg-move` (detail: Moved), `jg-all` (a double
 * click) and `jg-read` (detail: moment in ms below the pointer, or null).
 */
export abstract class PlotElement extends JgElement {
  static override styles = [
    basics,
    unsafeCSS(plotStyles),
    css`
      .plot {
        min-height: var(--jg-plot-height);
        /* A finger pans the page up and down; sideways it chooses. */
        touch-action: pan-y;
        user-select: none;
        -webkit-user-select: none;
      }
      .u-axis {
        cursor: grab;
      }
      .u-hz .u-cursor-x {
        border-right: 1px solid var(--jg-control);
      }
      .chosen {
        position: absolute;
        top: 0;
        bottom: 0;
        background: color-mix(in srgb, var(--jg-accent) 16%, transparent);
        border-inline: 2px solid var(--jg-accent);
        pointer-events: none;
      }
    `,
  ];

  declare span: Span;
  declare chosen: Span | null;
  declare zone: string;
  protected plot: uPlot | null = null;
  /** The one its axes are written in. */
  #locale = '';
  #mark: HTMLElement | null = null;
  #gestures: Gestures | null = null;
  /** Where the picture was when a gesture began to move it. */
  #base: Span | null = null;
  #forgetTheme: (() => void) | undefined;
  readonly #sizes = new ResizeObserver(() => this.#resized());

  /** Makes the plot; null where there is nothing to draw. */
  protected abstract make(target: HTMLElement, width: number): uPlot | null;

  /** Brings new data into the plot that is there. */
  protected abstract fill(plot: uPlot): void;

  /** Whether these changes need a new plot, not only new data. */
  protected abstract needsNew(changed: PropertyValues): boolean;

  /** A click that is no drag. */
  protected clicked(_atMs: number): void {}

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
    if (this.plot === null || this.#locale !== locale() || changed.has('zone') || this.needsNew(changed)) {
      this.#renew();
      return;
    }
    // Sixty times a second while it is panned: what is drawn stays, it only moves.
    const isMoveAlone = [...changed.keys()].every(name => name === 'span' || name === 'chosen');
    if (!isMoveAlone) this.fill(this.plot);
    else if (changed.has('span')) this.plot.setScale('x', this.scaleX());
    this.#place(this.chosen);
  }

  protected override render(): TemplateResult {
    return html`<div class="plot"></div>`;
  }

  protected scaleX(): { min: number; max: number } {
    return { min: this.span.fromMs / 1000, max: this.span.toMs / 1000 };
  }

  #drop(): void {
    this.#gestures?.end();
    this.#gestures = null;
    this.#mark = null;
    this.plot?.destroy();
    this.plot = null;
  }

  #renew(): void {
    this.#drop();
    const target = this.renderRoot.querySelector<HTMLElement>('.plot');
    if (target === null || this.clientWidth === 0) return;
    this.#locale = locale();
    const plot = this.make(target, this.clientWidth);
    this.plot = plot;
    if (plot === null) return;
    this.#mark = document.createElement('div');
    this.#mark.className = 'chosen';
    plot.over.append(this.#mark);
    this.#gestures = new Gestures(plot.root, this.#uses(plot));
    this.#place(this.chosen);
  }

  #resized(): void {
    const width = this.clientWidth;
    if (width === 0) return;
    if (this.plot === null) this.#renew();
    else if (this.plot.width !== width) {
      this.plot.setSize({ width, height: this.plot.height });
      this.#place(this.chosen);
    }
  }

  /** Shows a stretch as chosen. */
  #place(chosen: Span | null): void {
    const { plot } = this;
    if (plot === null || this.#mark === null) return;
    const widthPx = plot.over.clientWidth;
    const px = (atMs: number) =>
      Math.min(
        widthPx,
        Math.max(0, ((atMs - this.span.fromMs) / (this.span.toMs - this.span.fromMs)) * widthPx),
      );
    const [left, right] = chosen === null ? [0, 0] : [px(chosen.fromMs), px(chosen.toMs)];
    this.#mark.hidden = right <= left;
    this.#mark.style.setProperty('left', `${left}px`);
    this.#mark.style.setProperty('width', `${right - left}px`);
  }

  #uses(plot: uPlot): GestureUse {
    const area = () => plot.over.getBoundingClientRect();
    const momentAt = (x: number, span: Span) => {
      const { left, width } = area();
      return span.fromMs + Math.min(1, Math.max(0, (x - left) / width)) * (span.toMs - span.fromMs);
    };
    const move = (span: Span, isDone: boolean) => {
      if (isDone) this.#base = null;
      this.tell<Moved>('jg-move', { span, isDone });
    };
    return {
      area,
      chose: (aX, bX, isDone) => {
        const [a, b] = [momentAt(aX, this.span), momentAt(bX, this.span)];
        const span = { fromMs: Math.min(a, b), toMs: Math.max(a, b) };
        this.#place(span);
        if (isDone) this.tell<Span>('jg-choose', span);
      },
      gaveUp: () => this.#place(this.chosen),
      moved: (byX, isDone) => {
        this.#base ??= this.span;
        const lengthMs = this.#base.toMs - this.#base.fromMs;
        move(pannedBy(this.#base, (-byX / area().width) * lengthMs, hostNow()), isDone);
      },
      scaled: (factor, aroundX, isDone) => {
        this.#base ??= this.span;
        move(scaledAround(this.#base, factor, momentAt(aroundX, this.#base), hostNow()), isDone);
      },
      clicked: x => this.clicked(momentAt(x, this.span)),
      doubleClicked: () => this.tell('jg-all'),
      read: (x, y) => {
        const { left, top } = area();
        plot.setCursor({ left: x - left, top: y - top });
      },
    };
  }
}
