import type { PropertyValues } from 'lit';
import './known-locale.ts';
import uPlot from 'uplot';
import type { Unit } from '#core/quantities.ts';
import type { Missing, Readings } from '../../host/api/contract.ts';
import type { Imported } from '../history/imported.ts';
import { locale } from '../i18n/language.ts';
import { rightPx, timeAxis, valueAxis } from './axes.ts';
import { type Colour, coloursOf, faded } from './colours.ts';
import { type Columns, columnsOf, gapsOf } from './columns.ts';
import type { ChartLine } from './lines.ts';
import { PlotElement } from './plot-element.ts';
import { shade } from './shading.ts';

const colourNames: readonly Colour[] = [
  'grid',
  'feed',
  'solar',
  'battery',
  'load-2',
  'load-3',
  'load-4',
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
export const plotSyncKey = 'joulegate-history';

/**
 * One quantity over time: mean as a stepped line, lowest to highest as a band, gaps as gaps; `lines` of other quantities
 * or another time, each with strokes of its own. `readings` may reach over the span, for panning.
 */
export class JgSeriesChart extends PlotElement {
  static override properties = {
    readings: { attribute: false },
    missing: { attribute: false },
    imported: { attribute: false },
    span: { attribute: false },
    unit: { attribute: false },
    label: { attribute: false },
    lines: { attribute: false },
    colour: { attribute: false },
    zone: { attribute: false },
    chosen: { attribute: false },
  };

  declare readings: Readings;
  declare missing: Missing;
  declare imported: readonly Imported[];
  declare unit: Unit;
  declare label: string;
  declare lines: readonly ChartLine[];
  /** Of the one quantity, where others stand beside it; null: by the direction of what flows. */
  declare colour: Colour | null;
  #columns: Columns = { x: [], middle: [], low: [], high: [] };
  #gaps: ReturnType<typeof gapsOf> = [];

  constructor() {
    super();
    this.lines = [];
    this.colour = null;
    this.chosen = null;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('readings')) return;
    this.#columns = columnsOf(this.readings);
    this.#gaps = gapsOf(this.readings);
  }

  protected override needsNew(changed: PropertyValues): boolean {
    const before: unknown = changed.get('readings');
    const linesBefore: unknown = changed.get('lines');
    const isOtherLines = changed.has('lines') && signature(linesBefore) !== signature(this.lines);
    return (
      changed.has('unit') ||
      changed.has('colour') ||
      isOtherLines ||
      (changed.has('readings') && before === undefined)
    );
  }

  protected override fill(plot: uPlot): void {
    plot.root.setAttribute('aria-label', this.label);
    plot.batch(() => {
      plot.setData(this.#data(), false);
      plot.setScale('x', this.scaleX());
    });
  }

  #data(): uPlot.AlignedData {
    const { x, middle, low, high } = this.#columns;
    if (this.lines.length === 0) return [x, high, low, middle];
    const others = this.lines.map(({ columns }): uPlot.AlignedData => [columns.x, columns.middle]);
    return uPlot.join([[x, high, low, middle], ...others]);
  }

  protected override make(target: HTMLElement, width: number): uPlot {
    const colours = coloursOf(this, colourNames);
    const stepped = uPlot.paths.stepped?.({ align: 1 });
    const isSigned = this.unit === 'W' || this.unit === 'var';
    const isTwoTone = isSigned && this.colour === null;
    const own = colours[this.colour ?? 'grid'];
    const line = (plot: uPlot) => (isTwoTone ? twoTone(plot, colours.grid, colours.feed, 1) : own);
    const band = (plot: uPlot) =>
      isTwoTone ? twoTone(plot, colours.grid, colours.feed, 0.2) : faded(own, 0.2);
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
          x: { time: true, range: () => [this.scaleX().min, this.scaleX().max] },
          y: {
            range: (_plot, low, high) => paddedRange(low, high, this.readings.kind === 'gauge' && isSigned),
          },
        },
        axes: [timeAxis(colours, locale(), this.zone), valueAxis(colours, this.unit, locale())],
        series: [
          {},
          edge,
          edge,
          { ...edge, stroke: line, width: 1.75 },
          ...this.lines.map(({ colour, dash }) => ({
            ...edge,
            stroke: colours[colour],
            width: 1.5,
            dash: [...dash],
          })),
        ],
        bands: [{ series: [1, 2], fill: plot => band(plot) }],
        cursor: {
          y: false,
          points: { show: false },
          drag: { x: false, y: false },
          sync: { key: plotSyncKey },
          bind: { dblclick: () => () => null },
        },
        hooks: {
          drawAxes: [plot => this.#shade(plot, colours)],
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
    shade(plot, this.#gaps, colours['idle-tint'], false);
    shade(plot, this.missing, faded(colours.bad, 0.4), true);
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

/** What of the lines is built into the plot. */
function signature(lines: unknown): string {
  if (!Array.isArray(lines)) return '';
  return lines.map(({ colour, dash }: ChartLine) => `${colour} ${dash}`).join();
}

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
