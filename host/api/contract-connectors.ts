import { type Static, Type } from '../typebox.ts';
import { faultParts } from './contract-faults.ts';
import { Id, Nullable, open, TimeMs, UserName } from './contract-parts.ts';
import { kindGiven, kindParts, settingsGiven, settingsShown, tryParts } from './contract-set-up.ts';

/** Sources that are no gateways: what there is, what is set up, what a probe hears. */

export const ConnectorKind = Type.Object(
  {
    ...kindParts,
    /** Whether it finds by itself what could be read. */
    canDiscover: Type.Boolean(),
  },
  { ...open, $id: 'ConnectorKind' },
);
export type ConnectorKind = Static<typeof ConnectorKind>;

export const ConnectorEntry = Type.Object(
  {
    id: Id,
    kind: Type.String(),
    name: UserName,
    site: Type.String(),
    isOn: Type.Boolean(),
    createdMs: TimeMs,
    settings: settingsShown,
    ...faultParts,
  },
  { ...open, $id: 'Connector' },
);
export type ConnectorEntry = Static<typeof ConnectorEntry>;

export const NewConnector = Type.Object(
  {
    id: Id,
    kind: kindGiven,
    name: UserName,
    site: Type.Optional(Id),
    isOn: Type.Optional(Type.Boolean()),
    settings: settingsGiven,
  },
  open,
);
export type NewConnector = Static<typeof NewConnector>;
export const ConnectorChange = Type.Object(
  { name: UserName, isOn: Type.Boolean(), settings: settingsGiven },
  open,
);
export type ConnectorChange = Static<typeof ConnectorChange>;
export const ConnectorPath = Type.Object({ id: Id }, open);

export const ConnectorTry = Type.Object({ kind: kindGiven, ...tryParts }, open);
export type ConnectorTry = Static<typeof ConnectorTry>;

export const ConnectorProbe = Type.Object(
  {
    meters: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          name: Type.String(),
          values: Type.Record(Type.String(), Type.Number()),
          identity: Type.Object({
            serial: Type.Optional(Type.String()),
            model: Type.Optional(Type.String()),
            firmware: Type.Optional(Type.String()),
          }),
          reason: Nullable(Type.String()),
        },
        open,
      ),
    ),
    ...faultParts,
  },
  { ...open, $id: 'ConnectorProbe' },
);
export type ConnectorProbe = Static<typeof ConnectorProbe>;

export const ConnectorProposals = Type.Array(
  Type.Object({ title: Type.String(), detail: Type.String(), settings: Type.Unknown() }, open),
);
export type ConnectorProposals = Static<typeof ConnectorProposals>;
