import { type Static, Type } from '../typebox.ts';
import { Why } from './contract-faults.ts';
import { Count, Id, Nullable, open, TimeMs, UserName } from './contract-parts.ts';
import {
  kindGiven,
  kindParts,
  probeParts,
  settingsGiven,
  settingsShown,
  tryParts,
} from './contract-set-up.ts';

/** Meters that this host shows over Modbus TCP, as meters that inverters and wall boxes know. */

export const ModbusServerKind = Type.Object(kindParts, { ...open, $id: 'ModbusServerKind' });
export type ModbusServerKind = Static<typeof ModbusServerKind>;

export const ModbusServerEntry = Type.Object(
  {
    id: Id,
    kind: Type.String(),
    name: UserName,
    isOn: Type.Boolean(),
    createdMs: TimeMs,
    settings: settingsShown,
    /** Clients that are connected. */
    clients: Count,
    /** Why clients get no values; null where they do, or it is off. */
    fault: Nullable(Type.String()),
    why: Nullable(Why),
  },
  { ...open, $id: 'ModbusServer' },
);
export type ModbusServerEntry = Static<typeof ModbusServerEntry>;

export const NewModbusServer = Type.Object(
  { id: Id, kind: kindGiven, name: UserName, isOn: Type.Optional(Type.Boolean()), settings: settingsGiven },
  open,
);
export type NewModbusServer = Static<typeof NewModbusServer>;
export const ModbusServerChange = Type.Object(
  { name: UserName, isOn: Type.Boolean(), settings: settingsGiven },
  open,
);
export type ModbusServerChange = Static<typeof ModbusServerChange>;
export const ModbusServerPath = Type.Object({ id: Id }, open);

/** `id`: of one that is set up, whose own port is none that is taken. */
export const ModbusServerTry = Type.Object({ kind: kindGiven, ...tryParts }, open);
export type ModbusServerTry = Static<typeof ModbusServerTry>;
export const ModbusServerProbe = Type.Object(probeParts, { ...open, $id: 'ModbusServerProbe' });
export type ModbusServerProbe = Static<typeof ModbusServerProbe>;
