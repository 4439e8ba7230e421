import type { Fault } from './fault.ts';
import type { FaultResult } from './result.ts';
import { type RunOptions, runFault } from './run-fault.ts';

export interface RunAllOptions extends Omit<RunOptions, 'progress'> {
  readonly progress: (fault: Fault, done: number, times: number) => void;
  /** Hears of each as soon as it is over. */
  readonly onResult: (result: FaultResult) => void | Promise<void>;
}

/** Runs them one after the other. An error of one is its result; a signal ends the one that runs, and those after it are not run. */
export async function runFaults(faults: readonly Fault[], options: RunAllOptions): Promise<FaultResult[]> {
  const results: FaultResult[] = [];
  for (const fault of faults) {
    const { progress, onResult, ...one } = options;
    const result = await runFault(fault, { ...one, progress: (done, times) => progress(fault, done, times) });
    results.push(result);
    await onResult(result);
  }
  return results;
}
