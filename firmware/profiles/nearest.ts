import { quantityIds } from '../core/quantities.ts';

/**
 * The three ids that are nearest to what somebody wrote, the nearest first: by the pairs of letters that both have, of
 * all that they have (Dice). An edit distance to each id takes a device seconds.
 */
export function nearestIds(written: string, ids: readonly string[]): readonly string[] {
  const wanted = written.slice(0, 64).toLowerCase();
  const pairs: string[] = [];
  for (let at = 0; at + 2 <= wanted.length; at++) pairs.push(wanted.slice(at, at + 2));
  const scored = ids.map(id => {
    const letters = id.toLowerCase();
    let common = 0;
    for (const pair of pairs) if (letters.includes(pair)) common++;
    return { id, likeness: common / (pairs.length + letters.length - 1) };
  });
  scored.sort((a, b) => b.likeness - a.likeness);
  return scored.slice(0, 3).map(({ id }) => id);
}

export const nearestQuantities = (written: string): readonly string[] => nearestIds(written, quantityIds);
