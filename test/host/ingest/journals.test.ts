import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Journals, journalsRemembered, newJournalsMost } from '../../../host/ingest/journals.ts';

const hourMs = 3_600_000;
const epochs = fc.integer({ min: 0, max: 3 * newJournalsMost }).map(number => `e${number}`);

test('a gateway begins so many journals in an hour and no more; one that has begun goes on', () => {
  const run = fc.property(fc.array(epochs, { maxLength: 600 }), tries => {
    const journals = new Journals();
    const begun = new Set<string>();
    for (const [index, epoch] of tries.entries()) {
      const may = journals.mayBegin('attic', epoch, 10 * hourMs + index);
      expect(may).toBe(begun.has(epoch) || begun.size < newJournalsMost);
      if (may) begun.add(epoch);
    }
    expect(begun.size).toBeLessThanOrEqual(newJournalsMost);
    // The next hour, and another gateway, begin anew.
    expect(journals.mayBegin('attic', 'later', 11 * hourMs)).toBe(true);
    expect(journals.mayBegin('cellar', 'other', 10 * hourMs)).toBe(true);
  });
  fc.assert(run, { numRuns: 50 });
});

test('how far journals reach is remembered of those used last, and never less than was taken', () => {
  const step = fc.record({ epoch: epochs, endS: fc.nat(1_000_000) });
  const run = fc.property(fc.array(step, { maxLength: 500 }), steps => {
    const journals = new Journals();
    const newest = new Map<string, number>();
    const used: string[] = [];
    for (const { epoch, endS } of steps) {
      const isKnown = journals.reachedS('attic', epoch) !== undefined;
      newest.set(epoch, Math.max(isKnown ? (newest.get(epoch) ?? 0) : 0, endS));
      journals.reached('attic', epoch, endS);
      if (used.includes(epoch)) used.splice(used.indexOf(epoch), 1);
      used.push(epoch);
      expect(journals.reachedS('attic', epoch)).toBe(newest.get(epoch));
    }
    const kept = [...newest.keys()].filter(epoch => journals.reachedS('attic', epoch) !== undefined);
    expect(kept.sort()).toEqual(used.slice(-journalsRemembered).sort());
  });
  fc.assert(run, { numRuns: 50 });
});
