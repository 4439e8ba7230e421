import { quantityIds } from '../core/quantities.ts';

/** The three quantities whose ids are nearest to what somebody wrote, the nearest first. */
export function nearestQuantities(written: string): readonly string[] {
  const wanted = written.slice(0, 64).toLowerCase();
  return quantityIds
    .map(id => ({ id, distance: distance(wanted, id.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ id }) => id);
}

/**
 * How many letters one has to put in, take out or change (Levenshtein). What is put in counts half: people write
 * `power` and `energyImport` and leave the unit out.
 */
function distance(written: string, id: string): number {
  let row = Array.from({ length: id.length + 1 }, (_, index) => index / 2);
  for (let from = 1; from <= written.length; from++) {
    const next = [from];
    for (let to = 1; to <= id.length; to++) {
      const change = (row[to - 1] as number) + (written[from - 1] === id[to - 1] ? 0 : 1);
      next.push(Math.min(change, (row[to] as number) + 1, (next[to - 1] as number) + 0.5));
    }
    row = next;
  }
  return row[id.length] as number;
}
