import type uPlot from 'uplot';
import type { Unit } from '#core/quantities.ts';
import { formatTicks } from '../format.ts';
import { civilOf, ownCalendar } from '../periods.ts';
import { timeTicks } from './time-ticks.ts';

/** Room for the labels at the left; the same in every chart, so that moments stand below each other. */
const leftPx = 72;
/** Room at the right for half a label of time. */
export const rightPx = 40;

const dayS = 86_400;
const font = '12px system-ui, sans-serif';

type Colours = Readonly<Record<'muted' | 'border', string>>;

const isMidnight = (atS: number, zone: string): boolean => civilOf(atS * 1000, zone) % (dayS * 1000) === 0;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Labels of a time axis in the page's language: clock times, and the date where a day begins. */
export function timeLabels(splits: readonly number[], stepS: number, locale: string, zone: string): string[] {
  const format = (options: Intl.DateTimeFormatOptions) => {
    const key = `${locale} ${zone} ${Object.keys(options)}`;
    let made = formats.get(key);
    if (made === undefined) {
      made = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone });
      formats.set(key, made);
    }
    return made;
  };
  const day = format({ day: 'numeric', month: 'short' });
  if (stepS >= 27 * dayS) {
    const month = format({ month: 'short', year: 'numeric' });
    return splits.map(split => month.format(split * 1000));
  }
  if (stepS >= dayS) return splits.map(split => day.format(split * 1000));
  const time = format({
    hour: '2-digit',
    minute: '2-digit',
    ...(stepS < 60 ? { second: '2-digit' as const } : {}),
  });
  return splits.map(split => (isMidnight(split, zone) ? day : time).format(split * 1000));
}

/** Labels at least so far apart, CSS pixels. */
const spacePx = 70;

/** A time axis with round moments as clocks of `zone` show them. */
export function timeAxis(colours: Colours, locale: string, zone = ownCalendar().zone): uPlot.Axis {
  let step = dayS;
  return {
    stroke: colours.muted,
    font,
    gap: 8,
    size: 36,
    grid: { show: false },
    ticks: { stroke: colours.border, width: 1, size: 6 },
    splits: (plot, _axis, fromS, toS) => {
      const most = Math.max(2, Math.floor(plot.bbox.width / devicePixelRatio / spacePx));
      const { atS, stepS } = timeTicks(fromS, toS, most, zone);
      step = stepS;
      return atS;
    },
    values: (_plot, splits) => timeLabels(splits, step, locale, zone),
  };
}

export function valueAxis(colours: Colours, unit: Unit, locale: string): uPlot.Axis {
  return {
    stroke: colours.muted,
    font,
    gap: 8,
    size: leftPx,
    space: 44,
    grid: { stroke: colours.border, width: 1 },
    ticks: { show: false },
    values: (_plot, splits) => formatTicks(splits, unit, locale),
  };
}
