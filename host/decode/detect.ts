import { TextTransport } from '#core/iec62056/text-transport.ts';
import type { CaptureFormat } from './capture.ts';
import { countFrames } from './modbus-frames.ts';

const smlStart = Buffer.from('1b1b1b1b01010101', 'hex');
const smlEscape = Buffer.from('1b1b1b1b', 'hex');

/** The beginning of a text telegram: maker and type, and a value in brackets. */
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
  const text = textFormat(beginning);
  if (text !== undefined) return text;
  const { frames, bytes: framed } = countFrames(beginning);
  if (frames >= certainFrames || (isOver && framed * sparseFrames >= bytes.length && frames > 0))
    return 'modbus';
  if (!isOver) return undefined;
  if (bytes.includes(smlEscape)) return 'sml';
  return textBegin.test(sevenBits(beginning)) ? 'd0' : undefined;
}

function textFormat(bytes: Uint8Array): 'd0' | 'p1' | undefined {
  let found: 'd0' | 'p1' | undefined;
  const transport = new TextTransport({
    onTelegram: ({ format }) => {
      found ??= format;
    },
    onFault: () => {},
  });
  transport.push(bytes);
  transport.finish();
  return found;
}

/** Heads that send 7 data bits with parity are often captured as 8 bits: the highest is not the telegram's. */
const sevenBits = (bytes: Uint8Array): string =>
  Buffer.from(bytes.map(byte => byte & 0x7f)).toString('latin1');
