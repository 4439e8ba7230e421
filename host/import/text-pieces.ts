import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { CsvError } from './csv-reader.ts';
import type { FileEncoding } from './likely-encoding.ts';

/** Read in one go, which takes about a millisecond; what else the thread does waits for so long. */
const pieceBytes = 16 * 1024;

/** A piece of a text file, and how much of the file is read with it, 0 to 1. */
export interface TextPiece {
  readonly text: string;
  readonly share: number;
}

/**
 * The text of a file piece by piece, without its byte order mark.
 * @param lineOf the line that is being read, for the message
 * @throws CsvError where its bytes are no text of the encoding
 */
export async function* textPieces(
  path: string,
  encoding: FileEncoding,
  lineOf: () => number,
): AsyncGenerator<TextPiece> {
  const { size } = await stat(path);
  const decoder = new TextDecoder(encoding, { fatal: true });
  const decode = (bytes?: Uint8Array): string => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      const message = `text that is not ${encoding.toUpperCase()} within the next lines; choose another encoding`;
      throw new CsvError(lineOf(), message);
    }
  };
  let read = 0;
  for await (const bytes of createReadStream(path, { highWaterMark: pieceBytes })) {
    read += bytes.length;
    yield { text: decode(bytes), share: size === 0 ? 1 : read / size };
  }
  const rest = decode();
  if (rest !== '') yield { text: rest, share: 1 };
}
