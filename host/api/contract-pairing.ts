import { pairAnswerRule, pairRequestRule } from '#core/pairing-messages.ts';
import { type Static, Type } from '../typebox.ts';
import { Count, Id, Nullable, open, TimeMs } from './contract-parts.ts';
import { schemaOf } from './rule-schema.ts';

export const PairingPath = Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{16}$' }) }, open);

/** A code for `gateway`, or for one that names itself; `renew` where that gateway has a credential, which then ends. */
export const NewPairing = Type.Object(
  {
    gateway: Type.Optional(Id),
    renew: Type.Optional(Type.Boolean()),
    /** That the gateway joins; without it that of `gateway`, `home`, or the one site whose admin asks. */
    site: Type.Optional(Id),
  },
  open,
);

const pairing = {
  id: Type.String(),
  /** The gateway that it was kept for. */
  reserved: Nullable(Id),
  /** The site that its gateway joins. */
  site: Id,
  /** The gateway that used it. */
  gateway: Nullable(Id),
  /** The PIN of that gateway's own page on its network. */
  localPin: Nullable(Type.String()),
  state: Type.Union([
    Type.Literal('open'),
    Type.Literal('used'),
    Type.Literal('expired'),
    Type.Literal('dead'),
    Type.Literal('revoked'),
  ]),
  /** Who asked for it. */
  by: Type.String(),
  createdMs: TimeMs,
  expiresMs: TimeMs,
  wrongTries: Count,
};

/** What became of a code; `dead` after too many wrong tries. */
export const PairingState = Type.Object(pairing, { ...open, $id: 'PairingState' });

/** The code, shown once, and where a gateway finds this host. */
export const PairingCode = Type.Object(
  {
    ...pairing,
    code: Type.String(),
    /** Addresses with port, such as 192.168.1.10:8080. */
    hosts: Type.Array(Type.String()),
    /** The host listens on its own machine alone: no other machine's gateway can reach it. */
    isLoopback: Type.Boolean(),
  },
  open,
);

/** What a gateway sends and gets, in hex and Base64: docs/protocol.md, "Pairing". */
export const PairRequest = schemaOf(pairRequestRule);

export const PairAnswer = schemaOf(pairAnswerRule);

export type PairingState = Static<typeof PairingState>;
export type PairingCode = Static<typeof PairingCode>;
