import type { FaultCounts, FaultSize } from './fault.ts';
import type { Machine } from './machine.ts';

/** What became of one fault, as the file of `--json` has it. */
export interface FaultResult {
  readonly id: string;
  readonly what: string;
  /** What must hold. */
  readonly pass: string;
  readonly watched: string;
  readonly outcome: 'passed' | 'failed' | 'not run';
  /** Why it did not pass, a sentence each. */
  readonly why: readonly string[];
  /** Null where it could not be made to its end. */
  readonly counts: FaultCounts | null;
  readonly size: FaultSize;
  readonly seed: number;
  /** When it began, ISO 8601 in UTC. */
  readonly at: string;
  readonly seconds: number;
  readonly machine: Machine;
}

export interface FaultReport {
  readonly results: readonly FaultResult[];
}
