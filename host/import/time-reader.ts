import { localClock } from '../export/local-time.ts';

/** How times are written: `iso`, seconds or milliseconds since 1970, or a pattern such as `DD.MM.YYYY HH:mm`. */
export interface TimeFormat {
  readonly format: string;
  /** IANA zone of times that do not say theirs. */
  readonly zone: string;
}

/** Seconds since 1970, or what is wrong with the text and what is allowed. */
export type ReadTime = { readonly atS: number } | { readonly wrong: string };

/** Times of one column in the order of the file: `series` tells apart rows that each go their own way through time. */
export type TimeReader = (text: string, series: string) => ReadTime;

const iso =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?)? ?(Z|[+-]\d\d(?::?\d\d)?)?$/i;
const tokens = { YYYY: 4, YY: 2, MM: 2, M: 0, DD: 2, D: 0, HH: 2, H: 0, mm: 2, ss: 2 } as const;
const tokenPattern = /YYYY|YY|MM|M|DD|D|HH|H|mm|ss/g;

/** What is wrong with a pattern; undefined where it can be read. */
export function patternMistake(format: string): string | undefined {
  if (format === 'iso' || format === 'unix' || format === 'unixMs') return undefined;
  const found: readonly string[] = format.match(tokenPattern) ?? [];
  const has = (...names: string[]) => names.some(name => found.includes(name));
  const isWhole = has('YYYY', 'YY') && has('MM', 'M') && has('DD', 'D');
  if (isWhole && new Set(found).size === found.length && format.length <= 64) return undefined;
  return `${JSON.stringify(format)} given; iso, unix, unixMs or a pattern of YYYY, MM, DD, HH, mm, ss such as "DD.MM.YYYY HH:mm" is allowed`;
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
  if (format === 'unix' || format === 'unixMs') return unixReader(format === 'unix' ? 1 : 1000);
  const local = localReader(zone);
  if (format === 'iso') return isoReader(local);
  return patternReader(format, local);
}

function unixReader(perSecond: number): TimeReader {
  const what = perSecond === 1 ? 'seconds' : 'milliseconds';
  return text => {
    if (!/^\d{1,15}(\.\d{1,9})?$/.test(text)) return wrong(text, `${what} since 1970`);
    return inReach(text, Math.floor(Number(text) / perSecond));
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
  if (offset.toUpperCase() === 'Z') return 0;
  const digits = offset.slice(1).replace(':', '');
  const seconds = Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2) || '0') * 60;
  return offset.startsWith('-') ? -seconds : seconds;
}

function patternReader(format: string, local: LocalReader): TimeReader {
  const order: readonly string[] = format.match(tokenPattern) ?? [];
  let source = '';
  let at = 0;
  for (const { 0: token, index } of format.matchAll(tokenPattern)) {
    source += escaped(format.slice(at, index));
    const digits = tokens[token as keyof typeof tokens];
    source += digits === 0 ? '(\\d{1,2})' : `(\\d{${digits}})`;
    at = index + token.length;
  }
  const pattern = new RegExp(`^${source}${escaped(format.slice(at))}$`);
  const place = (...names: string[]) => order.findIndex(token => names.includes(token)) + 1;
  const places = [
    place('YYYY', 'YY'),
    place('MM', 'M'),
    place('DD', 'D'),
    place('HH', 'H'),
    place('mm'),
    place('ss'),
  ];
  const centuries = order.includes('YY') ? 2000 : 0;
  return (text, series) => {
    const found = pattern.exec(text);
    if (found === null) return wrong(text, `a time written as ${format}`);
    const parts = places.map(index => (index === 0 ? 0 : Number(found[index])));
    parts[0] = (parts[0] ?? 0) + centuries;
    const atS = secondsOf(parts);
    return atS === undefined ? wrong(text, 'a day and time that exist') : local(text, atS, series);
  };
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

type LocalReader = (text: string, localS: number, series: string) => ReadTime;

/**
 * Times as a clock in the zone shows them. The hour that it shows twice in autumn is told apart by the order of the
 * rows: who has shown a time already shows it for the second time. Times that it skips in spring are mistakes.
 */
function localReader(zone: string): LocalReader {
  const clock = localClock(zone);
  const lasts = new Map<string, { atS: number; isBackward: boolean }>();
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
      return { wrong: `${show(text)} given, which clocks in ${zone} skip; a time that they show is allowed` };
    }
    const [early, late] = [localS - first, localS - second];
    const last = lasts.get(series);
    let atS = early;
    if (early !== late && last !== undefined) {
      atS = last.isBackward ? (late < last.atS ? late : early) : early > last.atS ? early : late;
    }
    const isBackward = last !== undefined && (atS === last.atS ? last.isBackward : atS < last.atS);
    lasts.set(series, { atS, isBackward });
    return inReach(text, atS);
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
