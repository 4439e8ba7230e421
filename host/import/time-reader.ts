import { localClock } from '../export/local-time.ts';

/** How times are written: `iso`, a count since 1970 in some unit, or a pattern such as `DD.MM.YYYY HH:mm`. */
export interface TimeFormat {
  readonly format: string;
  /** IANA zone of times that do not say theirs. */
  readonly zone: string;
}

/**
 * Seconds since 1970, and of what clocks showed twice for which of both times it was taken, as the order of lines had to tell; or
 * what is wrong with the text and what is allowed.
 */
export type ReadTime =
  | { readonly atS: number; readonly ofTwo?: 'first' | 'second' }
  | { readonly wrong: string };

/** Times of one column in the order of the file: `series` tells apart rows that each go their own way through time. */
export type TimeReader = (text: string, series: string) => ReadTime;

const iso =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?)? ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?(?: [A-Z]{3,4})?)?$/i;
/** Digits behind seconds. */
const counts = { unix: 0, unixMs: 3, unixUs: 6, unixNs: 9 } as const;
const countNames = { unix: 'seconds', unixMs: 'milliseconds', unixUs: 'microseconds', unixNs: 'nanoseconds' };
type CountFormat = keyof typeof counts;
const isCount = (format: string): format is CountFormat => Object.hasOwn(counts, format);

const tokens: Readonly<Record<string, string>> = {
  ...{ YYYY: '\\d{4}', YY: '\\d{2}', MM: '\\d{2}', M: '\\d{1,2}', DD: '\\d{2}', D: '\\d{1,2}' },
  ...{
    HH: '\\d{2}',
    H: '\\d{1,2}',
    hh: '\\d{2}',
    h: '\\d{1,2}',
    mm: '\\d{2}',
    ss: '\\d{2}',
    A: '[AaPp]\\.?[Mm]\\.?',
  },
};
const tokenPattern = /YYYY|YY|MM|M|DD|D|HH|H|hh|h|mm|ss|A/g;

/** What is wrong with a pattern; undefined where it can be read. */
export function patternMistake(format: string): string | undefined {
  if (format === 'iso' || isCount(format)) return undefined;
  const found: readonly string[] = format.match(tokenPattern) ?? [];
  const has = (...names: string[]) => names.some(name => found.includes(name));
  const isWhole = has('YYYY', 'YY') && has('MM', 'M') && has('DD', 'D');
  const isTwelve = has('hh', 'h') === has('A');
  if (isWhole && isTwelve && new Set(found).size === found.length && format.length <= 64) return undefined;
  return `${JSON.stringify(format)} given; iso, unix, unixMs, unixUs, unixNs or a pattern of YYYY, MM, DD, HH (or hh and A), mm, ss such as "DD.MM.YYYY HH:mm" is allowed`;
}

/** Of a format that has day and month before the year, with slashes between: the one that has them the other way round. */
export function dayAndMonthSwapped(format: string): string | undefined {
  const [, one, other] = /^(DD?|MM?)\/(DD?|MM?)\//.exec(format) ?? [];
  if (one === undefined || other === undefined || one.charAt(0) === other.charAt(0)) return undefined;
  return format.replace(/^[^/]+\/[^/]+/, `${other}/${one}`);
}

/** What is wrong with the name of a zone; undefined where this machine knows it. */
export function zoneMistake(zone: string): string | undefined {
  try {
    if (!/^[+-]/.test(zone) && new Intl.DateTimeFormat('en', { timeZone: zone }).format(0) !== '')
      return undefined;
  } catch {
    // Told below.
  }
  return `${JSON.stringify(zone)} given; a zone of the IANA such as Europe/Berlin is allowed`;
}

export function timeReader({ format, zone }: TimeFormat): TimeReader {
  if (isCount(format)) return unixReader(format);
  const local = localReader(zone);
  if (format === 'iso') return isoReader(local);
  return patternReader(format, local);
}

function unixReader(format: CountFormat): TimeReader {
  const behind = counts[format];
  return text => {
    const digits = /^(\d{1,20})(\.\d{1,15})?$/.exec(text)?.[1];
    if (digits === undefined) return wrong(text, `${countNames[format]} since 1970`);
    // Cut as text: nanoseconds are more than a number holds.
    return inReach(text, Number(behind === 0 ? digits : digits.slice(0, -behind)));
  };
}

function isoReader(local: LocalReader): TimeReader {
  return (text, series) => {
    const found = iso.exec(text);
    if (found === null) return wrong(text, 'a time such as 2026-03-29T01:00:00Z or 2026-03-29 01:00');
    const [, year, month, day, hour = '0', minute = '0', second = '0', offset] = found;
    const atS = secondsOf([year, month, day, hour, minute, second].map(Number));
    if (atS === undefined) return wrong(text, 'a day and time that exist');
    if (offset === undefined) return local(text, atS, series);
    return inReach(text, atS - offsetS(offset));
  };
}

function offsetS(offset: string): number {
  const [, hours = '0', minutes = '0'] = /^[+-](\d\d):?(\d\d)?/.exec(offset) ?? [];
  const seconds = Number(hours) * 3600 + Number(minutes) * 60;
  return offset.startsWith('-') ? -seconds : seconds;
}

function patternReader(format: string, local: LocalReader): TimeReader {
  const order: readonly string[] = format.match(tokenPattern) ?? [];
  let source = '';
  let at = 0;
  for (const { 0: token, index } of format.matchAll(tokenPattern)) {
    source += escaped(format.slice(at, index));
    source += `(${tokens[token]})`;
    at = index + token.length;
  }
  const pattern = new RegExp(`^${source}${escaped(format.slice(at))}$`);
  const place = (...names: string[]) => order.findIndex(token => names.includes(token)) + 1;
  const places = [
    place('YYYY', 'YY'),
    place('MM', 'M'),
    place('DD', 'D'),
    place('HH', 'H', 'hh', 'h'),
    place('mm'),
    place('ss'),
  ];
  const half = place('A');
  const swapped = dayAndMonthSwapped(format);
  const centuries = order.includes('YY') ? 2000 : 0;
  return (text, series) => {
    const found = pattern.exec(text);
    if (found === null) return wrong(text, `a time written as ${format}`);
    const parts = places.map(index => (index === 0 ? 0 : Number(found[index])));
    parts[0] = (parts[0] ?? 0) + centuries;
    if (half > 0) {
      const hour = parts[3] ?? 0;
      if (hour < 1 || hour > 12) return wrong(text, 'an hour from 1 to 12 with AM or PM');
      parts[3] = (hour % 12) + (/^p/i.test(found[half] ?? '') ? 12 : 0);
    }
    const atS = secondsOf(parts);
    if (atS !== undefined) return local(text, atS, series);
    const [year = 0, month = 0, day = 0, ...clock] = parts;
    const isSwapped = swapped !== undefined && secondsOf([year, day, month, ...clock]) !== undefined;
    const hint = isSwapped ? ` (of the format ${JSON.stringify(swapped)} it is one)` : '';
    return wrong(text, `a day and time that exist${hint}`);
  };
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

type LocalReader = (text: string, localS: number, series: string) => ReadTime;

/**
 * Times as a clock in the zone shows them. The hour that it shows twice in autumn is told apart by the order of the
 * rows: who has shown a time already shows it for the second time, be the hours one after the other or sorted into one another. Times that it skips in spring are mistakes.
 */
function localReader(zone: string): LocalReader {
  const clock = localClock(zone);
  const lasts = new Map<string, { atS: number; localS: number; isBackward: boolean; isPaired: boolean }>();
  let [slot, first, second]: [number, number | undefined, number | undefined] = [
    Number.NaN,
    undefined,
    undefined,
  ];
  return (text, localS, series) => {
    const wanted = Math.floor(localS / 900);
    if (wanted !== slot) {
      const offsets = [clock.offsetS(localS - 86_400), clock.offsetS(localS + 86_400)];
      const good = offsets.filter(offset => clock.offsetS(localS - offset) === offset);
      [slot, first, second] = [wanted, Math.max(...good), Math.min(...good)];
      if (good.length === 0) first = undefined;
    }
    if (first === undefined || second === undefined) {
      const allowed =
        'a time that they show is allowed; where those of the file are of UTC, that is its zone';
      return { wrong: `${show(text)} given, which clocks in ${zone} skip; ${allowed}` };
    }
    const [early, late] = [localS - first, localS - second];
    const last = lasts.get(series);
    let atS = early;
    // Some sort by what clocks show: both 02:00, then both 02:15.
    const isPaired = early !== late && last !== undefined && (last.localS === localS || last.isPaired);
    const isNext = last?.isPaired === true && (last.isBackward ? localS < last.localS : localS > last.localS);
    if (early !== late && last !== undefined) {
      if (last.isBackward) atS = isNext || late < last.atS ? late : early;
      else atS = isNext || early > last.atS ? early : late;
    }
    const isBackward =
      last !== undefined && (isPaired || atS === last.atS ? last.isBackward : atS < last.atS);
    lasts.set(series, { atS, localS, isBackward, isPaired });
    const read = inReach(text, atS);
    return early !== late && 'atS' in read ? { ...read, ofTwo: atS === early ? 'first' : 'second' } : read;
  };
}

/** Seconds since 1970 of a day and time of UTC; undefined where there is none such. */
function secondsOf([year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0]: readonly number[]):
  | number
  | undefined {
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(ms);
  // Midnight at the end of a day is written 24:00 by some.
  const isEndOfDay = hour === 24 && minute === 0 && second === 0;
  const isSame = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && date.getUTCHours() === hour;
  const isRight = minute < 60 && second < 60 && month >= 1 && month <= 12;
  if (isEndOfDay && isRight)
    return day <= new Date(Date.UTC(year, month, 0)).getUTCDate() && day > 0 ? ms / 1000 : undefined;
  return isSame && isRight ? ms / 1000 : undefined;
}

const earliestS = Date.UTC(2000, 0) / 1000;
const latestS = Date.UTC(2100, 0) / 1000;

function inReach(text: string, atS: number): ReadTime {
  return atS >= earliestS && atS < latestS ? { atS } : wrong(text, 'a time in the years 2000 to 2099');
}

const wrong = (text: string, allowed: string): ReadTime => ({
  wrong: `${show(text)} given; ${allowed} is allowed`,
});

const show = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
