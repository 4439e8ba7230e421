/** What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection), also in full width. */
const beginsFormula = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;
/** The same behind what a spreadsheet of another country parts cells by, or behind the end of a line: quotes do not stop that. */
const formulaWithin = /([;\t\r\n])(?=[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/g;
const needsQuotes = /[",\r\n\t]|^ | $/;

/**
 * A text as a cell of CSV, quoted by RFC 4180 where it has to be. Names of gateways and meters are given by people
 * and devices: what a spreadsheet would run as a formula gets an apostrophe before it. Not for numbers.
 */
export function csvText(text: string): string {
  const parted = text.replace(formulaWithin, "$1'");
  const safe = beginsFormula.test(parted) ? `'${parted}` : parted;
  return needsQuotes.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
