import { type Static, Type } from 'typebox';
import { open, Secret, TimeMs, UserName } from './contract-parts.ts';

export const Credentials = Type.Object(
  {
    user: UserName,
    password: Secret(1, 256),
  },
  open,
);

/** The first account: the code is printed by the host at its first start. */
export const Setup = Type.Object(
  {
    code: Secret(1, 64),
    user: UserName,
    password: Secret(12, 256),
  },
  open,
);

export const Session = Type.Object({ user: Type.String(), expiresMs: TimeMs }, open);

export type Session = Static<typeof Session>;
