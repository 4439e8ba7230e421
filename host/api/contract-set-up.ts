import { Type } from '../typebox.ts';
import { Why } from './contract-faults.ts';
import { Id, Nullable, open } from './contract-parts.ts';

/** What the schemas of things are made of that people set up by the fields of a kind. Not re-exported, as `contract-parts.ts`. */

const Words = Type.Object({ en: Type.String(), de: Type.String(), pt: Type.String() }, open);

const Field = Type.Object(
  {
    name: Type.String(),
    label: Words,
    hint: Type.Optional(Words),
    kind: Type.String({ description: 'text, number, switch, choice, secret, rows, profile or quantity' }),
    isOptional: Type.Optional(Type.Boolean()),
    isPlace: Type.Optional(
      Type.Boolean({ description: 'where it changes, secrets that were left out are asked for again' }),
    ),
    unit: Type.Optional(Type.String()),
    choices: Type.Optional(Type.Array(Type.Object({ value: Type.String(), label: Words }, open))),
    /** Of `rows`: the fields of each, as these are. */
    columns: Type.Optional(Type.Array(Type.Unknown())),
  },
  open,
);

export const fields = Type.Array(Field);

/** A kind, and what a person fills in for one of it. */
export const kindParts = { id: Type.String(), name: Words, about: Words, fields };

/** Of such a kind, as a request names it. */
export const kindGiven = Type.String({ maxLength: 64 });

export const settingsGiven = Type.Unknown({
  description:
    'as the fields of its kind; a secret left out stays as it was, where the fields that are the place stay the same, else it is asked for again; null takes it away',
});
/** Without secrets; null where they cannot be read any more. */
export const settingsShown = Nullable(Type.Unknown());

/** What a message or value that was sent for a trial came to: what the other side said, or why nothing arrived. */
export const sentParts = { isSent: Type.Boolean(), said: Type.String(), why: Type.Optional(Why) };

/** Settings to be tried. `id`: of one that is set up, whose secrets are taken where they are left out. */
export const tryParts = { settings: settingsGiven, id: Type.Optional(Id) };
/** Why it would not work; null where it would. */
export const probeParts = { fault: Nullable(Type.String()), why: Nullable(Why) };
