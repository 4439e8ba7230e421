import { type Static, Type } from '../typebox.ts';
import { Id, Nullable, open, TimeMs } from './contract-parts.ts';

/** Sources that are no gateways: what there is, what is set up, what a probe hears. */

const Words = Type.Object({ en: Type.String(), de: Type.String(), pt: Type.String() }, open);

const Field = Type.Object(
  {
    name: Type.String(),
    label: Words,
    hint: Type.Optional(Words),
    kind: Type.String({ description: 'text, number, switch, choice, secret, rows, profile or quantity' }),
    isOptional: Type.Optional(Type.Boolean()),
    isPlace: Type.Optional(
      Type.Boolean({ description: 'where it changes, secrets that were left out are asked for again' }),
    ),
    unit: Type.Optional(Type.String()),
    choices: Type.Optional(Type.Array(Type.Object({ value: Type.String(), label: Words }, open))),
    /** Of `rows`: the fields of each, as these are. */
    columns: Type.Optional(Type.Array(Type.Unknown())),
  },
  open,
);

export const ConnectorKind = Type.Object(
  {
    id: Type.String(),
    name: Words,
    about: Words,
    fields: Type.Array(Field),
    /** Whether it finds by itself what could be read. */
    canDiscover: Type.Boolean(),
  },
  { ...open, $id: 'ConnectorKind' },
);
export type ConnectorKind = Static<typeof ConnectorKind>;

const name = Type.String({ minLength: 1, maxLength: 64 });
const settings = Type.Unknown({
  description:
    'as the fields of its kind; a secret left out stays as it was, where the fields that are the place stay the same, else it is asked for again; null takes it away',
});

export const ConnectorEntry = Type.Object(
  {
    id: Id,
    kind: Type.String(),
    name,
    site: Type.String(),
    isOn: Type.Boolean(),
    createdMs: TimeMs,
    /** Without secrets; null where they cannot be read any more. */
    settings: Nullable(Type.Unknown()),
    /** Why nothing is heard; null where something is, or it is off. */
    fault: Nullable(Type.String()),
  },
  { ...open, $id: 'Connector' },
);
export type ConnectorEntry = Static<typeof ConnectorEntry>;

export const NewConnector = Type.Object(
  {
    id: Id,
    kind: Type.String({ maxLength: 64 }),
    name,
    site: Type.Optional(Id),
    isOn: Type.Optional(Type.Boolean()),
    settings,
  },
  open,
);
export type NewConnector = Static<typeof NewConnector>;
export const ConnectorChange = Type.Object({ name, isOn: Type.Boolean(), settings }, open);
export type ConnectorChange = Static<typeof ConnectorChange>;
export const ConnectorPath = Type.Object({ id: Id }, open);

/** `id`: of one that is set up, whose secrets are taken where they are left out. */
export const ConnectorTry = Type.Object(
  { kind: Type.String({ maxLength: 64 }), settings, id: Type.Optional(Id) },
  open,
);
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
    fault: Nullable(Type.String()),
  },
  { ...open, $id: 'ConnectorProbe' },
);
export type ConnectorProbe = Static<typeof ConnectorProbe>;

export const ConnectorProposals = Type.Array(
  Type.Object({ title: Type.String(), detail: Type.String(), settings: Type.Unknown() }, open),
);
export type ConnectorProposals = Static<typeof ConnectorProposals>;
