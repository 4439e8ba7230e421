import type { Topics } from '../connectors/topics.ts';
import type { Field, Language, Words } from '../set-up/fields.ts';
import type { Static, TSchema } from '../typebox.ts';
import type { Notice } from './notice.ts';
import type { PushReceivers } from './push-browsers.ts';
import type { Reach } from './reach.ts';
import type { Content } from './templates.ts';

/** One message for one channel, in its language. */
export interface Outgoing extends Content {
  /** The same when it is tried again. */
  readonly id: string;
  readonly atMs: number;
  readonly language: Language;
  readonly notices: readonly Notice[];
}

export interface SendContext {
  readonly reach: Reach;
  readonly signal: AbortSignal;
  readonly topics: Topics;
  /** Those that were signed up for this channel. */
  readonly browsers: PushReceivers;
}

/** A way to bring messages to people: data for the form, and one function. */
export interface ChannelKind<Schema extends TSchema = TSchema> {
  readonly id: string;
  readonly name: Words;
  readonly about: Words;
  readonly fields: readonly Field[];
  readonly settings: Schema;
  /** It cannot be held to the internet, so it is for those who administer the whole host. */
  readonly isForHostOnly?: true;
  /** What the schema cannot say. */
  mistakes?(settings: Static<Schema>): readonly { readonly field: string; readonly message: string }[];
  /** One try; gives what the server said. @throws DeliveryError, or an Error in words for people */
  send(settings: Static<Schema>, message: Outgoing, context: SendContext): Promise<string>;
}

/** Keeps a kind's types together. */
export const defineChannelKind = <Schema extends TSchema>(kind: ChannelKind<Schema>): ChannelKind<Schema> =>
  Object.freeze(kind);
