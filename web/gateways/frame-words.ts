import type { TraceEvent } from '../../host/api/contract.ts';
import type { GatewayWords } from '../i18n/gateway-words-en.ts';

export type TraceFrame = TraceEvent['frames'][number];

/** `01 04 00 00`: bytes as people read them. */
export const spacedHex = (hex: string): string => hex.replace(/..(?=.)/g, '$& ');

const byteAt = (hex: string, index: number): number =>
  Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16);
const wordAt = (hex: string, index: number): number =>
  Number.parseInt(hex.slice(2 * index, 2 * index + 4), 16);
const register = (word: number): string => `0x${word.toString(16).padStart(4, '0')}`;

/** Address byte, function code, data of up to two words, CRC. */
const shortestBytes = 4;

const formats: Readonly<Record<string, string>> = Object.freeze({ sml: 'SML', d0: 'D0', p1: 'DSMR P1' });

/** What is sent to an optical head is text. */
const isText = (hex: string): boolean => /^(2f|06)/.test(hex);

/** The slave that a Modbus frame is to or from; null where it is none. */
export function addressOf({ is, hex, meaning }: TraceFrame): number | null {
  const isHead = meaning?.kind === 'request' && meaning.register === undefined && isText(hex);
  const isModbus = is !== 'noise' && is !== 'telegram' && is !== 'damaged' && !isHead;
  return isModbus && hex.length >= 2 * shortestBytes ? byteAt(hex, 0) : null;
}

/** What a frame says (Modbus application protocol V1.1b3, 6 and 7), or nothing where it cannot be told. */
export function frameText(frame: TraceFrame, words: GatewayWords['trace']['frame']): string {
  const { is, hex, meaning } = frame;
  const slave = addressOf(frame);
  if (meaning?.format !== undefined) {
    return words.telegram(formats[meaning.format] ?? meaning.format, meaning.values.length);
  }
  if (slave === null) return is === 'request' ? textOf(hex) : '';
  const text = busText(frame, slave, words);
  return meaning?.isOtherMaster === true && meaning.kind === 'request' ? words.otherMaster(text) : text;
}

function busText(
  { is, hex, meaning }: TraceFrame,
  slave: number,
  words: GatewayWords['trace']['frame'],
): string {
  const address = slave === 0 ? words.broadcast : String(slave);
  const fc = byteAt(hex, 1);
  if (fc >= 0x80) {
    const code = byteAt(hex, 2);
    const why = words.exception(address, words.exceptions[code] ?? String(code));
    return meaning?.register === undefined ? why : words.refused(why, register(meaning.register));
  }
  const isReading = fc >= 1 && fc <= 4;
  const isWriting = fc === 5 || fc === 6 || fc === 15 || fc === 16;
  const isRequest =
    meaning === undefined
      ? is === 'request' || (is === 'echo' && hex.length === 16)
      : meaning.kind === 'request';
  if (isReading && isRequest && hex.length === 16) {
    return words.read(address, String(wordAt(hex, 4)), words.kinds[fc] ?? '', register(wordAt(hex, 2)));
  }
  if (isReading && !isRequest) return words.values(address, String(byteAt(hex, 2)));
  if (isWriting && meaning?.command !== undefined) {
    const { name, value, unit } = meaning.command;
    const command = value === null ? name : `${name} = ${value} ${unit}`.trimEnd();
    return isRequest ? words.command(address, command) : words.commanded(address, command);
  }
  if (isWriting) {
    const from = register(wordAt(hex, 2));
    return isRequest ? words.write(address, from) : words.written(address, from);
  }
  return words.other(address, String(fc));
}

/** Bytes as the text that they are, without line ends. */
const textOf = (hex: string): string =>
  hex.replace(/../g, byte => {
    const code = Number.parseInt(byte, 16);
    return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : '';
  });
