import type { CounterSlot } from '../counters/counter-slot.ts';
import type { Stretch } from '../counters/slots.ts';
import type { HistoryRange } from './corrections-history.ts';
import type { SeriesRef } from './types.ts';

/** Where what was read around a range does not settle it: from and to where that is, beyond the range at an edge that is open. */
export interface OpenEdges {
  readonly open: Stretch | undefined;
}

/**
 * Where what is odd reaches to the outermost reading that was read, those behind it decide.
 * @param first of all slots that were read, beyond the range or not; undefined where something else ends them
 */
export function openEdges(
  stretches: readonly Stretch[],
  { fromS, toS, wideFromS, wideToS }: HistoryRange,
  { firstS, endS }: SeriesRef,
  first: CounterSlot | undefined,
  last: CounterSlot | undefined,
): OpenEdges {
  const [oddFromS, oddToS] = [stretches[0]?.fromS, stretches.at(-1)?.toS];
  const outerFromS = Math.min(first?.firstEndS ?? fromS, fromS);
  const outerToS = Math.max(last?.lastEndS ?? toS, toS);
  const isOpenBefore =
    firstS < wideFromS && outerFromS < fromS && oddFromS !== undefined && oddFromS <= outerFromS;
  const isOpenAfter = endS > wideToS && outerToS > toS && oddToS !== undefined && oddToS >= outerToS;
  if (!isOpenBefore && !isOpenAfter) return { open: undefined };
  return {
    open: {
      fromS: isOpenBefore ? outerFromS : fromS,
      toS: isOpenAfter ? outerToS : toS,
    },
  };
}
