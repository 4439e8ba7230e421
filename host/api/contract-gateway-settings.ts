import type { AlarmSettings, GatewaySettings, LineSettings, MeterSettings } from '#core/wire/settings.ts';
import { type Static, Type } from '../typebox.ts';
import { Id, Nullable, open, TimeMs } from './contract-parts.ts';

export const DesiredSettings = Type.Object(
  {
    lines: Type.Array(Type.Unknown()),
    meters: Type.Array(Type.Unknown()),
    profiles: Type.Optional(Type.Array(Type.Unknown())),
    alarms: Type.Optional(Type.Array(Type.Unknown())),
  },
  {
    ...open,
    description:
      'lines, meters and alarm rules of the gateway, and profiles of meters that it does not know; the host adds the version',
  },
);

export const SettingsState = Type.Object(
  {
    desired: Nullable(Type.Unsafe<GatewaySettings>(Type.Unknown())),
    running: Nullable(Type.Unsafe<GatewaySettings>(Type.Unknown())),
    refused: Type.Array(Type.Object({ field: Type.String(), message: Type.String() }, open)),
    /** Field by field what is wanted and does not run so; `null` is not there. */
    differences: Type.Array(
      Type.Object({ field: Type.String(), wanted: Type.Unknown(), running: Type.Unknown() }, open),
    ),
  },
  open,
);

export const AlarmsQuery = Type.Object(
  {
    gateway: Type.Optional(Id),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
    /** Of one site; without it all that may be seen. */
    site: Type.Optional(Id),
  },
  open,
);

/** An alarm of a gateway's own rules that began or ended; also `event: alarm` of `/api/v1/events`. */
export const Alarm = Type.Object(
  {
    gateway: Id,
    id: Type.String(),
    meter: Type.String(),
    quantity: Type.String(),
    isOn: Type.Boolean(),
    /** What made it so, in the quantity's unit; null where values stayed away. */
    value: Nullable(Type.Number()),
    /** By the gateway's clock; null where that was not set yet. */
    atMs: Nullable(TimeMs),
    receivedMs: TimeMs,
  },
  { ...open, $id: 'Alarm' },
);

export type DesiredSettings = Static<typeof DesiredSettings>;
export type SettingsState = Static<typeof SettingsState>;
export type { AlarmSettings, GatewaySettings, LineSettings, MeterSettings };
export type Alarm = Static<typeof Alarm>;
