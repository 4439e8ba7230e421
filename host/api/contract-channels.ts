import { type Static, Type } from '../typebox.ts';
import { faultParts, Why } from './contract-faults.ts';
import { Count, Id, Nullable, open, TimeMs, UserName } from './contract-parts.ts';
import { kindGiven, kindParts, sentParts, settingsGiven, settingsShown } from './contract-set-up.ts';

/** Ways to bring messages to people: what there is, what is set up, what was told. */

export const ChannelKind = Type.Object(
  {
    ...kindParts,
    /** Set up by those who administer the whole host, without a site. */
    isForHostOnly: Type.Boolean(),
  },
  { ...open, $id: 'ChannelKind' },
);
export type ChannelKind = Static<typeof ChannelKind>;

const time = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description: 'a time such as 22:00' });

const manner = {
  name: UserName,
  isOn: Type.Boolean(),
  language: Type.Union([Type.Literal('en'), Type.Literal('de'), Type.Literal('pt')]),
  messagesPerHour: Type.Integer({ minimum: 1, maximum: 600 }),
  quiet: Nullable(Type.Object({ from: time, to: time }, open)),
};
const site = Nullable(Id);

export const ChannelEntry = Type.Object(
  {
    id: Id,
    kind: Type.String(),
    site,
    ...manner,
    createdMs: TimeMs,
    settings: settingsShown,
    /** Notices that are not there yet. */
    waiting: Count,
    /** Why the last try failed. */
    ...faultParts,
  },
  { ...open, $id: 'Channel' },
);
export type ChannelEntry = Static<typeof ChannelEntry>;

export const NewChannel = Type.Object(
  { id: Id, kind: kindGiven, site: Type.Optional(site), ...manner, settings: settingsGiven },
  open,
);
export const ChannelChange = Type.Object({ ...manner, settings: settingsGiven }, open);
export type NewChannel = Static<typeof NewChannel>;
export type ChannelChange = Static<typeof ChannelChange>;
export const ChannelPath = Type.Object({ id: Id }, open);

export const ChannelTest = Type.Object(sentParts, { ...open, $id: 'ChannelTest' });
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
    /** Of what did not arrive. */
    why: Nullable(Why),
  },
  open,
);
export const ChannelDeliveries = Type.Array(ChannelDelivery);
export type ChannelDelivery = Static<typeof ChannelDelivery>;
