import type uPlot from 'uplot';
import type { Unit } from '#core/quantities.ts';
import { formatTicks } from '../format.ts';
import type { Colour } from './colours.ts';

/** Room for the labels at the left; the same in every chart, so that moments stand below each other. */
const leftPx = 72;
/** Room at the right for half a label of time. */
export const rightPx = 24;

const dayS = 86_400;
const font = '12px system-ui, sans-serif';

type Colours = Readonly<Record<Colour, string>>;

function isMidnight(atS: number): boolean {
  const date = new Date(atS * 1000);
  return date.getHours() === 0 && date.getMinutes() === 0;
}

/** Labels of a time axis in the page's language: clock times, and the date where a day begins. */
export function timeLabels(splits: readonly number[], stepS: number, locale: string): string[] {
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options);
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
  return splits.map(split => (isMidnight(split) ? day : time).format(split * 1000));
}

export function timeAxis(colours: Colours, locale: string): uPlot.Axis {
  return {
    stroke: colours.muted,
    font,
    gap: 8,
    size: 36,
    space: 84,
    grid: { show: false },
    ticks: { stroke: colours.border, width: 1, size: 6 },
    values: (_plot, splits, _axis, _space, stepS) => timeLabels(splits, stepS, locale),
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
