import { obisText } from '#core/sml/obis.ts';
import { SmlDecoder } from '#core/sml/telegram.ts';
import { SmlTransport } from '#core/sml/transport.ts';
import { Dice, Mutator } from '../mutate.ts';
import { judged, remainderOf, swapped } from './judge.ts';

export interface FuzzOutcome {
  readonly telegrams: number;
  readonly bytes: number;
  /** Frames whose values were given, and values in them. */
  readonly given: number;
  readonly values: number;
  /** Of those, frames that are none of the telegrams before they were spoilt. */
  readonly givenSpoilt: number;
  readonly faults: Readonly<Record<string, number>>;
  /** What must not be; the first few. */
  readonly wrong: readonly string[];
}

/** Where the CRCs of a telegram's messages are, so that a spoilt message can be given a right one. */
function messagesIn(telegram: Uint8Array): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  let from = 8;
  for (let at = 8; at + 4 <= telegram.length; at++) {
    if (telegram[at] !== 0x63 || telegram[at + 3] !== 0x00) continue;
    const x25 = remainderOf(telegram, from, at, 0xffff) ^ 0xffff;
    if (swapped(x25) !== (((telegram[at + 1] as number) << 8) | (telegram[at + 2] as number))) continue;
    found.push({ from, to: at });
    from = at + 4;
  }
  return found;
}

const historyBytes = 1 << 16;

/**
 * `count` telegrams, most of them spoilt, through one transport and one decoder. Some get right CRCs again after they
 * were spoilt, of the frame or of frame and messages, so that all layers meet bad bytes. Every frame whose values are
 * given is judged by `judge.ts`; frames and faults have to cover the stream.
 */
export function fuzzSml(telegrams: readonly Uint8Array[], seed: number, count: number): FuzzOutcome {
  const dice = new Dice(seed);
  const mutator = new Mutator(dice);
  const decoder = new SmlDecoder();
  const history = new Uint8Array(2 * historyBytes);
  let historyStart = 0;
  let pushed = 0;
  let told = 0;
  let values = 0;
  let given = 0;
  let givenSpoilt = 0;
  let isSpoilt = false;
  const faults: Record<string, number> = {};
  const wrong: string[] = [];
  const note = (what: string): void => {
    if (wrong.length < 5) wrong.push(`seed ${seed}, byte ${told}: ${what}`);
  };
  const cover = (offset: number, length: number): void => {
    if (offset !== told || length <= 0) note(`bytes ${told} to ${offset} are told of twice or never`);
    told = offset + length;
  };
  const layouts = telegrams.map(messagesIn);
  const transport = new SmlTransport({
    onFrame: frame => {
      const { offset, length } = frame;
      const result = decoder.decode(frame.bytes, frame.start, frame.end);
      cover(offset, length);
      if (!result.ok) {
        faults[result.error] = (faults[result.error] ?? 0) + 1;
        return;
      }
      given++;
      values += result.value.values.length;
      // Whole telegrams between spoilt ones are the same again and again: few of them are judged.
      if (!isSpoilt && given % 64 !== 0) return;
      if (isSpoilt) givenSpoilt++;
      const expected = judged(history.subarray(offset - historyStart, offset - historyStart + length));
      if (expected === undefined) {
        note(`${result.value.values.length} values of a frame that is not good`);
        return;
      }
      const numbers = result.value.values.filter(value => value.isNumber);
      const same =
        numbers.length === expected.length &&
        numbers.every((value, index) => {
          const [code = '', integer = '', scaler = ''] = (expected[index] as string).split(',');
          const name = obisText(value.abc, value.def).replace(/[-:*]/g, '.');
          const width = 8 * (value.end - value.start);
          const isSame = value.isCorrected
            ? BigInt.asUintN(width, BigInt(integer)) === BigInt(value.mantissa)
            : integer === String(value.mantissa);
          return name === code && isSame && scaler === String(value.scaler);
        });
      if (!same) note(`values differ: ${expected.join(' ').slice(0, 200)}`);
    },
    onFault: (fault, offset, length) => {
      faults[fault] = (faults[fault] ?? 0) + 1;
      cover(offset, length);
    },
  });

  for (let number = 0; number < count; number++) {
    const which = dice.roll(telegrams.length);
    const telegram = telegrams[which] as Uint8Array;
    isSpoilt = dice.roll(8) !== 0;
    if (isSpoilt) {
      mutator.mutate(telegram, telegrams[dice.roll(telegrams.length)] as Uint8Array);
      const repair = dice.roll(3);
      if (repair > 0 && mutator.isSameLength)
        mend(mutator.bytes, mutator.length, repair > 1 ? layouts[which] : []);
    } else {
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

/** Right CRCs on spoilt bytes: of the messages whose places are known, then of the frame. */
function mend(
  bytes: Uint8Array,
  length: number,
  messages: readonly { from: number; to: number }[] = [],
): void {
  if (length < 16) return;
  for (const { from, to } of messages) {
    const sum = remainderOf(bytes, from, to, 0xffff) ^ 0xffff;
    bytes[to + 1] = sum & 0xff;
    bytes[to + 2] = sum >> 8;
  }
  const sum = remainderOf(bytes, 0, length - 2, 0xffff) ^ 0xffff;
  bytes[length - 2] = sum & 0xff;
  bytes[length - 1] = sum >> 8;
}
