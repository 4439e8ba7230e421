import { type Static, Type } from '../typebox.ts';
import { Count, Id, MeterKey, Nullable, open, TimeMs, UserName } from './contract-parts.ts';

/** What lets programs and strangers in without a password: tokens, links, accounts of the broker. */

/**
 * read: what a viewer may. operate: what an operator may. manage: what an admin may. metrics: /metrics alone. ingest: send
 * readings to connectors, where the owner is admin. Never more than the owner may at the moment.
 */
export const TokenScope = Type.Union([
  Type.Literal('read'),
  Type.Literal('operate'),
  Type.Literal('manage'),
  Type.Literal('metrics'),
  Type.Literal('ingest'),
]);

export const SecretPath = Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{16}$' }) }, open);

const sites = Type.Array(
  Type.String({ pattern: '^(\\*|[a-z0-9][a-z0-9_-]{0,63})$', description: 'a site, or * for every one' }),
  { minItems: 1, maxItems: 100 },
);

export const NewToken = Type.Object(
  {
    /** Whose it is, where a command of the host's machine makes it; a person makes their own alone. */
    user: Type.Optional(UserName),
    name: UserName,
    scopes: Type.Array(TokenScope, { minItems: 1, maxItems: 5 }),
    sites,
    /** At most a year away. */
    expiresMs: TimeMs,
  },
  open,
);

const token = {
  id: Type.String(),
  name: Type.String(),
  user: Type.String(),
  scopes: Type.Array(TokenScope),
  sites: Type.Array(Type.String()),
  createdMs: TimeMs,
  expiresMs: TimeMs,
  /** To the hour; null: never. */
  lastUsedMs: Nullable(TimeMs),
};
export const Token = Type.Object(token, { ...open, $id: 'Token' });
/** `token` is told this once: `Authorization: Bearer …`. */
export const MadeToken = Type.Object({ ...token, token: Type.String() }, open);

/** A link that shows a view to whoever has it. */
export const NewShare = Type.Object(
  {
    name: UserName,
    site: Id,
    /** The hash of the page's address, such as `#/history?meter=…`. */
    view: Type.String({ maxLength: 2000, pattern: '^#/' }),
    /** What it shows; null: all of the site. */
    meters: Nullable(Type.Array(MeterKey, { minItems: 1, maxItems: 100 })),
    /** At most a year away. */
    expiresMs: TimeMs,
  },
  open,
);
const share = {
  id: Type.String(),
  name: Type.String(),
  user: Type.String(),
  site: Type.String(),
  view: Type.String(),
  meters: Nullable(Type.Array(Type.String())),
  createdMs: TimeMs,
  expiresMs: TimeMs,
  lastUsedMs: Nullable(TimeMs),
};
export const Share = Type.Object(share, { ...open, $id: 'Share' });
/** `share` is told this once; the page makes `…/#/share/SHARE` of it. */
export const MadeShare = Type.Object({ ...share, share: Type.String() }, open);

/** Another program at the host's own broker, such as a home automation: it reads what gateways of its sites publish. */
export const NewMqttClient = Type.Object({ id: Id, sites, mayWrite: Type.Boolean() }, open);
const mqttClient = {
  id: Type.String(),
  sites: Type.Array(Type.String()),
  /** Whether it may send commands to gateways, too. */
  mayWrite: Type.Boolean(),
  createdMs: TimeMs,
  online: Type.Boolean(),
};
export const MqttClient = Type.Object(mqttClient, { ...open, $id: 'MqttClient' });
/** `password` is told this once; the user name is the id. */
export const MadeMqttClient = Type.Object(
  {
    ...mqttClient,
    password: Type.String(),
    /** Where it connects, and what it hears first. */
    broker: Type.Object(
      {
        /** Addresses of this host, without the port. */
        hosts: Type.Array(Type.String()),
        port: Count,
        /** Whether this port speaks TLS, by the authority of `/api/v1/tls/ca` where that is there. */
        isTls: Type.Boolean(),
        /** The broker listens on the host's own machine alone. */
        isLoopback: Type.Boolean(),
        topic: Type.String(),
      },
      open,
    ),
  },
  open,
);
export const MqttClientPath = Type.Object({ id: Id }, open);

export type TokenScope = Static<typeof TokenScope>;
export type NewToken = Static<typeof NewToken>;
export type Token = Static<typeof Token>;
export type MadeToken = Static<typeof MadeToken>;
export type NewShare = Static<typeof NewShare>;
export type Share = Static<typeof Share>;
export type MadeShare = Static<typeof MadeShare>;
export type NewMqttClient = Static<typeof NewMqttClient>;
export type MqttClient = Static<typeof MqttClient>;
export type MadeMqttClient = Static<typeof MadeMqttClient>;
