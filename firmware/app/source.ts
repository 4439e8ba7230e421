import type { QuantityId } from '../core/quantities.ts';
import type { Reason } from '../core/wire/reasons.ts';
import type { BusTap } from './bus-tap.ts';
import type { HeadTap } from './head-tape.ts';
import type { HeadState } from './head-watch.ts';
import type { CommandDone } from './poll-commands.ts';
import type { SlaveFigures } from './slave-figures.ts';

/** One measured value, in the unit of its quantity. */
export interface Sample {
  readonly quantity: QuantityId;
  readonly value: number;
}

/** Who a meter is, as far as it tells: printable ASCII without blanks at its ends (`isSerial`). */
export interface MeterIdentity {
  readonly serial?: string;
  readonly model?: string;
  readonly firmware?: string;
}

/**
 * Where a source puts what it measured of one meter. Values come together that were read together. A failure
 * stands for one sample that was due and did not come.
 */
export interface MeterSink {
  samples(ticksMs: number, samples: readonly Sample[]): void;
  failed(ticksMs: number, reason: Reason): void;
  /** Who the meter is, as often as it is read, and before the values that were read after it or together with it. */
  identified?(ticksMs: number, identity: MeterIdentity): void;
  /** A counter shows what another meter in its place would explain: who it is should be read before its next values. */
  readonly isIdentityWanted?: boolean;
}

/** Something that measures: an RS485 bus with its meters, an SML head, a DC sensor. One per line. */
export interface Source {
  start(): void;
  stop(): void;
  /** When its next step is due: to be past it for long is to be stuck. Infinity while it is stopped. */
  stepAtTicks(): number;
  /** Counts since the start, by name, for the health message. */
  counters(): Readonly<Record<string, number>>;
  /** Why its port or chip cannot be used, in words for people; undefined once something was heard of it. */
  fault(): string | undefined;
  /** Of a Modbus line alone: each slave as it is known, and all that goes over the line from now on (undefined: ends it). */
  slaves?(): readonly SlaveFigures[];
  listen?(tap: BusTap | undefined): void;
  /** Of a Modbus line alone: carries out a command of a meter's profile, between polls. */
  command?(meterId: string, commandId: string, value: number | undefined, done: CommandDone): void;
  /** Of an optical head alone: all that goes over its line from now on; undefined ends it. */
  listenToHead?(tap: HeadTap | undefined): void;
  /** Of an optical head alone: what it heard in the last seconds, to aim it by. */
  head?(): HeadState;
}
