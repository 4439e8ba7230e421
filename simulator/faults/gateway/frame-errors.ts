import { crc16Modbus } from '#core/crc.ts';
import { decodeRegisters } from '#core/modbus/decode.ts';
import { FrameReader } from '#core/modbus/frame-reader.ts';
import { seededUnit } from '../../line/bit-noise.ts';
import type { Fault } from '../fault.ts';
import { type AnswerFixture, answerFixtures } from './answer-fixtures.ts';
import { turn } from './turn.ts';

/** Bytes by which a reader finds an answer, before its CRC tells whether it is whole. */
const headBytes = 3;
const burstBits = 16;
/** In a quick run so many of the pairs, and of the bursts, of each answer. */
const quickSample = 15_000;
/** There are as many at least; a full run takes all. */
const fixtures = 196;
const everyBurst = 1 << (burstBits - 1);

/** Answers of every meter that there is a profile of, with each error that a CRC of 16 bits promises to find. */
export const frameErrors: Fault = {
  id: 'frame-errors',
  what: 'each 1- and 2-bit error and each burst of up to 16 bits in the answer to each read of each profile',
  pass: '0 wrong values',
  watched: 'frames',
  /** Answers; in a full run all there are. */
  times: { quick: 12, full: fixtures },
  minutes: { quick: 0.02, full: 18 },
  run: async ({ size, times, seed, progress, signal }) => {
    const all = answerFixtures(seed);
    const count = size === 'full' && times >= fixtures ? all.length : Math.min(times, all.length);
    const step = all.length / count;
    const chosen = Array.from({ length: count }, (_, index) => all[Math.floor(index * step)]);
    const unit = seededUnit(seed);
    let [done, frames, wrong, values, read] = [0, 0, 0, 0, 0];
    const notes: string[] = [];
    for (const fixture of chosen) {
      if (fixture === undefined || signal.aborted) continue;
      const judge = new FixtureJudge(fixture);
      // Of a reader that hears nothing no error proves anything.
      if (judge.read() === 'right') read++;
      else notes.push(`${fixture.profile}: its answer is not read without any error`);
      values += judge.values;
      const bits = fixture.answer.length * 8;
      const any = () => Math.floor(unit() * bits);
      for (let bit = 0; bit < bits; bit++) judge.flip(bit);
      if (size === 'quick' && (bits * bits) / 2 > quickSample) {
        for (let count = 0; count < quickSample; count++) judge.flip(any(), any());
      } else {
        for (let one = 0; one < bits; one++) {
          for (let other = one + 1; other < bits; other++) judge.flip(one, other);
          if (one % 64 === 0) await turn();
        }
      }
      if (size === 'quick') {
        for (let count = 0; count < quickSample; count++) {
          judge.burst(any(), 2 * Math.floor(unit() * everyBurst) + 1);
        }
      } else {
        for (let start = 0; start < bits; start++) {
          for (let pattern = 1; pattern < 2 * everyBurst; pattern += 2) judge.burst(start, pattern);
          await turn();
        }
      }
      frames += judge.frames;
      wrong += judge.wrong;
      if (judge.wrong > 0)
        notes.push(`${fixture.profile}, registers from ${fixture.request.start}: ${judge.note}`);
      progress(++done);
    }
    return {
      times: done,
      watched: frames,
      lost: 0,
      doubled: 0,
      wrong,
      healMs: null,
      figures: [
        { name: 'values in the answers', value: values, unit: '', least: done },
        { name: 'answers read without an error', value: read, unit: '', least: done },
      ],
      notes: notes.slice(0, 5),
    };
  },
};

/** Spoils one answer in place, looks what the firmware makes of it, and mends it again. */
export class FixtureJudge {
  frames = 0;
  wrong = 0;
  note = '';
  readonly values: number;
  readonly #fixture: AnswerFixture;
  readonly #bytes: Uint8Array;
  readonly #reader = new FrameReader();
  readonly #right: string;
  #heard: string | undefined;

  constructor(fixture: AnswerFixture) {
    this.#fixture = fixture;
    this.#bytes = fixture.answer.slice();
    const { block } = fixture;
    const values = decodeRegisters(block.registers, block.start, fixture.answer.subarray(3, -2));
    this.values = values.length;
    this.#right = JSON.stringify(values);
  }

  /** What the firmware takes from the bytes as they are. */
  read(): 'right' | 'wrong' | 'nothing' {
    const { request, question, block } = this.#fixture;
    this.#heard = undefined;
    this.#reader.expect(request, question);
    this.#reader.push(this.#bytes, heard => {
      if (heard.is === 'answer')
        this.#heard = JSON.stringify(decodeRegisters(block.registers, block.start, heard.data));
    });
    if (this.#heard === undefined) return 'nothing';
    return this.#heard === this.#right ? 'right' : 'wrong';
  }

  flip(...bits: readonly number[]): void {
    this.#turn(bits);
    this.#judge(`bits ${bits.join(' and ')}`, true);
    this.#turn(bits);
  }

  /** The lowest bit of the pattern is the first that is wrong; what is behind the frame's end falls away. */
  burst(start: number, pattern: number): void {
    this.#apply(start, pattern);
    // Behind its head an answer is given where its CRC is right, and only there.
    this.#judge(`a burst at bit ${start}`, start < headBytes * 8);
    this.#apply(start, pattern);
  }

  #judge(what: string, isRead: boolean): void {
    this.frames++;
    const bytes = this.#bytes;
    if (!isRead) {
      const end = bytes.length - 2;
      const crc = (bytes[end] as number) | ((bytes[end + 1] as number) << 8);
      if (crc16Modbus(bytes, 0, end) !== crc) return;
    }
    if (this.read() !== 'wrong') return;
    this.wrong++;
    this.note = `${what}: ${this.#heard} instead of ${this.#right}`;
  }

  #turn(bits: readonly number[]): void {
    for (const bit of bits) this.#bytes[bit >> 3] = (this.#bytes[bit >> 3] as number) ^ (1 << (bit & 7));
  }

  #apply(start: number, pattern: number): void {
    let at = start >> 3;
    for (let rest = pattern << (start & 7); rest !== 0 && at < this.#bytes.length; rest >>>= 8, at++) {
      this.#bytes[at] = (this.#bytes[at] as number) ^ (rest & 0xff);
    }
  }
}
