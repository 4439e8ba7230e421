import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Journal } from '#app/journal.ts';
import { limits } from '#core/limits.ts';
import { JournalModel, recordOf } from './journal-model.ts';

type Step =
  | { readonly do: 'append'; readonly size: number }
  | { readonly do: 'release'; readonly ahead: number }
  | { readonly do: 'read'; readonly ahead: number; readonly maxBytes: number; readonly maxCount: number }
  | { readonly do: 'reopen' }
  | { readonly do: 'renew' };

const largest = limits.journalRecordBytes;

const sizes = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 400 }) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: largest }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1, largest) },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ do: fc.constant('append' as const), size: sizes }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('release' as const), ahead: fc.integer({ min: -3, max: 12 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('read' as const),
      ahead: fc.integer({ min: -3, max: 20 }),
      maxBytes: fc.nat(9000),
      maxCount: fc.integer({ min: 1, max: 30 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reopen' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('renew' as const) }) },
);

/**
 * Holds a form of the journal against the contract. `make` gives a new, empty journal; `reopen`, where the form
 * survives a restart, gives what the next start finds.
 */
export function journalContract(
  name: string,
  make: () => Journal,
  reopen?: (journal: Journal) => Journal,
): void {
  describe(`${name}, by the journal's contract`, () => {
    it('starts empty, with an epoch of 16 hex digits of its own', () => {
      const journal = make();
      expect(journal).toMatchObject({ oldest: 1, next: 1, bytes: 0, dropped: 0 });
      expect(journal.epoch).toMatch(/^[0-9a-f]{16}$/);
      expect(make().epoch).not.toBe(journal.epoch);
      expect(journal.read(1, 10_000, 10)).toEqual([]);
      expect(journal.survivesRestart).toBe(reopen !== undefined);
    });

    it('gives back exactly what was appended, in order, until it is released or dropped, and counts what it drops', () => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 120 }), steps => {
          const model = new JournalModel(make());
          for (const now of steps) {
            if (now.do === 'append') model.append(now.size);
            else if (now.do === 'release') model.release(model.journal.oldest + now.ahead);
            else if (now.do === 'read')
              model.read(model.journal.oldest + now.ahead, now.maxBytes, now.maxCount);
            else if (now.do === 'renew') model.renew();
            else if (reopen !== undefined) model.reopened(reopen(model.journal));
            model.check();
          }
          model.checkAll();
        }),
        { numRuns: 25 },
      );
    });

    it('gives records of a single byte, of the largest size and of none back, over many rounds of its space', () => {
      const model = new JournalModel(make());
      const { capacityBytes } = model.journal;
      for (let written = 0, index = 0; written < 3 * capacityBytes; index++) {
        const size = [1, largest, 0, 77, 1500, 2, 3][index % 7] as number;
        model.append(size);
        written += size + 2;
        if (index % 5 === 4) model.release(model.next - 3);
      }
      model.checkAll();
      expect(model.forgotten).toBe(0);
    });

    it('reads on from anywhere, forward and back', () => {
      const model = new JournalModel(make());
      for (let index = 0; index < 30; index++) model.append(60 + index);
      for (const from of [1, 2, 7, 3, 30, 31, 29, 1, 100, 8, 9, 10]) model.read(from, 1000, 3);
    });

    it('drops nothing as long as less than half of its capacity is in use', () => {
      const journal = make();
      const size = 200;
      for (let used = 0; used + size < journal.capacityBytes / 2; used += size)
        journal.append(new Uint8Array(size));
      expect(journal.dropped).toBe(0);
      expect(journal.oldest).toBe(1);
    });

    it('refuses a record over the limit by throwing, and keeps what it has', () => {
      const journal = make();
      journal.append(recordOf(1, 10));
      expect(() => journal.append(new Uint8Array(largest + 1))).toThrow(
        `record of ${largest + 1} bytes; at most ${largest} are allowed`,
      );
      expect(() => journal.append(new Uint8Array(largest + 1))).toThrow(RangeError);
      expect(journal.read(1, 10_000, 10)).toEqual([recordOf(1, 10)]);
    });

    it('begins a new epoch with what it holds since its start, numbered from 1', () => {
      const model = new JournalModel(make());
      for (let index = 0; index < 10; index++) model.append(50);
      model.release(4);
      model.renew();
      expect(model.journal).toMatchObject({ oldest: 1, next: 7, dropped: 0 });
      model.checkAll();
      model.append(20);
      model.release(2);
      if (reopen !== undefined) model.reopened(reopen(model.journal));
      model.checkAll();
    });

    if (reopen === undefined) return;

    it('knows after a restart what was released, whatever the host acknowledged between', () => {
      const model = new JournalModel(make());
      for (let index = 0; index < 120; index++) {
        model.append(20 + (index % 90));
        if (index % 3 === 0) model.release(model.next - 2);
        model.reopened(reopen(model.journal));
        model.check();
      }
      expect(model.forgotten).toBe(0);
    });

    it('leaves to the host by its own word what was sent before the start, where it begins a new epoch', () => {
      const model = new JournalModel(make());
      for (let index = 0; index < 5; index++) model.append(50);
      model.reopened(reopen(model.journal));
      for (let index = 0; index < 3; index++) model.append(50);
      model.renew();
      expect(model.journal).toMatchObject({ oldest: 1, next: 4 });
      model.reopened(reopen(model.journal));
      model.checkAll();
    });
  });
}
