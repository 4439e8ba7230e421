/** Texts that are written where there is no value: Home Assistant, Python, databases, inverters at night. */
export const blanks: readonly string[] = Object.freeze([
  ...['unknown', 'unavailable', 'None', 'null', 'NULL', 'nan', 'NaN', 'N/A', 'n/a', '-', '--', '---'],
]);
