import { limits } from '../limits.ts';
import { type ReadFunction, type Register, wordCount } from './register.ts';

/**
 * What a meter allows in one read. `maxHoleRegisters` is the widest gap of registers without a known value that a
 * read may span: 0 where the meter refuses such a read, and otherwise no more than is cheaper to carry than
 * another request (13 characters, two silences and the turn-around: about 18 registers at 9600 baud). No read
 * crosses a boundary: it ends below it or begins at or above it. Sixteen coils or inputs count as one register.
 * `readAtValueStart` says that the meter refuses a read which begins or ends inside one of its values.
 * `turnaroundMs` is the pause that it needs after an answer, `unitSwitchMs` the silence that it needs before it is asked
 * where another slave was asked before.
 */
export interface ReadLimits {
  readonly maxRegistersPerRead: number;
  readonly maxHoleRegisters: number;
  readonly boundaries?: readonly number[];
  readonly readAtValueStart?: boolean;
  readonly turnaroundMs?: number;
  readonly unitSwitchMs?: number;
}

/** One read request, and the registers whose values its answer carries. */
export interface ReadBlock<R extends Register> {
  readonly fc: ReadFunction;
  readonly start: number;
  readonly count: number;
  readonly registers: readonly R[];
}

/** Addresses from `start` to below `end`. */
interface Span {
  readonly start: number;
  readonly end: number;
}

interface Wanted<R> extends Span {
  readonly register: R;
}

/**
 * The fewest reads that give all `registers` within a meter's limits, in rising order of function code and address;
 * a value comes in the same read as its scale register, across whatever lies between them. Takes registers in any
 * order, all or some of a meter's; throws a RangeError on one that fits in no read, which is a defect of its profile.
 * Each read begins at the first value that is still wanted, and reaches as far as it may: no other read with that
 * value holds more of those that are left.
 */
export const planReads = <R extends Register>(
  registers: readonly R[],
  readLimits: ReadLimits,
): readonly ReadBlock<R>[] =>
  readFunctions.flatMap(fc => planFunction(fc, registers.filter(isOf(fc)).map(wantedOf), readLimits));

/** A register that no read holds, and why. */
export interface Misfit<R extends Register> {
  readonly register: R;
  readonly why: string;
}

/**
 * The registers that fit in no read of a meter that has `all` of these: also those with a wider hole between value and
 * scale register than the meter allows.
 */
export const misfitsOf = <R extends Register>(
  all: readonly R[],
  readLimits: ReadLimits,
): readonly Misfit<R>[] =>
  readFunctions.flatMap(fc => {
    const own = all.filter(isOf(fc));
    const pieces = own.flatMap(piecesOf).sort(byStart);
    return own
      .map(wantedOf)
      .filter(({ start, end }) => end > reachFrom(start, pieces, fc, readLimits))
      .map(one => ({ register: one.register, why: misfitText(one, readLimits) }));
  });

const readFunctions: readonly ReadFunction[] = Object.freeze([1, 2, 3, 4] as const);

const isOf = (fc: ReadFunction) => (register: Register) => register.fc === fc;

function planFunction<R extends Register>(
  fc: ReadFunction,
  wanted: Wanted<R>[],
  readLimits: ReadLimits,
): ReadBlock<R>[] {
  const blocks: ReadBlock<R>[] = [];
  let left = wanted.sort(byStart);
  const spans: readonly Span[] = left;
  for (let first = left[0]; first !== undefined; first = left[0]) {
    const { start } = first;
    const reach = reachFrom(start, spans, fc, readLimits);
    if (first.end > reach) throw new RangeError(misfitText(first, readLimits));
    const inside = left.filter(({ end }) => end <= reach);
    const end = Math.max(...inside.map(one => one.end));
    blocks.push({ fc, start, count: end - start, registers: inside.map(({ register }) => register) });
    left = left.filter(one => one.end > reach);
  }
  return blocks;
}

/** The end of the longest read from `start`, where the meter has what `spans` name, in their order. */
function reachFrom(start: number, spans: readonly Span[], fc: ReadFunction, readLimits: ReadLimits): number {
  const { maxRegistersPerRead, maxHoleRegisters, boundaries = [] } = readLimits;
  const perRegister = fc <= 2 ? 16 : 1;
  const most = fc <= 2 ? limits.modbusBitsPerRead : limits.modbusRegistersPerRead;
  let end = start;
  for (const piece of spans) {
    if (piece.end <= end) continue;
    if (piece.start - end > maxHoleRegisters * perRegister) break;
    end = piece.end;
  }
  end = Math.min(end, start + Math.min(maxRegistersPerRead * perRegister, most), 0x1_0000);
  for (const boundary of boundaries) if (boundary > start) end = Math.min(end, boundary);
  return end;
}

const endOf = (register: Register): number => register.address + wordCount(register.type);

/** The addresses of a value, and of what scales it. */
function piecesOf(register: Register): Span[] {
  const { address, scaleRegister } = register;
  const value = { start: address, end: endOf(register) };
  return scaleRegister === undefined ? [value] : [value, { start: scaleRegister, end: scaleRegister + 1 }];
}

/** From the first to the last address that a value needs. */
function wantedOf<R extends Register>(register: R): Wanted<R> {
  const pieces = piecesOf(register);
  return {
    register,
    start: Math.min(...pieces.map(({ start }) => start)),
    end: Math.max(...pieces.map(({ end }) => end)),
  };
}

const byStart = (a: Span, b: Span): number => a.start - b.start || a.end - b.end;

function misfitText({ register, start, end }: Wanted<Register>, readLimits: ReadLimits): string {
  const { quantity, address, scaleRegister } = register;
  const scale = scaleRegister === undefined ? '' : ` with its scale register ${scaleRegister}`;
  const most = `at most ${readLimits.maxRegistersPerRead} registers, no hole wider than ${readLimits.maxHoleRegisters}`;
  const boundaries = readLimits.boundaries?.filter(boundary => boundary > start && boundary < end) ?? [];
  const across = boundaries.length === 0 ? '' : ` and none across ${boundaries.join(', ')}`;
  return `${quantity} at register ${address}${scale} fits in no read of ${most}${across}`;
}
