import { type Static, Type } from '../typebox.ts';
import { ConnectorKind } from './contract-connectors.ts';
import { Count, Id, Nullable, open, TimeMs } from './contract-parts.ts';

/** Home Assistants that are told of meters by MQTT discovery. */

export const HomeAssistantKind = Type.Object(
  { fields: ConnectorKind.properties.fields },
  { ...open, $id: 'HomeAssistantKind' },
);
export type HomeAssistantKind = Static<typeof HomeAssistantKind>;

const name = Type.String({ minLength: 1, maxLength: 64, pattern: '^[^\\u0000-\\u001f\\u007f]+$' });
/** Null: every site's meters are told. */
const site = Nullable(Id);
const settings = Type.Unknown({
  description:
    'as the fields: url, user, password, prefix, base, everyS; a password left out stays as it was, where broker and user stay the same, else it is asked for again; null takes it away',
});

export const HomeAssistantEntry = Type.Object(
  {
    id: Id,
    name,
    site,
    isOn: Type.Boolean(),
    createdMs: TimeMs,
    /** Without secrets; null where they cannot be read any more. */
    settings: Nullable(Type.Unknown()),
    /** Meters that it is told of. */
    meters: Count,
    /** Why it is told nothing, or not all; null where it is off, or all is well. */
    fault: Nullable(Type.String()),
  },
  { ...open, $id: 'HomeAssistant' },
);
export type HomeAssistantEntry = Static<typeof HomeAssistantEntry>;

export const NewHomeAssistant = Type.Object(
  {
    id: Id,
    name,
    site: Type.Optional(site),
    isOn: Type.Optional(Type.Boolean()),
    settings: Type.Optional(settings),
  },
  open,
);
export type NewHomeAssistant = Static<typeof NewHomeAssistant>;
export const HomeAssistantChange = Type.Object({ name, site, isOn: Type.Boolean(), settings }, open);
export type HomeAssistantChange = Static<typeof HomeAssistantChange>;
export const HomeAssistantPath = Type.Object({ id: Id }, open);

/** `id`: of one that is set up, whose password is taken where it is left out. */
export const HomeAssistantTry = Type.Object({ settings, id: Type.Optional(Id) }, open);
export type HomeAssistantTry = Static<typeof HomeAssistantTry>;
/** Why nothing would be told; null where broker and login are well. */
export const HomeAssistantProbe = Type.Object(
  { fault: Nullable(Type.String()) },
  { ...open, $id: 'HomeAssistantProbe' },
);
export type HomeAssistantProbe = Static<typeof HomeAssistantProbe>;
