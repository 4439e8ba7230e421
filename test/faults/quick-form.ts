import { expect, test } from 'vitest';
import type { Fault } from '../../simulator/faults/fault.ts';
import { resultLine } from '../../simulator/faults/result-line.ts';
import { runFault } from '../../simulator/faults/run-fault.ts';
import { faults } from '../../simulator/faults/table.ts';
import { seed } from '../seed.ts';

const besideOthers = faults.filter(({ isTimed }) => !isTimed);

/** What has a core of its own, and what is run beside others that wait: in halves, for two workers. */
export const shares = Object.freeze({
  timed: faults.filter(({ isTimed }) => isTimed),
  odd: besideOthers.filter((_, index) => index % 2 === 0),
  even: besideOthers.filter((_, index) => index % 2 === 1),
});

/** The quick form of faults of the table that `npm run faults` prints: real processes, one fault after the other. */
export function testQuickForm(some: readonly Fault[]): void {
  test.each(some.map(fault => [fault.id, fault] as const))('%s', async (_id, fault) => {
    const result = await runFault(fault, {
      size: 'quick',
      seed,
      signal: new AbortController().signal,
      progress: () => {},
    });
    console.log(resultLine(result));
    // Where a program of a fault is not installed it is told so, and proves nothing.
    expect(result.why).toEqual(
      result.outcome === 'not run' ? [expect.stringContaining('not installed')] : [],
    );
  });
}
