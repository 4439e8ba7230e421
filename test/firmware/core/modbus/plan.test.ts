import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planReads, type ReadLimits } from '#core/modbus/plan.ts';
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

/** Whether one read may carry exactly these. */
function isAllowed(group: readonly Register[], limits: ReadLimits): boolean {
  const start = Math.min(...group.map(of => of.address));
  const end = Math.max(...group.map(endOf));
  if (group.some(of => of.fc !== group[0]?.fc)) return false;
  if (end - start > limits.maxRegistersPerRead) return false;
  if ((limits.boundaries ?? []).some(boundary => start < boundary && boundary < end)) return false;
  let hole = 0;
  for (let address = start; address < end; address++) {
    hole = group.some(of => of.address <= address && address < endOf(of)) ? 0 : hole + 1;
    if (hole > limits.maxHoleRegisters) return false;
  }
  return true;
}

/** The fewest allowed groups, by trying every way to part a set. */
function fewestGroups(registers: readonly Register[], limits: ReadLimits): number {
  let best = Number.POSITIVE_INFINITY;
  const place = (index: number, groups: Register[][]): void => {
    if (groups.length >= best) return;
    const next = registers[index];
    if (next === undefined) {
      if (groups.every(group => isAllowed(group, limits))) best = groups.length;
      return;
    }
    for (const group of groups) {
      group.push(next);
      place(index + 1, groups);
      group.pop();
    }
    place(index + 1, [...groups, [next]]);
  };
  place(0, []);
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

  it('takes no more reads than the best way of all, and each is within the limits', () => {
    const someRegister = fc
      .tuple(
        fc.nat(24),
        fc.constantFrom(1 as const, 2 as const, 4 as const),
        fc.constantFrom(3 as const, 4 as const),
      )
      .map(([address, words, code]) => register(address, words, code));
    const someLimits = fc.record({
      maxRegistersPerRead: fc.integer({ min: 4, max: 16 }),
      maxHoleRegisters: fc.nat(5),
    });
    fc.assert(
      fc.property(
        fc.array(someRegister, { maxLength: 7 }),
        someLimits,
        fc.array(fc.nat(24), { maxLength: 2 }),
        (registers, limits, candidates) => {
          // A value is never laid across a boundary.
          const boundaries = candidates.filter(at =>
            registers.every(of => at <= of.address || at >= endOf(of)),
          );
          const all = { ...limits, boundaries };
          const plan = planReads(registers, all);
          for (const block of plan) {
            expect(isAllowed(block.registers, all)).toBe(true);
            expect(block.start).toBe(Math.min(...block.registers.map(of => of.address)));
            expect(block.start + block.count).toBe(Math.max(...block.registers.map(endOf)));
          }
          expect(plan.flatMap(block => [...block.registers])).toHaveLength(registers.length);
          expect(new Set(plan.flatMap(block => [...block.registers]))).toEqual(new Set(registers));
          expect(plan.length).toBe(registers.length === 0 ? 0 : fewestGroups(registers, all));
        },
      ),
      { numRuns: 400 },
    );
  });

  it('refuses a register that fits in no read', () => {
    expect(() => planReads([register(0, 4)], { maxRegistersPerRead: 2, maxHoleRegisters: 0 })).toThrow(
      'powerW at register 0 fits in no read of at most 2 registers',
    );
  });
});
