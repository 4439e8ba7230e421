/** Names of columns that say which device a line of several quantities is of. */
const deviceWords =
  /^(?:device|meter|sensor|channel|circuit|plug|outlet|socket|inverter|node|location|room|appliance|zähler|zaehler|gerät|geraet|kanal|steckdose|raum|stromkreis|contador|aparelho|dispositivo|tomada|canal)(?:[ _-]?(?:id|name|no|nr|key|number|nummer|serial|sn))?$|^(?:name|entity_id|serial|serial[ _-]?(?:no|nr|number)|seriennummer|mac|mac[ _-]?address|zählernummer|geräte[ _-]?(?:id|name|nummer)|nome)$/i;
/** Whole numbers below these may be readings. */
const readingWords = /^(?:meter|zähler|zaehler|contador)$/i;
const whole = /^\d{1,20}$/;
const number = /^-?[\d\s.,']*\d[.,]?$/;

/**
 * Columns that say which device a line is of, where lines have a column for each quantity: by their names; else the first
 * that tells lines of one time apart, whatever it is called. None where nothing tells.
 * @param rows the first lines of values
 * @param columns those that are neither times nor quantities
 * @param times those that together are the time
 */
export function deviceColumns(
  rows: readonly (readonly string[])[],
  columns: readonly number[],
  times: readonly number[],
  nameAt: (column: number) => string,
): number[] {
  const cellsOf = (column: number) => cellsIn(rows, column);
  const named = columns.filter(column => {
    const name = nameAt(column);
    const isNumbers = cellsOf(column).some(cell => whole.test(cell));
    return deviceWords.test(name) && couldName(cellsOf(column)) && !(isNumbers && readingWords.test(name));
  });
  if (named.length > 0) return named;
  return tellingColumn(rows, columns, times);
}

/** The first column that tells lines apart that others say are one, such as lines of one time; none where none does. */
export function tellingColumn(
  rows: readonly (readonly string[])[],
  columns: readonly number[],
  others: readonly number[],
): number[] {
  const moments = rows.map(line => others.map(column => line[column] ?? '').join(' '));
  if (others.length === 0 || !isSaidAgain(moments)) return [];
  const telling = columns.find(column => {
    const cells = cellsIn(rows, column);
    const both = cells.map((cell, row) => `${moments[row]} ${cell}`);
    // A row's number tells lines apart as well, but no two are of one.
    return couldName(cells) && isSaidAgain(cells) && !isSaidAgain(both);
  });
  return telling === undefined ? [] : [telling];
}

const cellsIn = (rows: readonly (readonly string[])[], column: number): string[] =>
  rows.map(line => (line[column] ?? '').trim());

/** A whole number may be a device's, too; one with decimals, or nothing at all, is no name. */
const couldName = (cells: readonly string[]): boolean =>
  cells.some(cell => cell !== '') &&
  cells.every(cell => cell === '' || whole.test(cell) || !number.test(cell));

const isSaidAgain = (texts: readonly string[]): boolean => new Set(texts).size < texts.length;
