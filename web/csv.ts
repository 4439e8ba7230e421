import { civilOf } from './periods.ts';

/** What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection), also in full width. */
const beginsFormula = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;
/** The same behind what a spreadsheet of another country parts cells by, or behind the end of a line: quotes do not stop that. */
const formulaWithin = /([;\t\r\n])(?=[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/g;
const needsQuotes = /[",\r\n\t]|^ | $/;

/** A cell: numbers as they are, texts quoted and neutralised as the host's exports have them, null empty. */
export function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  const parted = value.replace(formulaWithin, "$1'");
  const safe = beginsFormula.test(parted) ? `'${parted}` : parted;
  return needsQuotes.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Lines by RFC 4180. */
export const csvOf = (rows: readonly (readonly (string | number | null)[])[]): string =>
  rows.map(row => `${row.map(csvCell).join(',')}\r\n`).join('');

/** `2026-03-29T01:00:00Z` */
export const utcText = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 19)}Z`;

/** `2026-03-29T03:00:00+02:00`, as clocks of the site show it. */
export function localText(atMs: number, zone: string): string {
  const civilMs = civilOf(atMs, zone);
  const minutes = Math.round((civilMs - atMs) / 60_000);
  const two = (value: number) => String(value).padStart(2, '0');
  const size = Math.abs(minutes);
  const offset = `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  return new Date(civilMs).toISOString().slice(0, 19) + offset;
}
