import { expect, test } from 'vitest';
import type { Fault } from '../../simulator/faults/fault.ts';
import { resultLine } from '../../simulator/faults/result-line.ts';
import { runFault } from '../../simulator/faults/run-fault.ts';
import { seed } from '../seed.ts';

/** The quick form of faults of the table that `npm run faults` prints: real processes, one fault after the other. */
export function testQuickForm(faults: readonly Fault[]): void {
  test.each(faults.map(fault => [fault.id, fault] as const))(
    '%s',
    { timeout: 180_000 },
    async (_id, fault) => {
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
    },
  );
}
