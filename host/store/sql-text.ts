/** As an identifier (`"`) or a text (`'`) of SQL. */
export const quoted = (text: string, quote: '"' | "'"): string =>
  `${quote}${text.replaceAll(quote, quote + quote)}${quote}`;

/**
 * A list as one bound parameter, which the statement casts: `?::VARCHAR[]`. No JSON: in the text of a list DuckDB takes whatever
 * stands behind a backslash as it is, also the n of a line break.
 */
export const list = (values: readonly (string | number)[]): string =>
  `[${values.map(value => (typeof value === 'number' ? value : `"${value.replace(/["\\]/g, '\\$&')}"`)).join(', ')}]`;
