import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Journal } from '#app/journal.ts';
import { limits } from '#core/limits.ts';
import { recordOverheadBytes } from '#core/wire/records.ts';

type Step =
  | { readonly do: 'append'; readonly size: number }
  | { readonly do: 'release'; readonly ahead: number }
  | { readonly do: 'read'; readonly ahead: number; readonly maxBytes: number; readonly maxCount: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('append' as const), size: sizes() }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('release' as const), ahead: fc.integer({ min: -3, max: 12 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('read' as const),
      ahead: fc.integer({ min: -3, max: 20 }),
      maxBytes: fc.nat(9000),
      maxCount: fc.integer({ min: 1, max: 30 }),
    }),
  },
);

function sizes(): fc.Arbitrary<number> {
  return fc.oneof(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: limits.recordBytes }));
}

/** A record of this size whose bytes tell its sequence. */
const recordOf = (sequence: number, size: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, index) => (sequence * 31 + index * 7) & 0xff);

/** The oldest that the model has, kept as plain data: what a journal must hold, in order. */
interface Kept {
  readonly sequence: number;
  readonly bytes: Uint8Array;
}

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
    });

    it('gives back exactly what was appended, in order, until it is released or dropped, and counts what it drops', () => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 120 }), steps => {
          let journal = make();
          const epoch = journal.epoch;
          let kept: Kept[] = [];
          let appended = 0;
          let released = 0;
          for (const [index, now] of steps.entries()) {
            if (now.do === 'append') {
              const bytes = recordOf(++appended, now.size);
              expect(journal.append(bytes)).toBe(appended);
              kept.push({ sequence: appended, bytes });
              bytes.fill(0);
              kept[kept.length - 1] = { sequence: appended, bytes: recordOf(appended, now.size) };
              // Which ones go is fixed (the oldest); how many is the form's own business, but never all.
              kept = kept.filter(({ sequence }) => sequence >= journal.oldest);
              expect(kept.length).toBeGreaterThan(0);
            } else if (now.do === 'release') {
              const upTo = journal.oldest + now.ahead;
              journal.release(upTo);
              const rest = kept.filter(({ sequence }) => sequence > upTo);
              released += kept.length - rest.length;
              kept = rest;
            } else {
              const from = journal.oldest + now.ahead;
              expect(journal.read(from, now.maxBytes, now.maxCount)).toEqual(expectedRead(kept, from, now));
            }
            if (reopen !== undefined && index % 10 === 9) journal = reopen(journal);
            expect(journal.epoch).toBe(epoch);
            expect(journal.next).toBe(appended + 1);
            expect(journal.oldest).toBe(kept[0]?.sequence ?? appended + 1);
            expect(journal.dropped).toBe(appended - released - kept.length);
            expect(journal.bytes).toBeLessThanOrEqual(journal.capacityBytes);
            expect(journal.bytes).toBeGreaterThanOrEqual(
              kept.reduce((sum, { bytes }) => sum + bytes.length, 0),
            );
          }
          expect(journal.read(0, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)).toEqual(
            kept.map(({ bytes }) => bytes),
          );
        }),
        { numRuns: 30 },
      );
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
      expect(() => journal.append(new Uint8Array(limits.recordBytes + 1))).toThrow(RangeError);
      expect(journal.read(1, 10_000, 10)).toEqual([recordOf(1, 10)]);
    });
  });
}

function expectedRead(
  kept: readonly Kept[],
  from: number,
  { maxBytes, maxCount }: { maxBytes: number; maxCount: number },
): Uint8Array[] {
  const records: Uint8Array[] = [];
  let size = 0;
  for (const { sequence, bytes } of kept) {
    if (sequence < from) continue;
    size += bytes.length + recordOverheadBytes;
    if (records.length === maxCount || (records.length > 0 && size > maxBytes)) break;
    records.push(bytes);
  }
  return records;
}
