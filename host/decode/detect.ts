import type { CaptureFormat } from './capture.ts';
import { countFrames } from './modbus-frames.ts';

const smlStart = Buffer.from('1b1b1b1b01010101', 'hex');
const smlEscape = Buffer.from('1b1b1b1b', 'hex');

/**
 * A telegram of text begins with a slash and three letters of the maker, has values in brackets, and ends with `!` and,
 * for P1, a CRC. All of it is printable, which noise is not for long.
 */
const textTelegram =
  /\/[A-Za-z]{3}[\x20-\x7e]{1,40}\r?\n[\t\r\n\x20-\x7e]{0,8192}?\([^\r\n()]{0,80}\)[\t\r\n\x20-\x7e]{0,8192}?!([0-9A-Fa-f]{4})?\r?\n/;
const textBegin = /\/[A-Za-z]{3}[0-9A-Z][\x20-\x7e]{0,40}[\r\n]+[0-9A-F.:*-]{3,16}\(/;

/** So many frames in a row do not come by chance. */
const certainFrames = 3;
/** One in bytes so many times as long may have come by chance. */
const sparseFrames = 20;

/**
 * What a capture's beginning is, undefined where that cannot be said yet. At the capture's end (`isOver`) less is
 * enough: a part of a telegram, or one frame of a bus.
 */
export function detectFormat(beginning: Uint8Array, isOver: boolean): CaptureFormat | undefined {
  const bytes = Buffer.from(beginning.buffer, beginning.byteOffset, beginning.length);
  if (bytes.includes(smlStart)) return 'sml';
  const text = telegramText(beginning);
  const telegram = textTelegram.exec(text);
  if (telegram !== null) return telegram[1] === undefined ? 'd0' : 'p1';
  const { frames, bytes: framed } = countFrames(beginning);
  if (frames >= certainFrames || (isOver && framed * sparseFrames >= bytes.length && frames > 0))
    return 'modbus';
  if (!isOver) return undefined;
  if (bytes.includes(smlEscape)) return 'sml';
  return textBegin.test(text) ? 'd0' : undefined;
}

/**
 * Heads that send 7 data bits with even parity are often captured as 8 bits: the highest is not the telegram's. STX and
 * ETX, which stand around its lines, are taken for ends of lines.
 */
const telegramText = (bytes: Uint8Array): string =>
  Buffer.from(bytes.map(byte => (stxOrEtx.has(byte & 0x7f) ? 0x0a : byte & 0x7f))).toString('latin1');

const stxOrEtx: ReadonlySet<number> = new Set([0x02, 0x03]);
