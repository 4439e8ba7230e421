import { type Static, Type } from '../typebox.ts';
import { Id, Nullable, open, TimeMs } from './contract-parts.ts';

/** Who changed what, and when; secrets are never part of it. */
export const AuditEntry = Type.Object(
  {
    /** Grows by one; the newest comes first. */
    number: Type.Integer({ minimum: 1 }),
    atMs: TimeMs,
    user: Type.String(),
    /** host: the host itself or its command. stranger: nobody who is known, such as who signs in wrongly; `user` is empty. */
    by: Type.Union([
      Type.Literal('account'),
      Type.Literal('token'),
      Type.Literal('share'),
      Type.Literal('host'),
      Type.Literal('stranger'),
    ]),
    /** The id of the token or the link, where it was one. */
    via: Nullable(Type.String()),
    address: Nullable(Type.String()),
    /** Such as `account.create`, `gateway.settings`, `correction.undo`. */
    action: Type.String(),
    /** The id of what was changed. */
    subject: Type.String(),
    /** Null: it concerns the whole host. */
    site: Nullable(Type.String()),
    before: Type.Unknown(),
    after: Type.Unknown(),
  },
  { ...open, $id: 'AuditEntry' },
);

/** `before` is the number of the last entry of the page before. */
export const AuditQuery = Type.Object(
  {
    site: Type.Optional(Id),
    before: Type.Optional(Type.Integer({ minimum: 1 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  },
  open,
);
export const AuditPage = Type.Object(
  { entries: Type.Array(AuditEntry), /** Null: there are no older ones. */ next: Nullable(Type.Integer()) },
  { ...open, $id: 'AuditPage' },
);

export type AuditEntry = Static<typeof AuditEntry>;
export type AuditPage = Static<typeof AuditPage>;
