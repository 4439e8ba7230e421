import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { ExportPieces } from '../store/export-pieces.ts';

export interface ExportStreamOptions {
  /** A reader that takes nothing for so long is gone. */
  readonly stalledMs: number;
  /** Whether its reader may still see all of it; asked as it goes. Where not, it ends broken. */
  readonly maySee: () => boolean;
  /** Told once: all was sent, the reader went away (or lost the right to it) or did not read, or the host could not go on. */
  readonly onEnd: (outcome: 'whole' | 'left' | 'stalled' | 'failed', error?: Error) => void;
}

/** An export as a stream of text: the next piece is made when the one before was taken. */
export function exportText(pieces: ExportPieces, options: ExportStreamOptions): Readable {
  return watched(Readable.from(pieces, { objectMode: false, highWaterMark: 1 }), pieces, options);
}

/** An export as a stream of its Parquet file; the file is gone with the end of the stream. */
export function exportFile(pieces: ExportPieces, path: string, options: ExportStreamOptions): Readable {
  return watched(createReadStream(path), pieces, options);
}

class Stalled extends Error {}
class Refused extends Error {}

function watched(
  stream: Readable,
  pieces: ExportPieces,
  { stalledMs, maySee, onEnd }: ExportStreamOptions,
): Readable {
  let failure: Error | undefined;
  let isWhole = false;
  const stall = setTimeout(() => stream.destroy(new Stalled('nothing was read')), stalledMs).unref();
  stream.on('data', () => {
    stall.refresh();
    if (!maySee()) stream.destroy(new Refused('the right to see it has ended'));
  });
  // Listening to data would let it flow before anybody takes it.
  stream.pause();
  stream.once('end', () => {
    isWhole = true;
  });
  stream.once('error', error => {
    failure = error;
  });
  stream.once('close', () => {
    clearTimeout(stall);
    // What is under way in the store ends with who asked for it.
    pieces.end().catch(() => {});
    if (isWhole) onEnd('whole');
    else if (failure instanceof Stalled) onEnd('stalled');
    else if (failure !== undefined && !(failure instanceof Refused)) onEnd('failed', failure);
    else onEnd('left');
  });
  return stream;
}
