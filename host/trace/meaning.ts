import type { Message } from '#core/wire/messages.ts';

export type TraceMessage = Message<'trace'>;
export type TraceFrame = TraceMessage['frames'][number];

/**
 * One value that a frame carries. `name` is a quantity's id (`of: 'quantity'`), an OBIS code (`obis`; `label` is its
 * English name, empty where it has none), or a part of who a meter is (`identity`: serial, model, firmware).
 * `value` is exact decimal text, or text; null where the meter says that it has none. `register` is where it lies.
 */
export interface TraceValue {
  readonly of: 'quantity' | 'obis' | 'identity';
  readonly name: string;
  readonly label?: string;
  readonly value: string | null;
  readonly unit: string;
  readonly register?: number;
}

/** A named command of a profile that a write carries out. */
export interface TraceCommand {
  readonly id: string;
  readonly name: string;
  readonly value: string | null;
  readonly unit: string;
}

/**
 * What a frame says, by the settings and profiles of its gateway. `meters` are their ids. Of Modbus: `register` and
 * `count` of what is asked for, also in its answer and its refusal, where the question was heard; `isOtherMaster` where
 * not the gateway asked. Of an optical head: the telegram's `format`.
 */
export interface TraceMeaning {
  readonly kind: 'request' | 'answer' | 'exception' | 'telegram';
  readonly meters: readonly string[];
  readonly values: readonly TraceValue[];
  readonly isOtherMaster?: true;
  readonly register?: number;
  readonly count?: number;
  readonly command?: TraceCommand;
  readonly format?: 'sml' | 'd0' | 'p1';
}

/** A trace as the API tells it. */
export interface MeantTrace extends Omit<TraceMessage, 'frames'> {
  readonly frames: readonly (TraceFrame & { readonly meaning?: TraceMeaning })[];
}
