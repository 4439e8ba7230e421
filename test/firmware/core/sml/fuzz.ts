import { obisText } from '#core/sml/obis.ts';
import { SmlDecoder } from '#core/sml/telegram.ts';
import { SmlTransport } from '#core/sml/transport.ts';
import type { SmlValue } from '#core/sml/value.ts';
import { type FuzzOutcome, SpoiltStream } from '../spoilt-stream.ts';
import { judged, remainderOf, swapped } from './judge.ts';

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

/**
 * `count` telegrams, most of them spoilt, through one transport and one decoder. Some get right CRCs again after they
 * were spoilt, of the frame or of frame and messages, so that all layers meet bad bytes. Every frame whose values are
 * given is judged by `judge.ts`; frames and faults have to cover the stream.
 */
export function fuzzSml(telegrams: readonly Uint8Array[], seed: number, count: number): FuzzOutcome {
  const stream = new SpoiltStream(telegrams, seed);
  const decoder = new SmlDecoder();
  const layouts = telegrams.map(messagesIn);
  const transport = new SmlTransport({
    onFrame: frame => {
      const { offset, length } = frame;
      const result = decoder.decode(frame.bytes, frame.start, frame.end);
      stream.cover(offset, length);
      if (!result.ok) {
        stream.fault(result.error);
        return;
      }
      const { values } = result.value;
      stream.given++;
      stream.values += values.length;
      // Whole telegrams between spoilt ones are the same again and again: few of them are judged.
      if (!stream.isSpoilt && stream.given % 64 !== 0) return;
      if (stream.isSpoilt) stream.givenSpoilt++;
      const why = objection(values, judged(stream.raw(offset, length)));
      if (why !== undefined) stream.note(why);
    },
    onFault: (fault, offset, length) => {
      stream.fault(fault);
      stream.cover(offset, length);
    },
  });
  stream.feed(
    count,
    bytes => transport.push(bytes),
    (mutator, which, dice) => {
      const repair = dice.roll(3);
      if (repair > 0 && mutator.isSameLength)
        mend(mutator.bytes, mutator.length, repair > 1 ? layouts[which] : []);
    },
  );
  transport.finish();
  return stream.outcome();
}

/** Why these values should not have been given, as the judge sees the frame; undefined where they are right. */
function objection(values: readonly SmlValue[], expected: readonly string[] | undefined): string | undefined {
  if (expected === undefined) return `${values.length} values of a frame that is not good`;
  const numbers = values.filter(value => value.isNumber);
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
  return same ? undefined : `values differ: ${expected.join(' ').slice(0, 200)}`;
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
