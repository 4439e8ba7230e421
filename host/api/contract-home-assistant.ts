import { type Static, Type } from '../typebox.ts';
import { Why } from './contract-faults.ts';
import { Count, Id, Nullable, open, TimeMs, UserName } from './contract-parts.ts';
import { fields, probeParts, settingsGiven, settingsShown, tryParts } from './contract-set-up.ts';

/** Home Assistants that are told of meters by MQTT discovery. */

export const HomeAssistantKind = Type.Object({ fields }, { ...open, $id: 'HomeAssistantKind' });
export type HomeAssistantKind = Static<typeof HomeAssistantKind>;

/** Null: every site's meters are told. */
const site = Nullable(Id);

export const HomeAssistantEntry = Type.Object(
  {
    id: Id,
    name: UserName,
    site,
    isOn: Type.Boolean(),
    createdMs: TimeMs,
    settings: settingsShown,
    /** Meters that it is told of. */
    meters: Count,
    /** Why it is told nothing, or not all; null where it is off, or all is well. */
    fault: Nullable(Type.String()),
    why: Nullable(Why),
  },
  { ...open, $id: 'HomeAssistant' },
);
export type HomeAssistantEntry = Static<typeof HomeAssistantEntry>;

export const NewHomeAssistant = Type.Object(
  {
    id: Id,
    name: UserName,
    site: Type.Optional(site),
    isOn: Type.Optional(Type.Boolean()),
    settings: Type.Optional(settingsGiven),
  },
  open,
);
export type NewHomeAssistant = Static<typeof NewHomeAssistant>;
export const HomeAssistantChange = Type.Object(
  { name: UserName, site, isOn: Type.Boolean(), settings: settingsGiven },
  open,
);
export type HomeAssistantChange = Static<typeof HomeAssistantChange>;
export const HomeAssistantPath = Type.Object({ id: Id }, open);

export const HomeAssistantTry = Type.Object(tryParts, open);
export type HomeAssistantTry = Static<typeof HomeAssistantTry>;
export const HomeAssistantProbe = Type.Object(probeParts, { ...open, $id: 'HomeAssistantProbe' });
export type HomeAssistantProbe = Static<typeof HomeAssistantProbe>;
