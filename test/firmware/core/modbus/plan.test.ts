import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { misfitsOf, planReads, type ReadLimits } from '#core/modbus/plan.ts';
import { type Register, wordCount } from '#core/modbus/register.ts';
import { eastronSdm120 } from '#profiles/eastron-sdm120.ts';
import { eastronSdm630 } from '#profiles/eastron-sdm630.ts';

const register = (address: number, words: 1 | 2 | 4, fc: 3 | 4 = 4): Register => ({
  quantity: 'powerW',
  fc,
  address,
  type: words === 1 ? 'uint16' : words === 2 ? 'float32' : 'uint64',
  order: 'big',
  scale: 1,
});

const endOf = (of: Register) => of.address + wordCount(of.type);

const piecesOf = (of: Register): [start: number, end: number][] => [
  [of.address, endOf(of)],
  ...(of.scaleRegister === undefined ? [] : [[of.scaleRegister, of.scaleRegister + 1] as [number, number]]),
];

/** A value with what scales it, and all between: they belong together. */
const spanOf = (of: Register): [start: number, end: number] => [
  Math.min(...piecesOf(of).map(([start]) => start)),
  Math.max(...piecesOf(of).map(([, end]) => end)),
];

/** Whether a meter that has these values gives a read from `start` to below `end`, register by register. */
function isAllowed(start: number, end: number, all: readonly Register[], limits: ReadLimits): boolean {
  if (end - start > limits.maxRegistersPerRead) return false;
  if ((limits.boundaries ?? []).some(boundary => start < boundary && boundary < end)) return false;
  const known = all.map(spanOf);
  let hole = 0;
  for (let address = start; address < end; address++) {
    hole = known.some(([from, to]) => from <= address && address < to) ? 0 : hole + 1;
    if (hole > limits.maxHoleRegisters) return false;
  }
  return true;
}

const holds = (start: number, end: number, of: Register) =>
  piecesOf(of).every(([from, to]) => start <= from && to <= end);

/** The fewest allowed reads that hold all, by trying every read for each value; infinite where one fits in none. */
function fewestReads(registers: readonly Register[], limits: ReadLimits): number {
  let best = Number.POSITIVE_INFINITY;
  const reads = [3, 4].flatMap(code => {
    const own = registers.filter(of => of.fc === code);
    const edges = own.flatMap(piecesOf);
    return edges.flatMap(([start]) =>
      edges
        .filter(([, end]) => end > start && isAllowed(start, end, own, limits))
        .map(([, end]) => own.filter(of => holds(start, end, of))),
    );
  });
  const place = (left: readonly Register[], count: number): void => {
    const [first] = left;
    if (first === undefined) best = Math.min(best, count);
    else if (count + 1 < best) {
      for (const read of reads) {
        if (read.includes(first))
          place(
            left.filter(of => !read.includes(of)),
            count + 1,
          );
      }
    }
  };
  place(registers, 0);
  return best;
}

describe('read plan', () => {
  it('reads the 34 common values of an SDM630 at once', () => {
    const common = eastronSdm630.registers.filter(({ address }) => address < 0x50);
    expect(common).toHaveLength(34);
    expect(planReads(common, eastronSdm630.limits)).toMatchObject([{ fc: 4, start: 0, count: 80 }]);
  });

  it('leaves out a hole that costs more than another request', () => {
    const plan = planReads(eastronSdm120.registers, eastronSdm120.limits);
    expect(plan.map(({ start, count }) => [start, count])).toEqual([
      [0, 32],
      [70, 10],
      [342, 4],
    ]);
  });

  const someRegister = fc
    .record({
      address: fc.nat(24),
      words: fc.constantFrom(1 as const, 2 as const, 4 as const),
      code: fc.constantFrom(3 as const, 4 as const),
      scaleAfter: fc.option(fc.integer({ min: -3, max: 7 }), { nil: undefined, freq: 1 }),
    })
    .map(({ address, words, code, scaleAfter }) => ({
      ...register(address, words, code),
      ...(scaleAfter === undefined ? {} : { scaleRegister: Math.max(address + scaleAfter, 0) }),
    }));
  const someLimits = fc.record({
    maxRegistersPerRead: fc.integer({ min: 4, max: 16 }),
    maxHoleRegisters: fc.nat(5),
    boundaries: fc.array(fc.nat(40), { maxLength: 2 }),
  });

  it('takes no more reads than the best way of all, and each is within the limits', () => {
    const seen = { plans: 0, misfits: 0, shared: 0 };
    fc.assert(
      fc.property(fc.array(someRegister, { maxLength: 7 }), someLimits, (registers, limits) => {
        const fewest = fewestReads(registers, limits);
        if (fewest === Number.POSITIVE_INFINITY) {
          expect(() => planReads(registers, limits)).toThrow('fits in no read');
          seen.misfits++;
          return;
        }
        const plan = planReads(registers, limits);
        expect(plan).toHaveLength(fewest);
        for (const { fc: code, start, count, registers: carried } of plan) {
          const own = registers.filter(of => of.fc === code);
          expect(isAllowed(start, start + count, own, limits)).toBe(true);
          expect(carried.every(of => of.fc === code && holds(start, start + count, of))).toBe(true);
          // No read begins or ends inside a value: meters refuse it, and the ends would be carried for nothing.
          expect(start).toBe(Math.min(...carried.flatMap(piecesOf).map(([from]) => from)));
          expect(start + count).toBe(Math.max(...carried.flatMap(piecesOf).map(([, to]) => to)));
        }
        const carried = plan.flatMap(block => [...block.registers]);
        expect(carried).toHaveLength(registers.length);
        expect(new Set(carried)).toEqual(new Set(registers));
        seen.plans++;
        if (plan.length < registers.length) seen.shared++;
      }),
      { numRuns: 500 },
    );
    expect(Math.min(seen.plans, seen.misfits, seen.shared)).toBeGreaterThan(50);
  });

  it('reads coils apart from registers, sixteen for the room of one', () => {
    const coil = (address: number, code: 1 | 2 = 1): Register => ({
      ...{ quantity: 'powerW', fc: code, address, type: 'bool', order: 'big', scale: 1 },
    });
    const limits = { maxRegistersPerRead: 2, maxHoleRegisters: 1 };
    const plan = planReads([coil(0), coil(17), coil(31), coil(32), coil(0, 2), register(0, 1)], limits);
    expect(plan.map(({ fc: code, start, count }) => [code, start, count])).toEqual([
      [1, 0, 32],
      [1, 32, 1],
      [2, 0, 1],
      [4, 0, 1],
    ]);
  });

  it('reads a whole SunSpec model at once, whose scale registers lie between its values', () => {
    const scaled = (address: number, scaleRegister: number) => ({
      ...register(address, 1, 3),
      scaleRegister,
    });
    const model103 = [scaled(2, 6), scaled(3, 6), scaled(4, 6), scaled(5, 6), scaled(10, 13), scaled(14, 15)];
    const plan = planReads(model103, { maxRegistersPerRead: 125, maxHoleRegisters: 4 });
    expect(plan).toMatchObject([{ fc: 3, start: 2, count: 14 }]);
  });

  it('reads a value with its scale register across what lies between, and nothing else so', () => {
    const limits = { maxRegistersPerRead: 20, maxHoleRegisters: 0 };
    const value = { ...register(0, 1), scaleRegister: 4 };
    expect(planReads([value], limits)).toMatchObject([{ start: 0, count: 5 }]);
    const apart = planReads([value, register(2, 1), register(9, 1)], limits);
    expect(apart.map(({ start, count }) => [start, count])).toEqual([
      [0, 5],
      [9, 1],
    ]);
  });

  it('knows a scale register that a meter with unknown registers before it does not give', () => {
    const limits = { maxRegistersPerRead: 20, maxHoleRegisters: 0 };
    const value = { ...register(0, 1), scaleRegister: 4 };
    const between = [register(1, 1), register(2, 2)];
    expect(misfitsOf([value, ...between], limits)).toEqual([]);
    expect(misfitsOf([value, register(2, 2)], limits)).toMatchObject([{ register: value }]);
    expect(misfitsOf([value], { ...limits, maxHoleRegisters: 3 })).toEqual([]);
  });

  it('never asks for more than a frame holds', () => {
    const plan = planReads([register(0, 1), register(110, 4), register(122, 4)], {
      maxRegistersPerRead: 500,
      maxHoleRegisters: 500,
    });
    expect(plan.map(({ start, count }) => [start, count])).toEqual([
      [0, 114],
      [122, 4],
    ]);
  });

  it('refuses a register that fits in no read, and says why', () => {
    const small = { maxRegistersPerRead: 2, maxHoleRegisters: 0 };
    expect(() => planReads([register(0, 4)], small)).toThrow(
      'powerW at register 0 fits in no read of at most 2 registers, no hole wider than 0',
    );
    expect(() => planReads([{ ...register(0, 1), scaleRegister: 4 }], small)).toThrow(
      'powerW at register 0 with its scale register 4 fits in no read of at most 2 registers, no hole wider than 0',
    );
    expect(() => planReads([register(0, 2)], { ...small, boundaries: [1] })).toThrow('and none across 1');
  });
});
