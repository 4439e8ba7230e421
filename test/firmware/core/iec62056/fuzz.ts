import { TextTransport } from '#core/iec62056/text-transport.ts';
import { limits } from '#core/limits.ts';
import { type FuzzOutcome, SpoiltStream } from '../spoilt-stream.ts';

/** CRC-16/ARC bit by bit: the judge has its own. */
function arc(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0;
  for (let at = from; at < to; at++) {
    crc ^= bytes[at] as number;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}

const isOdd = (byte: number): boolean => {
  let ones = 0;
  for (let rest = byte; rest > 0; rest >>= 1) ones += rest & 1;
  return ones % 2 === 1;
};

/** Why a telegram that was given with this check should not have been; undefined where it is right. */
function objection(raw: Uint8Array, check: string): string | undefined {
  const plain = raw.map(byte => byte & 0x7f);
  if (raw[0] === 0xaf && raw.some(isOdd)) return 'a parity bit is wrong';
  if (check === 'crc') {
    // P1 has no parity; where there is one, the CRC is of what was meant.
    const sent = raw[0] === 0xaf ? plain : raw;
    const mark = sent.lastIndexOf(0x21);
    const text = String.fromCharCode(...sent.subarray(mark + 1, mark + 5));
    return Number.parseInt(text, 16) === arc(sent, 0, mark + 1) ? undefined : 'the CRC is wrong';
  }
  if (check === 'bcc') {
    const from = plain.indexOf(0x02, plain.indexOf(0x0a)) + 1;
    let sum = 0;
    for (const byte of plain.subarray(from, -1)) sum ^= byte;
    return sum === plain.at(-1) && plain.at(-2) === 0x03 ? undefined : 'the block check is wrong';
  }
  // Nothing stands for the digits; the form does for the rest.
  return /^\/[A-Za-z]{3}[!-~][^\n]*\n[^!]*!?/.test(String.fromCharCode(...plain))
    ? undefined
    : 'it has no form';
}

/** More than any format keeps of a telegram that has no end. */
const mostKeptBytes = limits.textTelegramBytes + 1 + 8192;

/** `count` telegrams of D0 and P1, most of them spoilt, through one transport; whatever is given is judged. */
export function fuzzText(telegrams: readonly Uint8Array[], seed: number, count: number): FuzzOutcome {
  const stream = new SpoiltStream(telegrams, seed);
  const cover = (offset: number, length: number): void => {
    if (length > mostKeptBytes) stream.note(`${length} bytes were kept`);
    stream.cover(offset, length);
  };
  const transport = new TextTransport({
    onTelegram: ({ offset, length, check, dataSets }) => {
      stream.given++;
      if (stream.isSpoilt) stream.givenSpoilt++;
      while (dataSets.next()) if (dataSets.isNumber && dataSets.text.length > 0) stream.values++;
      cover(offset, length);
      if (!stream.isSpoilt && stream.given % 64 !== 0) return;
      const why = objection(stream.raw(offset, length), check);
      if (why !== undefined) stream.note(`${check}: ${why}`);
    },
    onFault: (fault, offset, length) => {
      stream.fault(fault);
      cover(offset, length);
    },
  });
  stream.feed(count, bytes => transport.push(bytes));
  transport.finish();
  return stream.outcome();
}
