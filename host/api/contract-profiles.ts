import { type Static, Type } from '../typebox.ts';
import { Count, Id, Nullable, open } from './contract-parts.ts';

const Registers = Type.Array(
  Type.Object(
    {
      quantity: Type.String(),
      unit: Type.String(),
      fc: Count,
      address: Count,
      type: Type.String(),
      order: Type.String(),
      scale: Type.Number(),
      /** The least time between two reads, where it is not read at each sample. */
      everyMs: Nullable(Count),
      /** Sources differ, or it was seen in one place alone. */
      isDoubtful: Type.Boolean(),
    },
    open,
  ),
);

/** A meter that Joulegate knows: what it measures, and where each value lies. */
export const Profile = Type.Object(
  {
    id: Id,
    kind: Type.String(),
    manufacturer: Type.String(),
    model: Type.String(),
    quantities: Type.Array(Type.String()),
    /** What a person has to know before choosing it. */
    note: Nullable(Type.String()),
    /** Of Modbus meters: where the registers come from, and how it leaves its factory. */
    source: Nullable(Type.String()),
    baud: Nullable(Count),
    parity: Nullable(Type.String()),
    stopBits: Nullable(Count),
    address: Nullable(Count),
    maxRegistersPerRead: Nullable(Count),
    registers: Registers,
    commands: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          name: Type.String(),
          min: Nullable(Type.Number()),
          max: Nullable(Type.Number()),
          unit: Nullable(Type.String()),
        },
        open,
      ),
    ),
  },
  { ...open, $id: 'Profile' },
);

export const ProfilePath = Type.Object({ id: Id }, open);

/** The gateway whose own profiles are looked through first. */
export const ProfileTextQuery = Type.Object({ gateway: Type.Optional(Id) }, open);

/** A profile as a person writes it: JSON. */
export const ProfileText = Type.Object({ text: Type.String({ maxLength: 65_536 }) }, open);

/** What is wrong with it, and where in the text; lines and columns from 1. No mistake: `profile` can be sent. */
export const ProfileCheck = Type.Object(
  {
    mistakes: Type.Array(
      Type.Object({ line: Count, column: Count, field: Type.String(), message: Type.String() }, open),
    ),
    profile: Nullable(Type.Unknown()),
  },
  open,
);

export type Profile = Static<typeof Profile>;
export type ProfileText = Static<typeof ProfileText>;
export type ProfileCheck = Static<typeof ProfileCheck>;
