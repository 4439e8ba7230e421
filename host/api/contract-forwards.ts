import { type Static, Type } from '../typebox.ts';
import { faultParts, Why } from './contract-faults.ts';
import { Count, Id, MeterKey, Nullable, open, TimeMs, UserName } from './contract-parts.ts';
import { kindGiven, kindParts, sentParts, settingsGiven, settingsShown } from './contract-set-up.ts';

/** Ways on which what was committed is handed on: what there is, what is set up, how far each is. */

export const ForwardKind = Type.Object(
  {
    ...kindParts,
    /** Set up by those who administer the whole host, without a site. */
    isForHostOnly: Type.Boolean(),
  },
  { ...open, $id: 'ForwardKind' },
);
export type ForwardKind = Static<typeof ForwardKind>;

const listMost = 1000;
/** Each null: all. */
const choice = Type.Object(
  {
    gateways: Nullable(Type.Array(Id, { maxItems: listMost })),
    meters: Nullable(Type.Array(MeterKey, { maxItems: listMost })),
    quantities: Nullable(Type.Array(Type.String({ maxLength: 64 }), { maxItems: 128 })),
  },
  open,
);
const manner = {
  name: UserName,
  isOn: Type.Boolean(),
  choice,
  keepDays: Type.Integer({
    minimum: 1,
    maximum: 60,
    description: 'what waits longer for the other side is dropped, counted and told',
  }),
};
const site = Nullable(Id);

const state = {
  id: Id,
  kind: Type.String(),
  site,
  ...manner,
  createdMs: TimeMs,
  settings: settingsShown,
  /** How long the oldest that waits has been here. */
  lagS: Count,
  /** Why the last try failed. */
  ...faultParts,
  /** When the other side took something last, since it was set up, changed or started with the host. */
  takenMs: Nullable(TimeMs),
  /** Since it was set up. */
  counts: Type.Object(
    {
      windows: Count,
      values: Count,
      deliveries: Count,
      failures: Count,
      dropped: Count,
      refused: Count,
    },
    open,
  ),
};
export const ForwardEntry = Type.Object(state, { ...open, $id: 'Forward' });
export type ForwardEntry = Static<typeof ForwardEntry>;

export const ForwardDetails = Type.Object(
  {
    ...state,
    /** Windows that wait. */
    waiting: Count,
    /** False: counting ended there, and more may wait. */
    isAllCounted: Type.Boolean(),
    /** The last ones since it was set up, changed or started with the host, newest first. */
    deliveries: Type.Array(
      Type.Object(
        {
          atMs: TimeMs,
          state: Type.String({ description: 'taken or failed' }),
          windows: Count,
          values: Count,
          said: Type.String(),
          /** Of what was not taken. */
          why: Nullable(Why),
        },
        open,
      ),
    ),
  },
  { ...open, $id: 'ForwardDetails' },
);
export type ForwardDetails = Static<typeof ForwardDetails>;

export const NewForward = Type.Object(
  { id: Id, kind: kindGiven, site: Type.Optional(site), ...manner, settings: settingsGiven },
  open,
);
export type NewForward = Static<typeof NewForward>;
export const ForwardChange = Type.Object({ ...manner, settings: settingsGiven }, open);
export type ForwardChange = Static<typeof ForwardChange>;
export const ForwardPath = Type.Object({ id: Id }, open);

/** Windows that waited, and are not sent any more. */
export const ForwardSkip = Type.Object({ windows: Count }, { ...open, $id: 'ForwardSkip' });
export type ForwardSkip = Static<typeof ForwardSkip>;

export const ForwardTest = Type.Object(sentParts, { ...open, $id: 'ForwardTest' });
export type ForwardTest = Static<typeof ForwardTest>;
