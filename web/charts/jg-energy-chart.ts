import type { PropertyValues } from 'lit';
import './known-locale.ts';
import uPlot from 'uplot';
import { locale } from '../i18n/language.ts';
import { hostNow } from '../site/clock.ts';
import { rightPx, timeAxis, valueAxis } from './axes.ts';
import { type Colour, coloursOf, faded } from './colours.ts';
import type { EnergyBar } from './columns.ts';
import { plotSyncKey } from './jg-series-chart.ts';
import { PlotElement } from './plot-element.ts';
import { shade, stripes } from './shading.ts';

const colourNames: readonly Colour[] = ['grid', 'feed', 'muted', 'border', 'bad'];
const heightPx = 180;
const gapPx = 2;

/**
 * Energy in bars below the power: taken upwards, fed in downwards. Each bar is as wide as its own period; one of another
 * time stands beside it, narrower and pale with an edge. Tells `jg-bar` (detail: a bar's place) when one is clicked.
 */
export class JgEnergyChart extends PlotElement {
  static override properties = {
    bars: { attribute: false },
    others: { attribute: false },
    zone: { attribute: false },
    chosen: { attribute: false },
    span: { attribute: false },
    label: { attribute: false },
  };

  declare bars: readonly EnergyBar[];
  declare label: string;
  /** For each bar the one of another time, or null; empty: there is no other time. */
  declare others: readonly (EnergyBar | null)[];

  constructor() {
    super();
    this.others = [];
    this.chosen = null;
  }

  protected override clicked(atMs: number): void {
    const index = this.bars.findIndex(({ startMs, endMs }) => startMs <= atMs && atMs < endMs);
    if (index >= 0) this.tell('jg-bar', index);
  }

  protected override needsNew(changed: PropertyValues): boolean {
    return changed.has('label');
  }

  #data(): uPlot.AlignedData {
    return [
      this.bars.map(bar => bar.startMs / 1000),
      this.bars.map(bar => bar.importWh),
      this.bars.map(bar => (bar.exportWh === null ? null : -bar.exportWh)),
    ];
  }

  protected override fill(plot: uPlot): void {
    plot.batch(() => {
      plot.setData(this.#data(), false);
      plot.setScale('x', this.scaleX());
    });
  }

  protected override make(target: HTMLElement, width: number): uPlot {
    const colours = coloursOf(this, colourNames);
    const unseen: uPlot.Series = { paths: () => null, points: { show: false } };
    const plot = new uPlot(
      {
        width,
        height: heightPx,
        legend: { show: false },
        padding: [12, rightPx, 0, 0],
        scales: {
          x: { time: true, range: () => [this.scaleX().min, this.scaleX().max] },
          y: { range: () => this.#range() },
        },
        axes: [timeAxis(colours, locale(), this.zone), valueAxis(colours, 'Wh', locale())],
        series: [{}, unseen, unseen],
        cursor: {
          y: false,
          points: { show: false },
          drag: { x: false, y: false },
          sync: { key: plotSyncKey },
          bind: { dblclick: () => () => null },
        },
        hooks: {
          drawAxes: [plot => shade(plot, this.#missing(), faded(colours.bad, 0.4), true)],
          draw: [plot => this.#draw(plot, colours)],
          setCursor: [plot => this.#pointed(plot)],
        },
      },
      this.#data(),
      target,
    );
    plot.root.setAttribute('role', 'img');
    plot.root.setAttribute('aria-label', this.label);
    return plot;
  }

  /** Zero and every bar that is seen, those too that begin before the picture does. */
  #range(): uPlot.Range.MinMax {
    const { fromMs, toMs } = this.span;
    const bars = this.bars.flatMap((bar, index) =>
      bar.endMs > fromMs && bar.startMs < toMs
        ? [bar, ...(this.others[index] ? [this.others[index]] : [])]
        : [],
    );
    const highest = Math.max(0, ...bars.map(bar => bar.importWh ?? 0));
    const lowest = Math.min(0, ...bars.map(bar => -(bar.exportWh ?? 0)));
    return highest === lowest ? [0, 1] : [lowest * 1.08, highest * 1.08];
  }

  /** Periods that are over and of which nothing is known. */
  #missing(): readonly EnergyBar[] {
    const nowMs = hostNow();
    return this.bars.filter(bar => bar.importWh === null && bar.exportWh === null && bar.endMs < nowMs);
  }

  #pointed(plot: uPlot): void {
    const { left } = plot.cursor;
    const isInside = left !== undefined && left >= 0;
    this.tell('jg-read', isInside ? Math.round(plot.posToVal(left, 'x') * 1000) : null);
  }

  #draw(plot: uPlot, colours: Readonly<Record<Colour, string>>): void {
    const { ctx: context, bbox } = plot;
    const gap = gapPx * devicePixelRatio;
    const otherShare = this.others.length === 0 ? 0 : 0.4;
    context.save();
    context.beginPath();
    context.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    context.clip();
    for (const [index, bar] of this.bars.entries()) {
      const left = plot.valToPos(bar.startMs / 1000, 'x', true) + gap / 2;
      const right = plot.valToPos(bar.endMs / 1000, 'x', true) - gap / 2;
      const width = Math.max(devicePixelRatio, right - left);
      const other = this.others[index];
      if (other) this.#other(plot, colours, other, left, width * otherShare);
      this.#bar(plot, colours, bar, left + width * otherShare, width * (1 - otherShare));
    }
    context.restore();
  }

  #bar(
    plot: uPlot,
    colours: Readonly<Record<Colour, string>>,
    bar: EnergyBar,
    left: number,
    width: number,
  ): void {
    const { ctx: context } = plot;
    const part = (fromWh: number, toWh: number, fill: string | CanvasPattern) => {
      context.fillStyle = fill;
      const [from, to] = [plot.valToPos(fromWh, 'y', true), plot.valToPos(toWh, 'y', true)];
      context.fillRect(left, Math.min(from, to), width, Math.abs(to - from));
    };
    // What was not read stands at the bar's end, pale and striped.
    const draw = (wh: number, estimatedWh: number, colour: string) => {
      part(0, wh - estimatedWh, colour);
      if (estimatedWh === 0) return;
      context.globalAlpha = 0.25;
      part(wh - estimatedWh, wh, colour);
      context.globalAlpha = 1;
      part(wh - estimatedWh, wh, stripes(context, colour, devicePixelRatio));
    };
    if (bar.importWh !== null) draw(bar.importWh, bar.importEstimatedWh ?? 0, colours.grid);
    if (bar.exportWh !== null) draw(-bar.exportWh, -(bar.exportEstimatedWh ?? 0), colours.feed);
  }

  #other(
    plot: uPlot,
    colours: Readonly<Record<Colour, string>>,
    bar: EnergyBar,
    left: number,
    width: number,
  ): void {
    const { ctx: context } = plot;
    const draw = (wh: number, colour: string) => {
      const [from, to] = [plot.valToPos(0, 'y', true), plot.valToPos(wh, 'y', true)];
      context.fillStyle = faded(colour, 0.22);
      context.fillRect(left, Math.min(from, to), width, Math.abs(to - from));
      context.strokeStyle = colour;
      context.lineWidth = devicePixelRatio;
      context.setLineDash([3 * devicePixelRatio, 2 * devicePixelRatio]);
      context.strokeRect(left, Math.min(from, to), width, Math.abs(to - from));
    };
    if (bar.importWh) draw(bar.importWh, colours.grid);
    if (bar.exportWh) draw(-bar.exportWh, colours.feed);
    context.setLineDash([]);
  }
}

customElements.define('jg-energy-chart', JgEnergyChart);
