import type { HostStart } from '../../lab/lab-host.ts';
import type { FaultFigure } from '../fault.ts';

/**
 * How long hosts took from the start of their process until they listened, the slowest. What is judged is without the
 * time in which others had the processor.
 */
export function readyFigures(starts: readonly HostStart[]): FaultFigure[] {
  const slowest = (of: (start: HostStart) => number) => Math.max(...starts.map(of)) / 1000;
  return [
    { name: 'ready', value: slowest(({ ready }) => ready.ownMs), unit: 's', most: 3 },
    { name: 'ready by the clock', value: slowest(({ ready }) => ready.clockMs), unit: 's' },
  ];
}
