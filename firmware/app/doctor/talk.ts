import type { ReadRequest } from '../../core/modbus/frame.ts';
import type { Outcome } from '../bus-transaction.ts';

export type { Outcome };

/** How the port of a line is opened. */
export interface PortSettings {
  readonly baud: number;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
}

/** A talk asks a slave, or wants the port opened anew. */
export type Step = ReadRequest | PortSettings;

export const isPortSettings = (step: Step): step is PortSettings => 'baud' in step;

/**
 * A talk with the slaves of a line, step by step; the first step opens the port. Each step gives what came of it: the
 * bytes of an answer, valid until the next step, none of a port that opened. Ends with what it found out. A function that
 * gives one has its prototype frozen beside it: each would lie in RAM otherwise.
 */
export type Talk<R> = Generator<Step, R, Outcome>;

/** Whether a slave is there: it answered, or refused. */
export const isSignOfLife = (outcome: Outcome): boolean => outcome.ok || outcome.error === 'exception';
