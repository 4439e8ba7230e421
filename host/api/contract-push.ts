import { type Static, Type } from '../typebox.ts';
import { Id, Nullable, open, TimeMs } from './contract-parts.ts';

/** Browsers that are told of alarms, also while the page is shut. */

export const PushBrowserEntry = Type.Object(
  {
    id: Type.String(),
    channel: Id,
    user: Type.String(),
    label: Type.String(),
    createdMs: TimeMs,
    /** First 32 digits of the SHA-256 of its address, in hex: a browser knows itself by it. */
    mark: Type.String(),
  },
  { ...open, $id: 'PushBrowser' },
);
export type PushBrowserEntry = Static<typeof PushBrowserEntry>;

export const PushOffer = Type.Object(
  {
    /** `applicationServerKey` of a subscription, base64url; null where there is no channel for browsers yet. */
    publicKey: Nullable(Type.String()),
    /** Those that one may sign a browser up for. */
    channels: Type.Array(Type.Object({ id: Id, name: Type.String(), site: Nullable(Id) }, open)),
    /** One's own; for admins those of their channels. */
    browsers: Type.Array(PushBrowserEntry),
  },
  { ...open, $id: 'PushOffer' },
);
export type PushOffer = Static<typeof PushOffer>;

const key = Type.String({ pattern: '^[A-Za-z0-9_-]+={0,2}$', maxLength: 128 });
export const NewPushBrowser = Type.Object(
  {
    channel: Id,
    label: Type.String({ minLength: 1, maxLength: 64, pattern: '^[^\\u0000-\\u001f\\u007f]+$' }),
    endpoint: Type.String({ minLength: 8, maxLength: 1024 }),
    p256dh: key,
    auth: key,
  },
  open,
);
export type NewPushBrowser = Static<typeof NewPushBrowser>;
export const PushBrowserPath = Type.Object(
  { id: Type.String({ pattern: '^[0-9a-f-]{36}$', description: 'an id of 36 letters' }) },
  open,
);
