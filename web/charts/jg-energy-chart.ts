import type { PropertyValues } from 'lit';
import uPlot from 'uplot';
import { locale } from '../i18n/language.ts';
import type { Span } from '../ranges.ts';
import { rightPx, timeAxis, valueAxis } from './axes.ts';
import { type Colour, coloursOf } from './colours.ts';
import type { EnergyBar } from './columns.ts';
import { plotSyncKey } from './jg-series-chart.ts';
import { PlotElement } from './plot-element.ts';
import { stripes } from './shading.ts';

const colourNames: readonly Colour[] = ['grid', 'feed', 'muted', 'border'];
const heightPx = 180;
const gapPx = 2;

/** Energy in bars below the power: taken upwards, fed in downwards. Each bar is as wide as its own period. */
export class JgEnergyChart extends PlotElement {
  static override properties = {
    bars: { attribute: false },
    span: { attribute: false },
    label: { attribute: false },
  };

  declare bars: readonly EnergyBar[];
  declare span: Span;
  declare label: string;

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
      plot.setScale('x', { min: this.span.fromMs / 1000, max: this.span.toMs / 1000 });
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
          x: { time: true, range: () => [this.span.fromMs / 1000, this.span.toMs / 1000] },
          y: { range: () => this.#range() },
        },
        axes: [timeAxis(colours, locale()), valueAxis(colours, 'Wh', locale())],
        series: [{}, unseen, unseen],
        cursor: {
          y: false,
          points: { show: false },
          drag: { x: false, y: false },
          sync: { key: plotSyncKey },
        },
        hooks: { draw: [plot => this.#draw(plot, colours)] },
      },
      this.#data(),
      target,
    );
    plot.root.setAttribute('role', 'img');
    plot.root.setAttribute('aria-label', this.label);
    return plot;
  }

  /** Zero and every bar, those too that begin before the picture does. */
  #range(): uPlot.Range.MinMax {
    const highest = Math.max(0, ...this.bars.map(bar => bar.importWh ?? 0));
    const lowest = Math.min(0, ...this.bars.map(bar => -(bar.exportWh ?? 0)));
    return highest === lowest ? [0, 1] : [lowest * 1.08, highest * 1.08];
  }

  #draw(plot: uPlot, colours: Readonly<Record<Colour, string>>): void {
    const { ctx: context, bbox } = plot;
    const gap = gapPx * devicePixelRatio;
    context.save();
    context.beginPath();
    context.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    context.clip();
    for (const { startMs, endMs, importWh, exportWh, importEstimatedWh, exportEstimatedWh } of this.bars) {
      const left = plot.valToPos(startMs / 1000, 'x', true);
      const width = Math.max(devicePixelRatio, plot.valToPos(endMs / 1000, 'x', true) - left - gap);
      const part = (fromWh: number, toWh: number, fill: string | CanvasPattern) => {
        context.fillStyle = fill;
        const [from, to] = [plot.valToPos(fromWh, 'y', true), plot.valToPos(toWh, 'y', true)];
        context.fillRect(left + gap / 2, Math.min(from, to), width, Math.abs(to - from));
      };
      // What was not read stands at the bar's end, pale and striped.
      const bar = (wh: number, estimatedWh: number, colour: string) => {
        part(0, wh - estimatedWh, colour);
        if (estimatedWh === 0) return;
        context.globalAlpha = 0.25;
        part(wh - estimatedWh, wh, colour);
        context.globalAlpha = 1;
        part(wh - estimatedWh, wh, stripes(context, colour, devicePixelRatio));
      };
      if (importWh !== null) bar(importWh, importEstimatedWh ?? 0, colours.grid);
      if (exportWh !== null) bar(-exportWh, -(exportEstimatedWh ?? 0), colours.feed);
    }
    context.restore();
  }
}

customElements.define('jg-energy-chart', JgEnergyChart);
