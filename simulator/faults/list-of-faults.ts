import type { Fault, FaultSize } from './fault.ts';
import { countText } from './text.ts';

/** What there is, what must hold, how often it happens and about how long that takes. */
export function listOfFaults(faults: readonly Fault[]): string {
  const lines = faults.map(fault => {
    const { id, what, pass, times, needs } = fault;
    const needed = needs === undefined ? '' : `; needs ${needs.join(', ')}`;
    return [
      `${id}: ${what}`,
      `    ${pass}${needed}`,
      `    ${countText(times.full)} times, ${minutesText(fault, 'full')}; --quick ${countText(times.quick)}, ${minutesText(fault, 'quick')}`,
    ].join('\n');
  });
  const sum = (size: FaultSize) => faults.reduce((total, { minutes }) => total + (minutes?.[size] ?? 0), 0);
  return [
    ...lines,
    '',
    `${faults.length} faults, about ${Math.ceil(sum('full'))} minutes on two idle cores; --quick about ${Math.ceil(sum('quick'))}`,
  ].join('\n');
}

const minutesText = ({ minutes }: Fault, size: FaultSize): string => {
  if (minutes === undefined) return 'how long is not known';
  return minutes[size] < 1
    ? `about ${Math.ceil(minutes[size] * 60)} s`
    : `about ${Math.ceil(minutes[size])} min`;
};
