import type { QuantityId } from '../core/quantities.ts';
import type { Reason } from '../core/wire/reasons.ts';
import type { HeadState } from './head-watch.ts';

/** One measured value, in the unit of its quantity. */
export interface Sample {
  readonly quantity: QuantityId;
  readonly value: number;
}

/**
 * Where a source puts what it measured of one meter. Values come together that were read together. A failure
 * stands for one sample that was due and did not come.
 */
export interface MeterSink {
  samples(ticksMs: number, samples: readonly Sample[]): void;
  failed(ticksMs: number, reason: Reason): void;
}

/** Something that measures: an RS485 bus with its meters, an SML head, a DC sensor. One per line. */
export interface Source {
  start(): void;
  stop(): void;
  /** Counts since the start, by name, for the health message. */
  counters(): Readonly<Record<string, number>>;
  /** Why its port or chip cannot be used, in words for people; undefined once something was heard of it. */
  fault(): string | undefined;
  /** Of an optical head alone: what it heard in the last seconds, to aim it by. */
  head?(): HeadState;
}
