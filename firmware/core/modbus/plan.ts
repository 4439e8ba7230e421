import { limits } from '../limits.ts';
import { type ReadFunction, type Register, wordCount } from './register.ts';

/**
 * What a meter allows in one read. `maxHoleRegisters` is the widest gap of registers without a known value that a
 * read may span: 0 where the meter refuses such a read, and otherwise no more than is cheaper to carry than
 * another request (13 characters, two silences and the turn-around: about 18 registers at 9600 baud). No read
 * crosses a boundary: it ends below it or begins at or above it. `readAtValueStart` says that the meter refuses a
 * read which begins or ends inside one of its values. `turnaroundMs` is the pause that it needs after an answer.
 */
export interface ReadLimits {
  readonly maxRegistersPerRead: number;
  readonly maxHoleRegisters: number;
  readonly boundaries?: readonly number[];
  readonly readAtValueStart?: boolean;
  readonly turnaroundMs?: number;
}

/** One read request, and the registers whose values its answer carries. */
export interface ReadBlock<R extends Register> {
  readonly fc: ReadFunction;
  readonly start: number;
  readonly count: number;
  readonly registers: readonly R[];
}

/**
 * The fewest reads that give all `registers` within a meter's limits, in rising order of function code and
 * address. Takes registers in any order; throws a RangeError on one that fits in no read, which is a defect of
 * its profile. Extending each read as far as it goes is optimal, as a read that begins later reaches no less far.
 */
export function planReads<R extends Register>(
  registers: readonly R[],
  readLimits: ReadLimits,
): readonly ReadBlock<R>[] {
  const sorted = [...registers].sort((a, b) => a.fc - b.fc || a.address - b.address);
  const blocks: ReadBlock<R>[] = [];
  for (let first = 0; first < sorted.length; ) {
    const head = sorted[first] as R;
    let end = endOf(head);
    if (!fits(head.address, end, readLimits)) {
      throw new RangeError(
        `${head.quantity} at register ${head.address} fits in no read of at most ${readLimits.maxRegistersPerRead} registers`,
      );
    }
    let next = first + 1;
    for (; next < sorted.length; next++) {
      const register = sorted[next] as R;
      const newEnd = Math.max(end, endOf(register));
      const hole = register.address - end;
      if (register.fc !== head.fc || hole > readLimits.maxHoleRegisters) break;
      if (!fits(head.address, newEnd, readLimits)) break;
      end = newEnd;
    }
    blocks.push({
      fc: head.fc,
      start: head.address,
      count: end - head.address,
      registers: sorted.slice(first, next),
    });
    first = next;
  }
  return blocks;
}

const endOf = (register: Register): number => register.address + wordCount(register.type);

const fits = (start: number, end: number, { maxRegistersPerRead, boundaries = [] }: ReadLimits): boolean =>
  end - start <= Math.min(maxRegistersPerRead, limits.modbusRegistersPerRead) &&
  end <= 0x1_0000 &&
  !boundaries.some(boundary => start < boundary && end > boundary);
