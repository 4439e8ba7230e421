import { deepFreeze } from '../core/freeze.ts';
import type { Outcome } from './bus-transaction.ts';

/**
 * What follows from an exception. `refused`: the meter has no such registers, and asking each second will not bring
 * them. `failed`: this time. `later`: it needs a moment. `damaged`: as if bits had been wrong on the wire. `silent`:
 * a gateway in between answers for a slave that does not.
 */
export type ExceptionMeaning = 'refused' | 'failed' | 'later' | 'damaged' | 'silent';

export interface SlaveException {
  readonly name: string;
  readonly means: ExceptionMeaning;
  /** For people: what it is and what to do. */
  readonly words: string;
  /** How long a slave that needs a moment is left alone at first; twice as long each time. */
  readonly pauseMs?: number;
  /** A read of fewer registers may be answered. */
  readonly maySplit?: true;
}

/** Modbus Application Protocol V1.1b3, section 7. */
const table: Readonly<Record<number, SlaveException>> = deepFreeze({
  1: {
    name: 'illegal function',
    means: 'refused',
    words: 'it does not know this function; check that the profile is the one of this meter',
  },
  2: {
    name: 'illegal data address',
    means: 'refused',
    maySplit: true,
    words:
      'it does not have all of these registers; check that the profile is the one of this meter and model',
  },
  3: {
    name: 'illegal data value',
    means: 'refused',
    maySplit: true,
    words:
      'it does not take so many registers, or this value, at once; check that the profile is the one of this meter',
  },
  4: {
    name: 'server device failure',
    means: 'failed',
    words: 'it failed inside; if this lasts, restart the meter',
  },
  5: {
    name: 'acknowledge',
    means: 'later',
    pauseMs: 500,
    words: 'it has begun and is not done yet',
  },
  6: {
    name: 'server device busy',
    means: 'later',
    pauseMs: 100,
    words: 'it is busy; if this lasts, sample it less often',
  },
  8: {
    name: 'memory parity error',
    means: 'damaged',
    words: 'its memory is damaged; if this lasts, the meter needs repair',
  },
  10: {
    name: 'gateway path unavailable',
    means: 'silent',
    words: 'the gateway before it is overloaded or set up wrongly; check its settings',
  },
  11: {
    name: 'gateway target device failed to respond',
    means: 'silent',
    words: 'the gateway before it hears nothing of it; check its address, baud rate, parity and wiring',
  },
});

const none: Partial<SlaveException> = Object.freeze({});

const unknown: SlaveException = Object.freeze({
  name: 'not in the protocol',
  means: 'failed',
  words: 'only the manual of the meter says what it means',
});

/** What the exception of this code means; codes that the protocol does not have count as failures. */
export const exceptionOf = (code: number): SlaveException => table[code] ?? unknown;

/** As `exception 2 (illegal data address)`. */
export const exceptionText = (code: number): string => `exception ${code} (${exceptionOf(code).name})`;

/** What the exception means by which a slave answered; empty where it answered otherwise or not. */
export const exceptionIn = (outcome: Outcome): Partial<SlaveException> =>
  outcome.ok || outcome.exception === undefined ? none : exceptionOf(outcome.exception);
