import type { RecordsMessage } from '#core/wire/records.ts';
import type { ProgramDesk } from '../broker/postings.ts';
import type { Reach } from '../notify/reach.ts';
import type { Field, Words } from '../set-up/fields.ts';
import type { Mistake } from '../set-up/settings-mistakes.ts';
import type { Static, TSchema } from '../typebox.ts';
import type { ForwardWindow } from './window.ts';

/** What the other side said to a delivery that it took. */
export interface Taken {
  readonly said: string;
  /** Of a kind with records: up to which sequence it has the journal on disk. */
  readonly upTo?: number;
}

export interface Delivery {
  /** The same when the same is sent again. */
  readonly id: string;
  readonly atMs: number;
  readonly signal: AbortSignal;
  /** Of a kind with records: these are what is sent. */
  readonly message?: RecordsMessage;
}

/** An open way to another side. */
export interface Way {
  /**
   * One try with one or more windows. Resolves when the other side has acknowledged all of them.
   * @throws DeliveryError: `isFinal` where it refuses what is in them, so that parts of it may still be taken
   */
  send(windows: readonly ForwardWindow[], delivery: Delivery): Promise<Taken>;
  close(): void;
}

export interface WayOptions {
  readonly reach: Reach;
  /** The host's own broker, if it has one. */
  readonly programs: ProgramDesk | undefined;
}

/** A kind of other side that what was committed can be handed on to: data for the form, and one function. */
export interface ForwardKind<Schema extends TSchema = TSchema> {
  readonly id: string;
  readonly name: Words;
  readonly about: Words;
  readonly fields: readonly Field[];
  readonly settings: Schema;
  /** It cannot be held to the internet, so it is for those who administer the whole host. */
  readonly isForHostOnly?: true;
  /** Windows without values go, too: with what is missing, and why. */
  readonly tellsMissing?: true;
  /**
   * Windows go as records, and the other side accounts for them by their sequences, as a host does of a gateway: so it knows what it
   * has, each is there once, and what was dropped here is told there.
   */
  readonly records?: (window: ForwardWindow) => readonly Uint8Array[];
  /** The name there of a meter that can never go, as it is no id; undefined of all others. */
  readonly strangeName?: (gateway: string, meter: string) => string | undefined;
  /** Of one delivery. */
  readonly most?: { readonly windows: number; readonly values: number };
  /** What the schema cannot say. */
  mistakes?(settings: Static<Schema>): readonly Mistake[];
  open(settings: Static<Schema>, options: WayOptions): Way;
}

/** Keeps a kind's types together. */
export const defineForwardKind = <Schema extends TSchema>(kind: ForwardKind<Schema>): ForwardKind<Schema> =>
  Object.freeze(kind);
