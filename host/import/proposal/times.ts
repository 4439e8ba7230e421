type Forms = readonly (readonly [RegExp, string])[];

const timeForms: Forms = [
  [/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/, 'iso'],
  [/^\d\d\.\d\d\.\d\d \d\d:\d\d:\d\d$/, 'DD.MM.YY HH:mm:ss'],
  [/^\d\d\.\d\d\.\d\d \d\d:\d\d$/, 'DD.MM.YY HH:mm'],
  [/^\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d$/, 'DD.MM.YYYY HH:mm:ss'],
  [/^\d\d\.\d\d\.\d{4} \d\d:\d\d$/, 'DD.MM.YYYY HH:mm'],
  [/^\d{1,2}\.\d{1,2}\.\d{4} \d{1,2}:\d\d$/, 'D.M.YYYY H:mm'],
  [/^\d{1,2}\.\d{1,2}\.\d{4} \d{1,2}:\d\d:\d\d$/, 'D.M.YYYY H:mm:ss'],
  [/^\d\d-\d\d-\d{4} \d\d:\d\d:\d\d$/, 'DD-MM-YYYY HH:mm:ss'],
  [/^\d\d-\d\d-\d{4} \d\d:\d\d$/, 'DD-MM-YYYY HH:mm'],
  [/^\d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d$/, 'DD/MM/YYYY HH:mm:ss'],
  [/^\d\d\/\d\d\/\d{4} \d\d:\d\d$/, 'DD/MM/YYYY HH:mm'],
  [/^\d{1,2}\/\d{1,2}\/\d{4} \d{1,2}:\d\d:\d\d [AP]M$/i, 'M/D/YYYY h:mm:ss A'],
  [/^\d{1,2}\/\d{1,2}\/\d{4} \d{1,2}:\d\d [AP]M$/i, 'M/D/YYYY h:mm A'],
  [/^\d{1,2}\/\d{1,2}\/\d{4} \d{1,2}:\d\d$/, 'M/D/YYYY H:mm'],
  [/^\d{1,2}\/\d{1,2}\/\d{4} \d{1,2}:\d\d:\d\d$/, 'M/D/YYYY H:mm:ss'],
  [/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d$/, 'YYYY/MM/DD HH:mm:ss'],
  [/^\d{4}\/\d\d\/\d\d \d\d:\d\d$/, 'YYYY/MM/DD HH:mm'],
  [/^\d{4}\.\d\d\.\d\d \d\d:\d\d$/, 'YYYY.MM.DD HH:mm'],
  [/^1\d{18}$/, 'unixNs'],
  [/^1\d{15}$/, 'unixUs'],
  [/^1\d{12}(?:\.\d+)?$/, 'unixMs'],
  [/^1\d{9}(?:\.\d+)?$/, 'unix'],
];
const dateForms: Forms = [
  [/^\d{4}-\d\d-\d\d$/, 'YYYY-MM-DD'],
  [/^\d\d\.\d\d\.\d{4}$/, 'DD.MM.YYYY'],
  [/^\d\d-\d\d-\d{4}$/, 'DD-MM-YYYY'],
  [/^\d\d\/\d\d\/\d{4}$/, 'DD/MM/YYYY'],
  [/^\d{1,2}\/\d{1,2}\/\d{4}$/, 'M/D/YYYY'],
  [/^\d{4}\/\d\d\/\d\d$/, 'YYYY/MM/DD'],
];
const clockForms: Forms = [
  [/^\d\d:\d\d:\d\d$/, 'HH:mm:ss'],
  [/^\d\d:\d\d$/, 'HH:mm'],
  [/^\d{1,2}:\d\d$/, 'H:mm'],
  [/^\d{1,2}:\d\d [AP]M$/i, 'h:mm A'],
];
/** Hours of a day as numbers, as Spanish grid operators write them; only where the column is named so. */
const hourForms: Forms = [[/^\d{1,2}$/, 'H']];
const hourWords = /^(?:hora?|hour|stunde|std|heure|uur)\b/i;

const endWords = /(?<!\p{L})(?:bis|ende?|until|fim|fine?|tot|til|stop)(?!\p{L})|^to$/iu;
const startWords =
  /(?<!\p{L})(?:von|vom|ab|from|start\p{L}*|begin\p{L}*|since|vanaf|van|d[ée]but|desde|in[ií]cio|inizio|dalle|fra|alku\p{L}*)(?!\p{L})/iu;

/** Of which side of an interval a column of times says that they are; undefined where it says nothing. */
export function sideOf(name: string): 'start' | 'end' | undefined {
  const words = name.replace(/(?<=[a-z])(?=[A-Z])/g, ' ');
  return endWords.test(words) ? 'end' : startWords.test(words) ? 'start' : undefined;
}

/** Formats that the page offers; any pattern can be written. */
export const timeFormats: readonly string[] = Object.freeze(timeForms.map(([, format]) => format));

export const isTime = (text: string): boolean => timeForms.some(([form]) => form.test(text.trim()));
export const isDate = (text: string): boolean => dateForms.some(([form]) => form.test(text.trim()));

/** Columns that together are the time of a line, and how it is written; none where no column looks like a time. */
export interface TimeGuess {
  readonly columns: readonly number[];
  readonly format: string;
}

/** @param rows the first lines of values: one of them may tell days from months */
export function guessTime(
  rows: readonly (readonly string[])[],
  nameAt: (column: number) => string,
): TimeGuess {
  const cellsOf = (column: number) =>
    rows.map(line => (line[column] ?? '').trim()).filter(cell => cell !== '');
  const [first = []] = rows;
  // The begin of all that was measured may stand in each line, too, and when a row was written.
  const isSame = (column: number) => rows.length > 1 && new Set(cellsOf(column)).size === 1;
  const isWritten = (column: number) => /^created/i.test(nameAt(column).trim());
  const rankOf = (column: number) => Number(isSame(column)) * 2 + Number(isWritten(column));
  for (const column of [...first.keys()].sort((one, other) => rankOf(one) - rankOf(other))) {
    const cells = cellsOf(column);
    const whole = formOf(timeForms, cells);
    if (whole !== undefined) return { columns: [column], format: dayPlaced(whole, cells) };
    const day = formOf(dateForms, cells);
    if (day === undefined) continue;
    const date = dayPlaced(day, cells);
    const beside = column + 1;
    const isHour = hourWords.test(nameAt(beside).trim());
    const clock = formOf(isHour ? [...clockForms, ...hourForms] : clockForms, cellsOf(beside));
    if (clock !== undefined) return { columns: [column, beside], format: `${date} ${clock}` };
    return { columns: [column], format: date };
  }
  return { columns: [], format: 'iso' };
}

/** The form of all cells; else that of the first: the others are mistakes. */
function formOf(forms: Forms, cells: readonly string[]): string | undefined {
  const [first] = cells;
  if (first === undefined) return undefined;
  const found = forms.find(([form]) => cells.every(cell => form.test(cell)));
  return (found ?? forms.find(([form]) => form.test(first)))?.[1];
}

/** 03/30/2024 has its month first, and 30/3/2024 its day. */
function dayPlaced(format: string, cells: readonly string[]): string {
  const [, one = '', other = ''] = /^(DD?|MM?)\/(DD?|MM?)\//.exec(format) ?? [];
  if (one === '') return format;
  const isOver = (at: number) => cells.some(cell => Number(cell.split('/')[at]?.slice(0, 2)) > 12);
  const isSwapped = one.startsWith('D') ? isOver(1) && !isOver(0) : isOver(0) && !isOver(1);
  return isSwapped ? format.replace(/^[^/]+\/[^/]+/, `${other}/${one}`) : format;
}

const perSecond: Readonly<Record<string, number>> = { unix: 1, unixMs: 1e3, unixUs: 1e6, unixNs: 1e9 };

/** Seconds since midnight, or since 1970 where times are counts; NaN for days alone. */
export function clockS(line: readonly string[], { columns, format }: TimeGuess): number {
  const text = columns.map(column => (line[column] ?? '').trim()).join(' ');
  const perS = perSecond[format];
  if (perS !== undefined) return Number(text) / perS;
  const pattern = format.endsWith(' H') ? / (\d{1,2})$/ : /[T ](\d{1,2}):(\d\d)(?::(\d\d))?(?:.*?([AP])M)?/i;
  const [, hour = '', minute = '0', second = '0', half] = pattern.exec(text) ?? [];
  if (hour === '') return Number.NaN;
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (/p/i.test(half) ? 12 : 0);
  return hours * 3600 + Number(minute) * 60 + Number(second);
}

const daySeconds = 86_400;

/** Seconds from most lines to the next, below zero where the newest line is the first; undefined where the lines have no order. */
export function stepOf(rows: readonly (readonly string[])[], time: TimeGuess): number | undefined {
  const counts = new Map<number, number>();
  for (const [at, line] of rows.slice(1).entries()) {
    const stepS = clockS(line, time) - clockS(rows[at] ?? [], time);
    // Over midnight, in the shorter way.
    const ownS = time.format.startsWith('unix') ? stepS : stepS - Math.round(stepS / daySeconds) * daySeconds;
    if (ownS !== 0 && Number.isFinite(ownS)) counts.set(ownS, (counts.get(ownS) ?? 0) + 1);
  }
  const steps = [...counts.keys()];
  if (steps.some(step => step < 0) && steps.some(step => step > 0)) return undefined;
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0];
}
