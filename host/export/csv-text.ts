/** What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection), also in full width. */
const beginsFormula = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;
const needsQuotes = /[",\r\n\t]|^ | $/;

/**
 * A text as a cell of CSV, quoted by RFC 4180 where it has to be. Names of gateways and meters are given by people
 * and devices: one that a spreadsheet would run as a formula gets an apostrophe before it. Not for numbers.
 */
export function csvText(text: string): string {
  const safe = beginsFormula.test(text) ? `'${text}` : text;
  return needsQuotes.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
