import fc from 'fast-check';
import { expect, test } from 'vitest';
import { piecesOf } from '../../../host/store/sort-pieces.ts';

test('pieces cover every series once, in order, and only a single series has more rows than a piece may', () => {
  const some = fc.uniqueArray(fc.tuple(fc.nat(1000), fc.integer({ min: 1, max: 50 })), {
    selector: ([key]) => key,
    maxLength: 40,
  });
  fc.assert(
    fc.property(some, fc.integer({ min: 1, max: 100 }), (given, most) => {
      const counts = [...given].sort(([one], [other]) => one - other);
      const pieces = piecesOf(counts, most);
      const within = pieces.map(([first, last]) => counts.filter(([key]) => key >= first && key <= last));
      expect(within.flat()).toEqual(counts);
      for (const piece of within) {
        const rows = piece.reduce((sum, [, more]) => sum + more, 0);
        expect(piece.length === 1 || rows <= most).toBe(true);
      }
    }),
  );
});
