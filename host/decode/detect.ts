import type { CaptureFormat } from './capture.ts';
import { countFrames } from './modbus-frames.ts';

const smlStart = Buffer.from('1b1b1b1b01010101', 'hex');
const smlEscape = Buffer.from('1b1b1b1b', 'hex');

/** A telegram of text begins with a slash, three letters of the maker, and ends with `!` and, for P1, a CRC. */
const textTelegram = /\/[A-Za-z]{3}[^!]{4,8192}!([0-9A-Fa-f]{4})?[\r\n]/s;
const textBegin = /\/[A-Za-z]{3}[0-9A-Z][^\r\n!]{0,20}\r?\n/;

/** So many frames in a row do not come by chance. */
const certainFrames = 3;

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
  const frames = countFrames(beginning);
  if (frames >= (isOver ? 1 : certainFrames)) return 'modbus';
  if (!isOver) return undefined;
  if (bytes.includes(smlEscape)) return 'sml';
  return textBegin.test(text) ? 'd0' : undefined;
}

/** Heads that send 7 data bits with even parity are often captured as 8 bits: the highest is not the telegram's. */
const telegramText = (bytes: Uint8Array): string =>
  Buffer.from(bytes.map(byte => byte & 0x7f)).toString('latin1');
