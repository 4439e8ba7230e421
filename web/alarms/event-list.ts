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

interface Spanned {
  readonly beganMs: number | null;
  readonly endedMs: number | null;
}

/**
 * What lasts, and what is over, the newest first. `lasting`: those that may have begun before all `events`; `own`: of gateways. What is
 * over and older than the list comes with more of it.
 */
export function nowAndPast<
  E extends Spanned & { readonly id: string; readonly beganMs: number },
  O extends Spanned,
>(
  events: readonly E[],
  lasting: readonly E[],
  own: readonly O[],
  hasMore: boolean,
): { readonly now: readonly (E | O)[]; readonly past: readonly (E | O)[] } {
  const oldestMs = hasMore ? (events.at(-1)?.beganMs ?? 0) : 0;
  const isShown = (each: O) => isLasting(each) || (each.beganMs ?? 0) >= oldestMs;
  const all = [...joined(events, lasting), ...own.filter(isShown)];
  return {
    now: all.filter(isLasting),
    past: all
      .filter(each => !isLasting(each))
      .sort((one, other) => (other.beganMs ?? 0) - (one.beganMs ?? 0)),
  };
}
