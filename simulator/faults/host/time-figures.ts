import type { Took } from '../../lab/process-figures.ts';
import type { FaultFigure, FaultSize } from '../fault.ts';
import { percentile } from './percentile.ts';

/** What so many of these times (0 to 1) did not exceed. */
export const timeFigure = (
  name: string,
  share: number,
  took: readonly Took[],
  by: keyof Took,
): FaultFigure => ({
  name: `${name}, ${share === 1 ? 'slowest' : `p${share * 100}`}`,
  value: percentile(
    took.map(one => one[by]),
    share,
  ),
  unit: 'ms',
});

/**
 * The same as it is judged: without the time in which others had the processor, and by the clock. What waits for a processor
 * may wait for the host's own threads: a full run holds by the clock, too.
 */
export const timeFigures = (
  name: string,
  share: number,
  took: readonly Took[],
  mostMs: number,
  size: FaultSize,
): FaultFigure[] => [
  { ...timeFigure(name, share, took, 'ownMs'), most: mostMs },
  {
    ...timeFigure(`${name} by the clock`, share, took, 'clockMs'),
    ...(size === 'full' && { most: mostMs }),
  },
];
