/** The sequences of one message of records, as the gateway sent them: `first`, `first + 1`, … `count` of them. */
export interface Span {
  /** The oldest sequence the gateway still keeps. */
  readonly oldest: number;
  readonly first: number;
  readonly count: number;
}

export interface Decision {
  /** The watermark from now on. */
  readonly watermark: number;
  /** Sequences the gateway dropped before they came here, both ends included. */
  readonly lost: { readonly from: number; readonly to: number } | undefined;
  /** The message begins past what is known: nothing of it may be taken, the gateway sends again from the watermark. */
  readonly isOutOfOrder: boolean;
  /** Records at its start that were taken before. */
  readonly duplicates: number;
  /** Records behind those, to be taken now. */
  readonly taken: number;
}

/**
 * What to do with a message of a journal of which everything up to `watermark` is taken or counted lost.
 * In any order, however often, and with any part missing on the way, each record is taken once or counted lost once.
 */
export function decide(watermark: number, { oldest, first, count }: Span): Decision {
  const lost = oldest > watermark + 1 ? { from: watermark + 1, to: oldest - 1 } : undefined;
  const reached = lost?.to ?? watermark;
  if (first > reached + 1) {
    return { watermark: reached, lost, isOutOfOrder: true, duplicates: 0, taken: 0 };
  }
  const duplicates = Math.min(count, reached + 1 - first);
  return {
    watermark: Math.max(reached, first + count - 1),
    lost,
    isOutOfOrder: false,
    duplicates,
    taken: count - duplicates,
  };
}
