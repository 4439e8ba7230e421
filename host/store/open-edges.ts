import type { CounterSlot } from '../counters/counter-slot.ts';
import type { Stretch } from '../counters/slots.ts';
import type { HistoryRange } from './corrections-history.ts';
import type { SeriesRef } from './types.ts';

/** What has to be read for a range to be settled, where what was read around it does not tell. */
export interface OpenEdges {
  readonly open: Stretch | undefined;
}

/**
 * Where what is odd reaches to the outermost reading that was read, those behind it decide: as far behind as it is from the
 * range, so that a counter that is always odd takes few steps.
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
      fromS: isOpenBefore ? Math.max(2 * outerFromS - fromS, 0) : fromS,
      toS: isOpenAfter ? 2 * outerToS - toS : toS,
    },
  };
}
