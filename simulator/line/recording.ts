/** A piece of a recorded stream; `atMs` since the first one, where the recording says when. */
export interface RecordedPiece {
  readonly bytes: Uint8Array;
  readonly atMs?: number;
}

/** `bytes`: as they are. `hex`, `dump`: text that stands for bytes. `timed`: lines of hexadecimal text with their times. */
export interface Recording {
  readonly form: 'bytes' | 'hex' | 'dump' | 'timed';
  readonly pieces: readonly RecordedPiece[];
  readonly byteLength: number;
}

/** A line that is none of a recording: which, and what it was. */
export class RecordingError extends Error {}

/** `xxd` (`00000010: 1b1b 0101  ....`) and `hexdump -C` (`00000010  1b 1b 01 01  |....|`). */
const dumpLine = /^[0-9a-f]{7,8}(?:: |\s\s)((?:[0-9a-f]{2}\s{0,2})+?)(?:\s\s.*|\|.*)?$/i;
/** Half a line is an end of a dump without bytes. */
const dumpEnd = /^[0-9a-f]{7,8}$/i;
/** Seconds, a time of day, or a date with one; then who spoke, which does not matter; then bytes. */
const timedLine =
  /^\[?((?:\d{4}-\d\d-\d\d[T ])?\d{1,2}:\d\d:\d\d(?:[.,]\d+)?Z?|\d+[.,]\d+|\d+(?= ?m?s\b))\s*(m?s\b)?\]?[:;,]?\s*(?:rx|tx|<|>|<-|->|→|←)?:?\s*(.*)$/i;
const hexLine = /^(?:(?:0x|\\x)?[0-9a-f]{2}[\s,;:-]*)+$/i;
const dayMs = 86_400_000;

/**
 * A recorded stream out of a file's bytes: raw, or as text in hexadecimal, as a dump, or with a time before each line
 * (seconds, a time of day, or a date). Lines that begin with `#` are passed over. What is not text of these kinds as a
 * whole is bytes as they are, as text telegrams are. @throws RecordingError on a line that is none among others that are.
 */
export function readRecording(file: Uint8Array): Recording {
  const text = Buffer.from(file).toString('latin1');
  const isText = /^[\t\r\n\x20-\x7e→←]*$/.test(text);
  const lines = isText
    ? text.split(/\r?\n/).map((line, index) => ({ line: line.trim(), number: index + 1 }))
    : [];
  const told = lines.filter(({ line }) => line !== '' && !line.startsWith('#'));
  const forms = [
    ['dump', dumpBytes],
    ['timed', timedPiece],
    ['hex', hexPiece],
  ] as const;
  for (const [form, read] of forms) {
    const first = told[0];
    if (first === undefined || (read(first.line)?.bytes.length ?? 0) === 0) continue;
    const pieces = told.map(({ line, number }) => {
      const piece = read(line);
      if (piece !== undefined) return piece;
      throw new RecordingError(
        `line ${number} is no bytes in hexadecimal${form === 'timed' ? ' behind a time' : ''}: ${JSON.stringify(line.slice(0, 60))}`,
      );
    });
    return recordingOf(form, pieces);
  }
  return recordingOf('bytes', [{ bytes: file }]);
}

function recordingOf(form: Recording['form'], pieces: readonly RecordedPiece[]): Recording {
  const first = pieces[0]?.atMs ?? 0;
  let days = 0;
  let lastMs = 0;
  const dated = pieces.map(({ bytes, atMs }): RecordedPiece => {
    if (atMs === undefined) return { bytes };
    // A time of day begins anew at midnight; a little back is a clock that was set.
    if (atMs - first + days * dayMs < lastMs - dayMs / 2) days++;
    lastMs = Math.max(lastMs, atMs - first + days * dayMs);
    return { bytes, atMs: lastMs };
  });
  const byteLength = dated.reduce((sum, { bytes }) => sum + bytes.length, 0);
  return { form, pieces: dated.filter(({ bytes }) => bytes.length > 0), byteLength };
}

function dumpBytes(line: string): RecordedPiece | undefined {
  if (dumpEnd.test(line)) return { bytes: new Uint8Array(0) };
  const hex = dumpLine.exec(line)?.[1];
  return hex === undefined ? undefined : { bytes: bytesOf(hex) };
}

function timedPiece(line: string): RecordedPiece | undefined {
  const [, when, unit, hex] = timedLine.exec(line) ?? [];
  if (when === undefined || hex === undefined || !hexLine.test(hex)) return undefined;
  const atMs = msOf(when.replace(',', '.'), unit);
  // The 32nd of a month has the form of a date.
  return Number.isFinite(atMs) ? { atMs, bytes: bytesOf(hex) } : undefined;
}

const hexPiece = (line: string): RecordedPiece | undefined =>
  hexLine.test(line) ? { bytes: bytesOf(line) } : undefined;

function msOf(when: string, unit: string | undefined): number {
  if (!when.includes(':')) return Number(when) * (unit === 'ms' ? 1 : 1000);
  if (when.includes('-')) return Date.parse(`${when.replace(' ', 'T').replace(/Z?$/, '')}Z`);
  const [hours = 0, minutes = 0, seconds = 0] = when.replace('Z', '').split(':').map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.replace(/0x|\\x/gi, ' ').match(/[0-9a-f]{2}/gi) ?? [], pair =>
    Number.parseInt(pair, 16),
  );
