import type { PropertyValues } from 'lit';
import uPlot from 'uplot';
import type { Unit } from '#core/quantities.ts';
import type { Missing, Readings } from '../../host/api/contract.ts';
import { locale } from '../i18n/language.ts';
import type { Imported } from '../imported.ts';
import type { Span } from '../ranges.ts';
import { rightPx, timeAxis, valueAxis } from './axes.ts';
import { type Colour, coloursOf } from './colours.ts';
import { columnsOf, gapsOf } from './columns.ts';
import { PlotElement } from './plot-element.ts';
import { shade } from './shading.ts';

const colourNames: readonly Colour[] = [
  'grid',
  'feed',
  'muted',
  'border',
  'surface',
  'bad',
  'accent',
  'idle-tint',
];
const heightPx = 340;
const narrowHeightPx = 260;
const narrowPx = 520;
/** A drag shorter than this is a click that slipped. */
const shortestDragPx = 6;

export const plotSyncKey = 'joulegate-history';

/**
 * One quantity over time: mean as a stepped line, lowest to highest as a band, gaps as gaps. Tells `jg-zoom`
 * (detail: Span), `jg-zoom-out`, and `jg-read` (detail: moment in ms below the pointer, or null).
 */
export class JgSeriesChart extends PlotElement {
  static override properties = {
    readings: { attribute: false },
    missing: { attribute: false },
    imported: { attribute: false },
    span: { attribute: false },
    unit: { attribute: false },
    label: { attribute: false },
  };

  declare readings: Readings;
  declare missing: Missing;
  declare imported: readonly Imported[];
  declare span: Span;
  declare unit: Unit;
  declare label: string;

  protected override needsNew(changed: PropertyValues): boolean {
    const before: unknown = changed.get('readings');
    return changed.has('unit') || (changed.has('readings') && before === undefined);
  }

  protected override fill(plot: uPlot): void {
    plot.root.setAttribute('aria-label', this.label);
    plot.batch(() => {
      plot.setData(this.#data(), false);
      plot.setScale('x', { min: this.span.fromMs / 1000, max: this.span.toMs / 1000 });
    });
  }

  #data(): uPlot.AlignedData {
    const { x, middle, low, high } = columnsOf(this.readings);
    return [x, high, low, middle];
  }

  protected override make(target: HTMLElement, width: number): uPlot {
    const colours = coloursOf(this, colourNames);
    const stepped = uPlot.paths.stepped?.({ align: 1 });
    const isSigned = this.unit === 'W' || this.unit === 'var';
    const line = (plot: uPlot) => (isSigned ? twoTone(plot, colours.grid, colours.feed, 1) : colours.grid);
    const band = (plot: uPlot) =>
      isSigned ? twoTone(plot, colours.grid, colours.feed, 0.2) : faded(colours.grid, 0.2);
    const edge: uPlot.Series = {
      ...(stepped === undefined ? {} : { paths: stepped }),
      stroke: 'transparent',
      width: 0,
      points: { show: false },
    };
    const plot = new uPlot(
      {
        width,
        height: width < narrowPx ? narrowHeightPx : heightPx,
        legend: { show: false },
        padding: [12, rightPx, 0, 0],
        scales: {
          x: { time: true, range: () => [this.span.fromMs / 1000, this.span.toMs / 1000] },
          y: {
            range: (_plot, low, high) => paddedRange(low, high, this.readings.kind === 'gauge' && isSigned),
          },
        },
        axes: [timeAxis(colours, locale()), valueAxis(colours, this.unit, locale())],
        series: [{}, edge, edge, { ...edge, stroke: line, width: 1.75 }],
        bands: [{ series: [1, 2], fill: plot => band(plot) }],
        cursor: {
          y: false,
          points: { show: false },
          drag: { x: true, y: false, setScale: false, dist: shortestDragPx },
          sync: { key: plotSyncKey },
          bind: { dblclick: () => () => this.#zoomOut() },
        },
        hooks: {
          drawAxes: [plot => this.#shade(plot, colours)],
          setSelect: [plot => this.#selected(plot)],
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

  #shade(plot: uPlot, colours: Readonly<Record<Colour, string>>): void {
    shade(plot, this.imported, faded(colours.accent, 0.12), false);
    shade(plot, gapsOf(this.readings), colours['idle-tint'], false);
    shade(plot, this.missing, faded(colours.bad, 0.4), true);
  }

  #zoomOut(): null {
    this.tell('jg-zoom-out');
    return null;
  }

  #selected(plot: uPlot): void {
    const { left, width } = plot.select;
    if (width < shortestDragPx) return;
    const momentAt = (px: number) => Math.round(plot.posToVal(px, 'x') * 1000);
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.tellZoom({ fromMs: momentAt(left), toMs: momentAt(left + width) });
  }

  #pointed(plot: uPlot): void {
    const { left } = plot.cursor;
    const isInside = left !== undefined && left >= 0;
    this.tell('jg-read', isInside ? Math.round(plot.posToVal(left, 'x') * 1000) : null);
  }
}

/** Room above and below; zero in the picture for what flows both ways. */
function paddedRange(low: number | null, high: number | null, withZero: boolean): uPlot.Range.MinMax {
  if (low === null || high === null) return [0, 1];
  const bottom = withZero ? Math.min(0, low) : low;
  const top = withZero ? Math.max(0, high) : high;
  if (bottom === top)
    return [bottom - Math.max(1, Math.abs(bottom) * 0.05), top + Math.max(1, Math.abs(top) * 0.05)];
  const room = (top - bottom) * 0.06;
  return [withZero && bottom === 0 ? 0 : bottom - room, top + room];
}

const faded = (colour: string, alpha: number): string =>
  colour.replace(/^rgb\((.*)\)$/, `rgba($1, ${alpha})`);

/** Above zero the colour of taking, below it that of feeding in. */
function twoTone(plot: uPlot, above: string, below: string, alpha: number): CanvasGradient | string {
  const { top, height } = plot.bbox;
  const zero = plot.valToPos(0, 'y', true);
  const share = (zero - top) / height;
  if (!(share > 0)) return faded(below, alpha);
  if (share >= 1) return faded(above, alpha);
  const gradient = plot.ctx.createLinearGradient(0, top, 0, top + height);
  gradient.addColorStop(share, faded(above, alpha));
  gradient.addColorStop(share, faded(below, alpha));
  return gradient;
}

customElements.define('jg-series-chart', JgSeriesChart);
