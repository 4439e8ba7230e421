import { type Static, Type } from '../typebox.ts';
import { ConnectorKind } from './contract-connectors.ts';
import { Count, Id, Nullable, open, TimeMs } from './contract-parts.ts';

/** Meters that this host shows over Modbus TCP, as meters that inverters and wall boxes know. */

export const ModbusServerKind = Type.Object(
  {
    id: Type.String(),
    name: ConnectorKind.properties.name,
    about: ConnectorKind.properties.about,
    fields: ConnectorKind.properties.fields,
  },
  { ...open, $id: 'ModbusServerKind' },
);
export type ModbusServerKind = Static<typeof ModbusServerKind>;

const name = Type.String({ minLength: 1, maxLength: 64 });
const settings = Type.Unknown({ description: 'as the fields of its kind' });

export const ModbusServerEntry = Type.Object(
  {
    id: Id,
    kind: Type.String(),
    name,
    isOn: Type.Boolean(),
    createdMs: TimeMs,
    /** Null where they cannot be read any more. */
    settings: Nullable(Type.Unknown()),
    /** Clients that are connected. */
    clients: Count,
    /** Why clients get no values; null where they do, or it is off. */
    fault: Nullable(Type.String()),
  },
  { ...open, $id: 'ModbusServer' },
);
export type ModbusServerEntry = Static<typeof ModbusServerEntry>;

export const NewModbusServer = Type.Object(
  { id: Id, kind: Type.String({ maxLength: 64 }), name, isOn: Type.Optional(Type.Boolean()), settings },
  open,
);
export type NewModbusServer = Static<typeof NewModbusServer>;
export const ModbusServerChange = Type.Object({ name, isOn: Type.Boolean(), settings }, open);
export type ModbusServerChange = Static<typeof ModbusServerChange>;
export const ModbusServerPath = Type.Object({ id: Id }, open);

/** `id`: of one that is set up, whose own port is none that is taken. */
export const ModbusServerTry = Type.Object(
  { kind: Type.String({ maxLength: 64 }), settings, id: Type.Optional(Id) },
  open,
);
export type ModbusServerTry = Static<typeof ModbusServerTry>;
/** Why it could not listen; null where it could. */
export const ModbusServerProbe = Type.Object(
  { fault: Nullable(Type.String()) },
  { ...open, $id: 'ModbusServerProbe' },
);
export type ModbusServerProbe = Static<typeof ModbusServerProbe>;
