import type { ProgramDesk } from '../broker/postings.ts';
import type { Reach } from '../notify/reach.ts';
import type { Field, Words } from '../set-up/fields.ts';
import type { Mistake } from '../set-up/settings-mistakes.ts';
import type { Static, TSchema } from '../typebox.ts';
import type { ForwardWindow } from './window.ts';

/** What the other side said to a delivery that it took. */
export interface Taken {
  readonly said: string;
  /** Values that it has already, others: they stay as they are there. */
  readonly notStored?: number;
}

export interface Delivery {
  /** The same when the same is sent again. */
  readonly id: string;
  readonly atMs: number;
  readonly signal: AbortSignal;
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
  /** Of one delivery. */
  readonly most?: { readonly windows: number; readonly values: number };
  /** What the schema cannot say. */
  mistakes?(settings: Static<Schema>): readonly Mistake[];
  open(settings: Static<Schema>, options: WayOptions): Way;
}

/** Keeps a kind's types together. */
export const defineForwardKind = <Schema extends TSchema>(kind: ForwardKind<Schema>): ForwardKind<Schema> =>
  Object.freeze(kind);
