/** Words that somebody may have meant by one that is not known: those of the fewest changes, three at most. */
export function nearWords(word: string, known: readonly string[]): string[] {
  const plain = plainOf(word);
  const most = Math.max(1, Math.floor(plain.length / 3));
  const near = known.map(name => ({ name, changes: changesBetween(plain, plainOf(name), most) }));
  const fewest = Math.min(most, ...near.map(({ changes }) => changes));
  return near
    .filter(({ changes }) => changes === fewest)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** ` (did you mean httpPort?)`, or nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = nearWords(word, known);
  return near.length === 0 ? '' : ` (did you mean ${near.join(' or ')}?)`;
}

/** `HTTP_PORT`, `http-port` and `httpPort` are meant alike. */
const plainOf = (word: string): string => word.toLowerCase().replaceAll(/[-_\s]/g, '');

/** How many letters are put in, left out, replaced or exchanged with their neighbour (Damerau, optimal alignment). */
function changesBetween(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row++) {
    const now = [row];
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1];
      const isExchanged =
        row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      now[column] = Math.min(
        (last[column] ?? 0) + 1,
        (now[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
        isExchanged ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = now;
  }
  return last[other.length] ?? 0;
}
