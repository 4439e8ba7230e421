/** A message's records: the first one's sequence, and how many. */
export interface Piece {
  readonly first: number;
  readonly count: number;
}

/** Pieces of a journal of any length: some overlap, some come twice or three times, and hardly one in its turn. */
export function shuffledPieces(journal: number, chance: (limit: number) => number): Piece[] {
  const pieces: Piece[] = [];
  for (let first = 1; first <= journal; ) {
    const size = Math.min(1 + chance(25), journal - first + 1);
    const back = Math.min(chance(3) === 0 ? chance(30) : 0, first - 1);
    for (let times = 1 + chance(3); times > 0; times--)
      pieces.push({ first: first - back, count: size + back });
    first += size;
  }
  // Near its turn rather than anywhere, or all but the first would be refused.
  for (let at = pieces.length - 1; at > 0; at--) {
    const other = Math.max(at - chance(6), 0);
    const [one, two] = [pieces[at], pieces[other]];
    if (one !== undefined && two !== undefined) [pieces[at], pieces[other]] = [two, one];
  }
  return pieces;
}
