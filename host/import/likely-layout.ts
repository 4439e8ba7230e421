import { type CsvLine, CsvReader, type Delimiter } from './csv-reader.ts';
import { CsvPasses } from './csv-rows.ts';
import { importLimits } from './limits.ts';

/** How the lines of a CSV file seem to lie. */
export interface CsvLayout {
  readonly delimiter: Delimiter;
  readonly hasHeader: boolean;
  readonly skip: number;
  readonly under: number;
  readonly hasComments: boolean;
  readonly isRagged: boolean;
}

/** In the order in which they are believed: a comma may be that of decimals, too. */
const candidates: readonly Delimiter[] = ['\t', ';', '|', ','];
const judgedLines = 60;
/** Excel writes and reads a first line that says which delimiter follows. */
const separatorLine = /^\uFEFF?sep=([,;\t|])\r?\n/i;

/** Tells from the first lines of a file how they lie; always something. */
export function likelyLayout(text: string): CsvLayout {
  const said = separatorLine.exec(text)?.[1];
  const delimiter = candidates.find(each => each === said) ?? likelyDelimiter(text);
  const lines = linesBy(text, delimiter).filter(({ line }) => said === undefined || line > 1);
  const isComment = ({ cells: [first = ''] }: CsvLine) => first.startsWith('#');
  // Names may begin with #, too; a comment is one where a line of names is behind it.
  const hasComments = lines.some(isComment) && lines.some(each => !isComment(each) && !isValues(each));
  const own = hasComments ? lines.filter(each => !isComment(each)) : lines;
  const width = usualWidth(own);
  const isWide = ({ cells }: CsvLine) => cells.length >= width && cells.length > 1;
  const wide = own.filter(isWide);
  const [top = own[0]] = wide;
  // Titles may be as wide as the table, by delimiters alone or by saying one thing of each column again,
  // or are a small table of their own, which is wider.
  const isTitle = (each: CsvLine) => isPoor(each) || widthOf(each.cells, width) > width + 1;
  const named =
    top !== undefined && isTitle(top) ? wide.find(each => !isTitle(each) && !isValues(each)) : top;
  const head = named ?? top;
  const skip = Math.min(said === undefined ? 0 : 1, importLimits.headLines);
  const base = { delimiter, hasComments };
  if (head === undefined) return { ...base, hasHeader: true, skip, under: 0, isRagged: false };
  const before = own.some(({ line }) => line < head.line) ? head.line - 1 : skip;
  const hasHeader = own.length > 1 && !isValues(head);
  const rest = own.filter(({ line }) => line > head.line);
  const first = rest.find(isValues);
  const between = first === undefined ? 0 : rest.filter(({ line }) => line < first.line).length;
  const values = rest.filter(isValues);
  return {
    ...base,
    hasHeader,
    skip: Math.min(before, importLimits.headLines),
    // A line of words among values is a mistake of the file; two or three below the names say units.
    under: hasHeader && first !== undefined && between > 0 && between <= 3 ? first.line - head.line - 1 : 0,
    isRagged: values.some(({ cells }) => cells.length < head.cells.length),
  };
}

/** The delimiter that most lines agree on; a comma where there is none. */
export function likelyDelimiter(text: string): Delimiter {
  let best: { readonly delimiter: Delimiter; readonly score: number } = { delimiter: ',', score: 0 };
  for (const delimiter of candidates) {
    const lines = linesBy(text, delimiter).filter(({ cells: [first = ''] }) => !first.startsWith('#'));
    const width = usualWidth(lines);
    const score = lines.filter(({ cells }) => width > 1 && widthOf(cells, width) === width).length;
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

/** The first lines of a file as the import would see them, names first. */
export function firstLines(text: string, layout: CsvLayout, most: number): string[][] {
  const passes = new CsvPasses(layout);
  return passes
    .of(linesBy(text, layout.delimiter))
    .slice(0, most)
    .map(({ cells }) => [...cells]);
}

/** What stands below each name, such as its unit; none where nothing does. */
export function unitsBelow(text: string, layout: CsvLayout): string[] {
  const { delimiter, skip, under, hasComments } = layout;
  const lines = linesBy(text, delimiter).filter(
    ({ line, cells: [first = ''] }) => line > skip && !(hasComments && first.startsWith('#')),
  );
  const [head] = lines;
  if (head === undefined || under === 0) return [];
  const below = lines.filter(({ line }) => line > head.line && line <= head.line + under);
  return head.cells.map((_, column) =>
    below
      .map(({ cells }) => (cells[column] ?? '').trim())
      .join(' ')
      .slice(0, importLimits.exampleCharacters)
      .trim(),
  );
}

/** Whole lines, as far as they can be read. */
function linesBy(text: string, delimiter: string): CsvLine[] {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const lines: CsvLine[] = [];
  const reader = new CsvReader(delimiter);
  // Line by line, so that what is before a mistake is there.
  for (const line of (whole === '' ? `${text}\n` : whole).split(/(?<=\n)/)) {
    if (lines.length >= judgedLines) break;
    try {
      lines.push(...reader.read(line));
    } catch {
      break;
    }
  }
  return lines;
}

/** How many cells a line has, without an empty one behind those that most have. */
const widthOf = (cells: readonly string[], width: number): number =>
  cells.length === width + 1 && cells.at(-1)?.trim() === '' ? width : cells.length;

/** How many cells most lines have; the larger of two. */
function usualWidth(lines: readonly CsvLine[]): number {
  const counts = new Map<number, number>();
  for (const { cells } of lines) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  const [most] = [...counts].sort(([one, ofOne], [other, ofOther]) => ofOther - ofOne || other - one);
  const width = most?.[0] ?? 0;
  // Some end each line of values with a delimiter, and not the names.
  const isOpen = lines.every(({ cells }) => cells.length !== width || cells.at(-1)?.trim() === '');
  return isOpen && width > 2 ? width - 1 : width;
}

/** Names tell columns apart: of a line of names at least half are there and not those of others. */
const isPoor = ({ cells }: CsvLine): boolean =>
  new Set(cells.filter(cell => cell.trim() !== '')).size * 2 <= cells.length;

/** A line has values where a cell of it is a number or a time. */
const isValues = ({ cells }: CsvLine): boolean => cells.some(cell => isNumber(cell.trim()) || isTime(cell));

/** In one pass: two runs that may both take a digit or a blank would take the cube of a long cell's length. */
const isNumber = (text: string): boolean =>
  /\d/.test(text) && /^[-+]?[\d.,'\u00a0\u202f ]*[\d.,](?:[eE][-+]?\d+)?$/.test(text);

const isTime = (cell: string): boolean => /^\s*\d{1,4}[-./]\d{1,2}[-./]\d{1,4}(?:$|[T ,])/.test(cell);
