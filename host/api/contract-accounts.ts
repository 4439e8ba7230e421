import { passwordLength } from '../auth/password-rules.ts';
import { type Static, Type } from '../typebox.ts';
import { Count, Id, Nullable, open, Secret, TimeMs, UserName } from './contract-parts.ts';

/** Who may come in, and what they may do. Roles are those of `host/auth/roles.ts`. */

export const Role = Type.Union([Type.Literal('viewer'), Type.Literal('operator'), Type.Literal('admin')]);

/** Roles by id of the site; `*` is every site. */
export const SiteRoles = Type.Record(
  Type.String({ pattern: '^(\\*|[a-z0-9][a-z0-9_-]{0,63})$', description: 'a site, or * for every one' }),
  Role,
  { additionalProperties: false },
);

/** Without what cannot be seen or turns the writing round, and no `.` or `..`, which no address can name. */
const AccountName = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern:
    '^(?!\\.{1,2}$)[^\\u0000-\\u001f\\u007f\\u00ad\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff]+$',
  description: 'no control characters, not . or ..',
});

/** Characters of any kind; what is common or holds the name is refused in words. */
const NewPassword = Secret(passwordLength.least, passwordLength.most);
/** Six digits of an app, or a spare code. */
const SecondFactor = Secret(6, 32);

export const Credentials = Type.Object(
  {
    user: UserName,
    password: Secret(1, 256),
    /** Where the account has a second factor; without it the answer is `signIn.secondFactor`. */
    secondFactor: Type.Optional(SecondFactor),
  },
  open,
);

/** Instead of credentials: what a share link holds. */
export const ShareCredentials = Type.Object({ share: Secret(20, 100) }, open);

/** What signs in. Marked as a secret whole, so that an error tells nothing of it. */
export const SignIn = Type.Union([Credentials, ShareCredentials], { writeOnly: true });

/** The first account, admin of the host: the code is printed by the host at its first start. */
export const Setup = Type.Object(
  {
    code: Secret(1, 64),
    user: AccountName,
    password: NewPassword,
  },
  open,
);

/** Who is signed in, and what they may. */
export const Session = Type.Object(
  {
    kind: Type.Union([Type.Literal('account'), Type.Literal('token'), Type.Literal('share')]),
    user: Type.String(),
    expiresMs: TimeMs,
    roles: SiteRoles,
    /** Of a link: the meters it shows, null for all of its site, and the address of its view. */
    meters: Nullable(Type.Array(Type.String())),
    view: Nullable(Type.String()),
    hasSecondFactor: Type.Boolean(),
    /** Somebody else chose the password: it is to be changed first. */
    mustChangePassword: Type.Boolean(),
  },
  { ...open, $id: 'Session' },
);

/** A signed-in browser of one's own. */
export const OwnSession = Type.Object(
  {
    id: Type.String(),
    createdMs: TimeMs,
    seenMs: TimeMs,
    expiresMs: TimeMs,
    /** Where it was begun from, and what the browser called itself, shortened. */
    address: Type.String(),
    agent: Type.String(),
    /** The one that asks. */
    isThis: Type.Boolean(),
  },
  { ...open, $id: 'OwnSession' },
);

export const SessionPath = Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{16}$' }) }, open);

/** One's own new password; every other session of the account ends. */
export const PasswordChange = Type.Object({ password: Secret(1, 256), newPassword: NewPassword }, open);

/** A second factor to be: told to an app by its link, and good once a code of it was given back. */
export const SecondFactorOffer = Type.Object(
  {
    /** `otpauth://totp/…`, for a QR code. */
    link: Type.String(),
    /** The same in base32, to be typed. */
    secret: Type.String(),
  },
  open,
);
export const SecondFactorProof = Type.Object({ password: Secret(1, 256), code: SecondFactor }, open);
/** Each is good once, where the app is lost. Shown this once. */
export const SpareCodes = Type.Object({ codes: Type.Array(Type.String()) }, open);
export const PasswordProof = Type.Object({ password: Secret(1, 256) }, open);

export const Account = Type.Object(
  {
    user: Type.String(),
    roles: SiteRoles,
    createdMs: TimeMs,
    /** Null: never signed in. */
    lastSignInMs: Nullable(TimeMs),
    hasSecondFactor: Type.Boolean(),
    mustChangePassword: Type.Boolean(),
    sessions: Count,
  },
  { ...open, $id: 'Account' },
);
export const AccountPath = Type.Object({ user: UserName }, open);
/** By an admin; the person has to choose another password at the first sign-in. */
export const NewAccount = Type.Object({ user: AccountName, password: NewPassword, roles: SiteRoles }, open);
/** What an admin changes; what is not named stays. A new password ends all sessions of the account. */
export const AccountChange = Type.Object(
  {
    roles: Type.Optional(SiteRoles),
    password: Type.Optional(NewPassword),
    /** Only false: taken off, where the person lost it. */
    hasSecondFactor: Type.Optional(Type.Literal(false)),
  },
  open,
);

/** A place of its own, whose people, devices and data are of nobody else's business. */
export const Site = Type.Object(
  {
    id: Id,
    name: Nullable(Type.String()),
    /** Of who asks. */
    role: Role,
    gateways: Count,
  },
  { ...open, $id: 'Site' },
);
export const SitePath = Type.Object({ site: Id }, open);
export const NewSiteId = Type.Object({ id: Id, name: Type.Optional(Nullable(UserName)) }, open);
/** Of lists: what of one site is wanted; without it, all that may be seen. */
export const SiteQuery = Type.Object({ site: Type.Optional(Id) }, open);
/** The site a gateway belongs to from now on, with all it ever measured. */
export const GatewaySite = Type.Object({ site: Id }, open);

export type Role = Static<typeof Role>;
export type SiteRoles = Static<typeof SiteRoles>;
export type Session = Static<typeof Session>;
export type OwnSession = Static<typeof OwnSession>;
export type SecondFactorOffer = Static<typeof SecondFactorOffer>;
export type SpareCodes = Static<typeof SpareCodes>;
export type Account = Static<typeof Account>;
export type NewAccount = Static<typeof NewAccount>;
export type AccountChange = Static<typeof AccountChange>;
export type Site = Static<typeof Site>;
export type NewSiteId = Static<typeof NewSiteId>;
