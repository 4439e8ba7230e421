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
  #names: string | undefined;
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
      this.#names = cells.join('\n');
      this.#underLine = line + under;
      this.#isAnnotated = false;
      return [each];
    }
    if (line <= this.#underLine) return [];
    // Cheaper than to join each line: names are seldom said again.
    const isSaidAgain = this.#names.startsWith(`${first}\n`) && cells.join('\n') === this.#names;
    if (this.#isAnnotated) {
      this.#isAnnotated = false;
      if (isSaidAgain) return [];
      this.#names = cells.join('\n');
      return [{ ...each, isNames: true }];
    }
    return isSaidAgain ? [] : [each];
  }
}
