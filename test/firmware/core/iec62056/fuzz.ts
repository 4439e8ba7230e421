import { TextTransport } from '#core/iec62056/text-transport.ts';
import { limits } from '#core/limits.ts';
import { Dice, Mutator } from '../mutate.ts';
import type { FuzzOutcome } from '../sml/fuzz.ts';

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

const historyBytes = 1 << 16;

/** `count` telegrams of D0 and P1, most of them spoilt, through one transport; whatever is given is judged. */
export function fuzzText(telegrams: readonly Uint8Array[], seed: number, count: number): FuzzOutcome {
  const dice = new Dice(seed);
  const mutator = new Mutator(dice);
  const history = new Uint8Array(2 * historyBytes);
  let historyStart = 0;
  let pushed = 0;
  let told = 0;
  let given = 0;
  let givenSpoilt = 0;
  let values = 0;
  let isSpoilt = false;
  const faults: Record<string, number> = {};
  const wrong: string[] = [];
  const note = (what: string): void => {
    if (wrong.length < 5) wrong.push(`seed ${seed}, byte ${told}: ${what}`);
  };
  const cover = (offset: number, length: number): void => {
    if (offset !== told || length <= 0) note(`bytes ${told} to ${offset} are told of twice or never`);
    if (length > limits.textTelegramBytes + 1 + 8192) note(`${length} bytes were kept`);
    told = offset + length;
  };
  const transport = new TextTransport({
    onTelegram: ({ offset, length, check, dataSets }) => {
      given++;
      if (isSpoilt) givenSpoilt++;
      while (dataSets.next()) if (dataSets.isNumber && dataSets.text.length > 0) values++;
      cover(offset, length);
      if (!isSpoilt && given % 64 !== 0) return;
      const raw = history.subarray(offset - historyStart, offset - historyStart + length);
      const why = objection(raw, check);
      if (why !== undefined) note(`${check}: ${why}`);
    },
    onFault: (fault, offset, length) => {
      faults[fault] = (faults[fault] ?? 0) + 1;
      cover(offset, length);
    },
  });
  for (let number = 0; number < count; number++) {
    const telegram = telegrams[dice.roll(telegrams.length)] as Uint8Array;
    isSpoilt = dice.roll(8) !== 0;
    if (isSpoilt) mutator.mutate(telegram, telegrams[dice.roll(telegrams.length)] as Uint8Array);
    else {
      mutator.bytes.set(telegram);
      mutator.length = telegram.length;
    }
    const { bytes, length } = mutator;
    if (pushed + length - historyStart > history.length) {
      history.copyWithin(0, history.length - historyBytes);
      historyStart += history.length - historyBytes;
    }
    history.set(bytes.subarray(0, length), pushed - historyStart);
    pushed += length;
    const cut = dice.roll(length + 1);
    transport.push(bytes.subarray(0, cut));
    transport.push(bytes.subarray(cut, length));
  }
  transport.finish();
  if (told !== pushed) note(`${pushed} bytes went in and ${told} were told of`);
  return { telegrams: count, bytes: pushed, given, values, givenSpoilt, faults, wrong };
}
