import { deepFreeze } from '#core/freeze.ts';

/** Bounds of corrections; what goes past one is refused and says so. */
export const correctionLimits = deepFreeze({
  /** That stand for a meter and its series: each costs a little in every read. */
  standing: 200,
  /** Factors and offsets that hold for the same window: each is a step in the calculation of every read. */
  overlapping: 8,
  /** Entries of a meter, undone ones and undoings with them: none is ever deleted. */
  entries: 5000,
  /** Characters of a reason. */
  why: 500,
  /** A factor beyond these is a slip of the finger. */
  factorLeast: 0.000_001,
  factorMost: 1_000_000,
  /** Days that a preview tells, the newest of the range. */
  previewDays: 400,
});
