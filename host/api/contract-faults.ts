import { type Static, Type } from '../typebox.ts';
import { Nullable, open } from './contract-parts.ts';

/** Why something that people set up does not do what it is for. */

/**
 * What of a fault is not its English: a stable code (`host/faults/kinds.ts`), and the facts that a text in another language is made
 * of; `said` is what the other side or the machine said itself. A fact may be such a code itself, or several with `; ` between.
 */
export const Why = Type.Object(
  {
    code: Type.String(),
    facts: Type.Record(Type.String(), Type.Union([Type.Number(), Type.String()])),
  },
  { ...open, $id: 'Why' },
);
export type Why = Static<typeof Why>;

/** Why it does not do what it is for, in English, and to be told in words of one's own; null where it does, or is off. */
export const faultParts = { fault: Nullable(Type.String()), why: Nullable(Why) };
