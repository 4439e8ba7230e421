import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DcCounters, storedCounters, zeroCounters } from '#app/energy-store.ts';
import type { StorePort } from '#ports';

function memoryStore(): StorePort & { values: Map<string, Uint8Array> } {
  const values = new Map<string, Uint8Array>();
  return {
    values,
    read: key => values.get(key),
    write: (key, value) => void values.set(key, value.slice()),
    remove: key => void values.delete(key),
    erase: () => values.clear(),
  };
}

const steps = fc.integer({ min: 0, max: 9_000_000_000_000_000 });
const parts = fc.integer({ min: 0, max: 359_999_999 });
const integral = fc.record({ takenSteps: steps, takenParts: parts, givenSteps: steps, givenParts: parts });
const counters: fc.Arbitrary<DcCounters> = fc.record({ energy: integral, charge: integral });
const parameters = { seed: 20_261_121, numRuns: 300 };

describe('counters in the store', () => {
  it('come back exactly, the newest of however many', () => {
    fc.assert(
      fc.property(fc.array(counters, { minLength: 1, maxLength: 5 }), all => {
        const store = memoryStore();
        const logs: string[] = [];
        const ports = { store, log: (_: string, text: string) => void logs.push(text) };
        const kept = storedCounters('dc', ports);
        expect(kept.load()).toEqual(zeroCounters);
        for (const each of all) kept.save(each);
        expect(storedCounters('dc', ports).load()).toEqual(all.at(-1));
        expect(store.values.size).toBe(Math.min(2, all.length));
        expect(logs).toEqual([]);
      }),
      parameters,
    );
  });

  it('are those of the write before where the power went in the middle of one, whatever it left', () => {
    const torn = fc.record({
      all: fc.array(counters, { minLength: 2, maxLength: 5 }),
      written: fc.double({ min: 0, max: 0.999, noNaN: true }),
      leaves: fc.constantFrom('the beginning', 'old bytes behind it', 'nothing', 'erased flash'),
    });
    fc.assert(
      fc.property(torn, ({ all, written, leaves }) => {
        const store = memoryStore();
        let isTorn = false;
        const tearing: StorePort = {
          read: store.read,
          remove: store.remove,
          erase: store.erase,
          write: (key, value) => {
            if (!isTorn) {
              store.write(key, value);
              return;
            }
            const begun = value.slice(0, Math.floor(value.length * written));
            const rest = store.values.get(key)?.slice(begun.length) ?? new Uint8Array(0);
            if (leaves === 'the beginning') store.write(key, begun);
            else if (leaves === 'nothing') store.write(key, new Uint8Array(0));
            else if (leaves === 'erased flash') store.write(key, new Uint8Array(value.length).fill(0xff));
            else store.write(key, Uint8Array.of(...begun, ...rest));
            throw new Error('no power');
          },
        };
        const logs: string[] = [];
        const ports = { store: tearing, log: (_: string, text: string) => void logs.push(text) };
        const kept = storedCounters('dc', ports);
        kept.load();
        for (const [index, each] of all.entries()) {
          isTorn = index === all.length - 1;
          kept.save(each);
        }
        isTorn = false;
        const again = storedCounters('dc', ports);
        expect(again.load()).toEqual(all.at(-2));
        // And it goes on from there: the next write is whole and newer than all before it.
        again.save(all[0] ?? zeroCounters);
        expect(storedCounters('dc', ports).load()).toEqual(all[0]);
        expect(logs[0]).toMatch(/cannot be stored: no power/);
      }),
      parameters,
    );
  });

  it('begin at zero, and say so, where both slots are damaged', () => {
    const store = memoryStore();
    const logs: string[] = [];
    const ports = { store, log: (_: string, text: string) => void logs.push(text) };
    const kept = storedCounters('dc', ports);
    kept.save({ ...zeroCounters, energy: { takenSteps: 5, takenParts: 5, givenSteps: 5, givenParts: 5 } });
    kept.save(zeroCounters);
    for (const value of store.values.values()) value[0] = (value[0] ?? 0) ^ 1;
    expect(storedCounters('dc', ports).load()).toEqual(zeroCounters);
    expect(logs).toEqual(['the counters of meter dc are damaged in the store; they begin at zero']);
  });

  it("are each meter's own", () => {
    const store = memoryStore();
    const ports = { store, log: () => {} };
    const one = { ...zeroCounters, charge: { takenSteps: 1, takenParts: 0, givenSteps: 0, givenParts: 0 } };
    storedCounters('one', ports).save(one);
    expect(storedCounters('two', ports).load()).toEqual(zeroCounters);
    expect(storedCounters('one', ports).load()).toEqual(one);
  });
});
