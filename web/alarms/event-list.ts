/** Lists of events joined: one that stands in both is taken from the first. The newest come first. */
export function joined<E extends { readonly id: string; readonly beganMs: number }>(
  newer: readonly E[],
  older: readonly E[],
): E[] {
  const known = new Set(newer.map(({ id }) => id));
  return [...newer, ...older.filter(({ id }) => !known.has(id))].sort(
    (one, other) => other.beganMs - one.beganMs,
  );
}

/** Whether it has not ended, and was one at all. */
export const isLasting = (event: {
  readonly endedMs: number | null;
  readonly withdrawnMs?: number | null;
}): boolean => event.endedMs === null && (event.withdrawnMs ?? null) === null;
