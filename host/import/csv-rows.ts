import { type CsvLine, CsvReader } from './csv-reader.ts';
import type { FileFormat } from './order.ts';
import type { Rows } from './rows.ts';
import { textPieces } from './text-pieces.ts';

/** Lines of text as cells, without those that the format passes over. @throws CsvError */
export async function* csvRows(path: string, format: FileFormat): AsyncGenerator<Rows> {
  const csv = new CsvReader(format.delimiter);
  const passes = new CsvPasses(format);
  let line = 1;
  for await (const { text, share } of textPieces(path, format.encoding, () => line)) {
    const read = csv.read(text);
    line = read.at(-1)?.line ?? line;
    yield { lines: passes.of(read), share };
  }
  yield { lines: passes.of(csv.end()), share: 1 };
}

type Passed = Pick<FileFormat, 'skip' | 'under' | 'hasComments' | 'hasHeader'>;

/** Annotations of InfluxDB's CSV: each table of the file has its own, and its own names behind them. */
const annotation = /^#(?:datatype|group|default)$/;

/**
 * Leaves out of a file's lines what is neither names nor values: those above the names, those between names and values,
 * comments, and names that are said again (files that were put one behind the other). Marks further names.
 */
export class CsvPasses {
  readonly #format: Passed;
  #names: readonly string[] | undefined;
  /** The last line that the names bring along. */
  #underLine = 0;
  #isAnnotated = false;

  constructor(format: Passed) {
    this.#format = format;
  }

  of(lines: readonly CsvLine[]): readonly CsvLine[] {
    const { skip = 0, under = 0, hasComments = false } = this.#format;
    if (skip === 0 && under === 0 && !hasComments && !this.#format.hasHeader) return lines;
    return lines.flatMap(each => this.#pass(each));
  }

  #pass(each: CsvLine): CsvLine[] {
    const { skip = 0, under = 0, hasComments = false, hasHeader } = this.#format;
    const { line, cells } = each;
    const [first = ''] = cells;
    if (line <= skip) return [];
    if (hasComments && first.startsWith('#')) {
      this.#isAnnotated ||= annotation.test(first.trim());
      return [];
    }
    if (!hasHeader) return line <= skip + under ? [] : [each];
    if (this.#names === undefined) {
      this.#names = cells;
      this.#underLine = line + under;
      this.#isAnnotated = false;
      return [each];
    }
    if (line <= this.#underLine) return [];
    const order = this.#orderOf(cells);
    if (this.#isAnnotated || order === 'other') {
      this.#isAnnotated = false;
      if (order === 'same') return [];
      this.#names = cells;
      return [{ ...each, isNames: true }];
    }
    return order === 'same' ? [] : [each];
  }

  /** Whether a line has the names again: in their order, or in another, as of a file whose columns were moved. */
  #orderOf(cells: readonly string[]): 'same' | 'other' | undefined {
    const names = this.#names ?? [];
    // Cheaper than to compare each line: names are seldom said again.
    if (cells.length !== names.length || !names.includes(cells[0] ?? '')) return undefined;
    if (cells.every((cell, at) => cell === names[at])) return 'same';
    const sorted = [...names].sort();
    return [...cells].sort().every((cell, at) => cell === sorted[at]) ? 'other' : undefined;
  }
}
