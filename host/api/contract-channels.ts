import { type Static, Type } from '../typebox.ts';
import { ConnectorKind } from './contract-connectors.ts';
import { Count, Id, Nullable, open, TimeMs } from './contract-parts.ts';

/** Ways to bring messages to people: what there is, what is set up, what was told. */

export const ChannelKind = Type.Object(
  {
    id: Type.String(),
    name: ConnectorKind.properties.name,
    about: ConnectorKind.properties.about,
    fields: ConnectorKind.properties.fields,
    /** Set up by those who administer the whole host, without a site. */
    isForHostOnly: Type.Boolean(),
  },
  { ...open, $id: 'ChannelKind' },
);
export type ChannelKind = Static<typeof ChannelKind>;

const time = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description: 'a time such as 22:00' });

const manner = {
  name: Type.String({ minLength: 1, maxLength: 64, pattern: '^[^\\u0000-\\u001f\\u007f]+$' }),
  isOn: Type.Boolean(),
  language: Type.Union([Type.Literal('en'), Type.Literal('de'), Type.Literal('pt')]),
  messagesPerHour: Type.Integer({ minimum: 1, maximum: 600 }),
  quiet: Nullable(Type.Object({ from: time, to: time }, open)),
};
const settings = Type.Unknown({
  description:
    'as the fields of its kind; a secret left out stays as it was, where the fields that are the place stay the same, else it is asked for again; null takes it away',
});
const site = Nullable(Id);

export const ChannelEntry = Type.Object(
  {
    id: Id,
    kind: Type.String(),
    site,
    ...manner,
    createdMs: TimeMs,
    /** Without secrets; null where they cannot be read any more. */
    settings: Nullable(Type.Unknown()),
    /** Notices that are not there yet. */
    waiting: Count,
    /** Why the last try failed. */
    fault: Nullable(Type.String()),
  },
  { ...open, $id: 'Channel' },
);
export type ChannelEntry = Static<typeof ChannelEntry>;

export const NewChannel = Type.Object(
  { id: Id, kind: Type.String({ maxLength: 64 }), site: Type.Optional(site), ...manner, settings },
  open,
);
export const ChannelChange = Type.Object({ ...manner, settings }, open);
export type NewChannel = Static<typeof NewChannel>;
export type ChannelChange = Static<typeof ChannelChange>;
export const ChannelPath = Type.Object({ id: Id }, open);

/** What the server said, or why nothing arrived. */
export const ChannelTest = Type.Object(
  { isSent: Type.Boolean(), said: Type.String() },
  { ...open, $id: 'ChannelTest' },
);
export type ChannelTest = Static<typeof ChannelTest>;

export const ChannelDelivery = Type.Object(
  {
    notice: Type.String(),
    rule: Type.String(),
    kind: Type.String(),
    severity: Type.String(),
    atMs: TimeMs,
    queuedMs: TimeMs,
    state: Type.String({ description: 'waiting, sent or failed' }),
    /** Those of one message have the same. */
    message: Nullable(Type.String()),
    tries: Count,
    endedMs: Nullable(TimeMs),
    said: Nullable(Type.String()),
  },
  open,
);
export const ChannelDeliveries = Type.Array(ChannelDelivery);
export type ChannelDelivery = Static<typeof ChannelDelivery>;
