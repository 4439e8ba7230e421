import type { Unit } from '#core/quantities.ts';
import { energyUnit } from './energy-unit.ts';

/** A number and its unit, apart so that the page can set them in different sizes. */
export interface Shown {
  readonly number: string;
  readonly unit: string;
}

export const missing = '–';

type Scale = readonly [from: number, divisor: number, unit: string];

const steps = (unit: string): readonly Scale[] => [
  [1e9, 1e9, `G${unit}`],
  [1e6, 1e6, `M${unit}`],
  [1e3, 1e3, `k${unit}`],
  [0, 1, unit],
];

/** How a unit grows: the first row whose `from` the magnitude reaches. Units without a row stay as they are. */
const scales: Readonly<Partial<Record<Unit, readonly Scale[]>>> = Object.freeze({
  W: steps('W'),
  Wh: steps('Wh'),
  VA: steps('VA'),
  VAh: steps('VAh'),
  var: steps('var'),
  varh: steps('varh'),
  J: steps('J'),
  V: [
    [1e3, 1e3, 'kV'],
    [0.5, 1, 'V'],
    [0, 1e-3, 'mV'],
  ] satisfies Scale[],
  A: [
    [1e3, 1e3, 'kA'],
    [0.1, 1, 'A'],
    [0, 1e-3, 'mA'],
  ] satisfies Scale[],
});

/** Where somebody wants every energy in the same unit, the one of their bill. */
const fixedScales: Readonly<Partial<Record<Unit, readonly Scale[]>>> = Object.freeze({
  Wh: [[0, 1e3, 'kWh']] satisfies Scale[],
  VAh: [[0, 1e3, 'kVAh']] satisfies Scale[],
  varh: [[0, 1e3, 'kvarh']] satisfies Scale[],
});

const scalesOf = (unit: Unit): readonly Scale[] | undefined =>
  (energyUnit() === 'kWh' ? fixedScales[unit] : undefined) ?? scales[unit];

/** Decimals that a person expects of these, whatever the magnitude. */
const fixedDecimals: Readonly<Partial<Record<Unit, number>>> = Object.freeze({
  Hz: 2,
  '1': 2,
  '%': 1,
  '°': 1,
  '°C': 1,
});

const formatters = new Map<string, Intl.NumberFormat>();

function formatter(locale: string, least: number, most: number): Intl.NumberFormat {
  const key = `${locale} ${least} ${most}`;
  let made = formatters.get(key);
  if (made === undefined) {
    made = new Intl.NumberFormat(locale, {
      minimumFractionDigits: least,
      maximumFractionDigits: most,
      signDisplay: 'negative',
    });
    formatters.set(key, made);
  }
  return made;
}

/** A number in the words of a locale, with a true minus sign; never "-0". */
export function formatNumber(value: number, locale: string, decimals: number): string {
  return formatter(locale, decimals, decimals).format(value).replace('-', '−');
}

/** Three significant digits at most two decimals: 4.53, 45.3, 453. */
function decimalsOf(magnitude: number): number {
  if (magnitude === 0 || magnitude >= 99.95) return 0;
  return magnitude >= 9.995 ? 1 : 2;
}

function scaleOf(unit: Unit, magnitude: number): Scale {
  const rows = scalesOf(unit) ?? [];
  if (magnitude === 0) return rows.length === 1 && rows[0] !== undefined ? rows[0] : [0, 1, unit];
  // 999.6 W would be shown as "1000 W": what rounds up to the next step belongs to it.
  const rounded = Number(magnitude.toPrecision(3));
  return rows.find(([from]) => rounded >= from) ?? [0, 1, unit === '1' ? '' : unit];
}

const countedUnits: ReadonlySet<Unit> = new Set(['Wh', 'VAh', 'varh']);

/** Most meters count whole watt-hours: "7.00 Wh" would claim to know more than they do. */
const isWholeCount = (value: number, unit: Unit): boolean =>
  countedUnits.has(unit) && energyUnit() === 'auto' && Math.abs(value) < 1000 && Number.isInteger(value);

/**
 * A value of a quantity as people read it: W or kW by magnitude, three significant digits (voltage: one decimal).
 * What is absent or no number is "–" with the plain unit; zero is "0", never "-0".
 */
export function formatValue(value: number | null | undefined, unit: Unit, locale: string): Shown {
  if (value === null || value === undefined || !Number.isFinite(value)) {
    return { number: missing, unit: unit === '1' ? '' : unit };
  }
  const [, divisor, shownUnit] = scaleOf(unit, Math.abs(value));
  const scaled = value / divisor;
  const decimals =
    fixedDecimals[unit] ??
    (isWholeCount(value, unit)
      ? 0
      : unit === 'V' && Math.abs(scaled) >= 10
        ? 1
        : decimalsOf(Math.abs(scaled)));
  return { number: formatNumber(scaled, locale, decimals), unit: unit === '1' ? '' : shownUnit };
}

/** A share, 0 to 1, as a percentage; next to all or nothing is never told as all or nothing. */
export function formatShare(share: number | null, locale: string, decimals = 0): string {
  if (share === null) return missing;
  const percent = share * 100;
  const isNearEdge = (percent > 99 && percent < 100) || (percent > 0 && percent < 1);
  const shown = percent < 100 && percent > 99.9 ? 99.9 : percent > 0 && percent < 0.1 ? 0.1 : percent;
  return `${formatNumber(shown, locale, isNearEdge ? Math.max(1, decimals) : decimals)}\u202f%`;
}

/** The same as one text, with a narrow no-break space between number and unit; what is absent is "–" alone. */
export function formatText(value: number | null | undefined, unit: Unit, locale: string): string {
  const { number, unit: shownUnit } = formatValue(value, unit, locale);
  return shownUnit === '' || number === missing ? number : `${number}\u202f${shownUnit}`;
}

/** A counter's reading, as it stands on the meter: in thousands with two decimals, nothing rounded away by size. */
export function formatReading(value: number | null | undefined, unit: Unit, locale: string): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return missing;
  if (scales[unit] === undefined || Math.abs(value) < 1000) return formatText(value, unit, locale);
  return `${formatNumber(value / 1000, locale, 2)}\u202fk${unit}`;
}

/** Decimals that tell multiples of a step apart: 2 for 0.25, 1 for 2.5, 0 for 5. */
function decimalsOfStep(step: number): number {
  const isWhole = (decimals: number) => {
    const scaled = step * 10 ** decimals;
    return Math.abs(scaled - Math.round(scaled)) < 1e-6 * scaled;
  };
  return [0, 1, 2, 3, 4, 5].find(isWhole) ?? 6;
}

/** Labels of an axis: one unit for all of them, and only the decimals that their distance needs. */
export function formatTicks(values: readonly number[], unit: Unit, locale: string): string[] {
  const largest = Math.max(0, ...values.map(Math.abs));
  const [, divisor, shownUnit] = scaleOf(unit, largest);
  const step = values.length > 1 ? Math.abs((values[1] ?? 0) - (values[0] ?? 0)) / divisor : 1;
  const decimals = decimalsOfStep(step);
  const most = formatter(locale, 0, decimals);
  const suffix = unit === '1' ? '' : `\u202f${shownUnit}`;
  return values.map(value => `${most.format(value / divisor).replace('-', '−')}${suffix}`);
}

/** How long ago, in the largest unit that fits: "12 seconds ago". */
export function formatAgo(agoMs: number, locale: string): string {
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  const seconds = Math.max(0, Math.round(agoMs / 1000));
  if (seconds < 90) return relative.format(-seconds, 'second');
  if (seconds < 90 * 60) return relative.format(-Math.round(seconds / 60), 'minute');
  if (seconds < 36 * 3600) return relative.format(-Math.round(seconds / 3600), 'hour');
  return relative.format(-Math.round(seconds / 86_400), 'day');
}

const hourMs = 3_600_000;

/** How long ago something was of which only the hour is known: "this hour", "3 hours ago". */
export function formatHourAgo(atMs: number, nowMs: number, locale: string): string {
  const hours = Math.max(0, Math.floor(nowMs / hourMs) - Math.floor(atMs / hourMs));
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  return hours < 36 ? relative.format(-hours, 'hour') : relative.format(-Math.round(hours / 24), 'day');
}

/** A length of time in its two largest parts: "2 h 5 min". */
export function formatDuration(durationMs: number, locale: string): string {
  const seconds = Math.max(0, Math.round(durationMs / 1000));
  const parts: readonly (readonly [number, Intl.NumberFormatOptions['unit']])[] = [
    [Math.floor(seconds / 86_400), 'day'],
    [Math.floor(seconds / 3600) % 24, 'hour'],
    [Math.floor(seconds / 60) % 60, 'minute'],
    [seconds % 60, 'second'],
  ];
  const first = Math.max(
    0,
    parts.findIndex(([count]) => count > 0),
  );
  const start = parts.every(([count]) => count === 0) ? parts.length - 1 : first;
  return parts
    .slice(start, start + 2)
    .filter(([count], index) => index === 0 || count > 0)
    .map(([count, unit]) =>
      new Intl.NumberFormat(locale, { style: 'unit', unit: unit ?? 'second', unitDisplay: 'short' }).format(
        count,
      ),
    )
    .join(' ');
}

export type TimeStyle =
  | 'time'
  | 'timeSeconds'
  | 'day'
  | 'dayYear'
  | 'month'
  | 'dayTime'
  | 'dayTimeYear'
  | 'dayTimeSeconds'
  | 'full';

const timeStyles: Readonly<Record<TimeStyle, Intl.DateTimeFormatOptions>> = Object.freeze({
  time: { hour: '2-digit', minute: '2-digit' },
  timeSeconds: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
  day: { weekday: 'short', day: 'numeric', month: 'short' },
  dayYear: { day: 'numeric', month: 'short', year: 'numeric' },
  month: { month: 'long', year: 'numeric' },
  dayTime: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  dayTimeYear: { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' },
  dayTimeSeconds: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' },
  full: {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  },
});

/** A moment in the given zone, or in the machine's own where none is given. */
export function formatTime(atMs: number, style: TimeStyle, locale: string, timeZone?: string): string {
  const options = timeStyles[style];
  return new Intl.DateTimeFormat(locale, timeZone === undefined ? options : { ...options, timeZone }).format(
    atMs,
  );
}

const twoDaysMs = 2 * 86_400_000;

/** How to name the ends of a span: by time where it is short, with the year where it is not all in this one. */
export function spanStyle(fromMs: number, toMs: number, nowMs: number): TimeStyle {
  const yearOf = (atMs: number) => new Date(atMs).getFullYear();
  const isThisYear = yearOf(fromMs) === yearOf(nowMs) && yearOf(toMs) === yearOf(nowMs);
  if (toMs - fromMs > twoDaysMs) return isThisYear ? 'day' : 'dayYear';
  return isThisYear ? 'dayTime' : 'dayTimeYear';
}
