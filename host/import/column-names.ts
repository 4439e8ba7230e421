/**
 * Which cell of a line a column is: by its name in the first line (of several of one name the first), or by its number
 * from 1 as `#2`.
 */
export function columnIndex(name: string, header: readonly string[]): number | undefined {
  const byName = header.indexOf(name);
  if (byName >= 0) return byName;
  const number = /^#(\d{1,4})$/.exec(name)?.[1];
  return number === undefined || Number(number) === 0 ? undefined : Number(number) - 1;
}

/** What to say of a column that is not there. */
export function noColumn(name: string, header: readonly string[], hasHeader: boolean): string {
  const names = header.map(each => JSON.stringify(each)).join(', ');
  const known = names.length > 400 ? `${names.slice(0, 400)}…` : names;
  return hasHeader
    ? `${JSON.stringify(name)} given; ${known} or #1 to #${header.length} are allowed`
    : `${JSON.stringify(name)} given; #1 to #${header.length} are allowed, for the file has no line of names`;
}
