import { createReadStream } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { CsvError, CsvReader, likelyDelimiter } from './csv-reader.ts';
import { importLimits } from './limits.ts';
import type { ImportOrder } from './order.ts';
import type { ValueReader } from './values.ts';

const pieceBytes = 64 * 1024;

/**
 * Reads a file through a reader of values, piece by piece, and gives way to others between them. Where the file stops
 * being CSV that is a mistake, and what is behind it is not read.
 * @param onPiece called after each piece; what it waits for is waited for
 */
export async function readFileValues(
  path: string,
  { format }: Pick<ImportOrder, 'format'>,
  reader: ValueReader,
  onPiece: () => Promise<void>,
): Promise<void> {
  const csv = new CsvReader(format.delimiter);
  const decoder = new TextDecoder(format.encoding, { fatal: true });
  let lines = 1;
  try {
    for await (const bytes of createReadStream(path, { highWaterMark: pieceBytes })) {
      let text: string;
      try {
        text = decoder.decode(bytes, { stream: true });
      } catch {
        const { encoding } = format;
        throw new CsvError(
          lines,
          `text that is not ${encoding.toUpperCase()} within the next lines; choose another encoding`,
        );
      }
      let startMs = performance.now();
      for (const each of csv.read(text)) {
        lines = each.line;
        reader.read(each);
        if (reader.values > importLimits.values) {
          throw new CsvError(each.line, `more than ${importLimits.values} values; divide the file`);
        }
        if (performance.now() - startMs < importLimits.turnMs) continue;
        await setImmediate();
        startMs = performance.now();
      }
      await onPiece();
    }
    for (const each of csv.end()) reader.read(each);
    await onPiece();
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    reader.mistakes.add(error.line, '', error.message);
    await onPiece();
  }
}

/** What can be told of a file before anything is known of it: its first lines as cells, by the likely delimiter. */
export function firstLines(text: string): { readonly delimiter: string; readonly lines: string[][] } {
  const delimiter = likelyDelimiter(text);
  const reader = new CsvReader(delimiter);
  try {
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    const lines = reader.read(whole === '' ? `${text}\n` : whole);
    return { delimiter, lines: lines.slice(0, 6).map(({ cells }) => [...cells]) };
  } catch {
    return { delimiter, lines: [] };
  }
}
