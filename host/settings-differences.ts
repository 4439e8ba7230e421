import type { GatewaySettings } from '#core/wire/settings.ts';

/** One field that is wanted and does not run so, or runs and is not wanted; null: not there. */
export interface SettingsDifference {
  /** `meters.kitchen.windowS`: the list, the id of what is in it, and its field. */
  readonly field: string;
  readonly wanted: unknown;
  readonly running: unknown;
}

const lists = ['lines', 'meters', 'profiles', 'alarms'] as const;

/** What differs between the settings that are wanted of a gateway and those it says it runs, versions left out. */
export function settingsDifferences(
  desired: GatewaySettings | null,
  running: GatewaySettings | null,
): SettingsDifference[] {
  if (desired === null) return [];
  const [wanted, runs] = [fieldsOf(desired), fieldsOf(running)];
  const found: SettingsDifference[] = [];
  for (const field of new Set([...wanted.keys(), ...runs.keys()])) {
    const [one, other] = [wanted.get(field) ?? null, runs.get(field) ?? null];
    if (JSON.stringify(one) !== JSON.stringify(other)) found.push({ field, wanted: one, running: other });
  }
  return found;
}

function fieldsOf(settings: GatewaySettings | null): ReadonlyMap<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const list of lists) {
    for (const item of settings?.[list] ?? []) {
      for (const [name, value] of Object.entries(item)) {
        if (name !== 'id') fields.set(`${list}.${item.id}.${name}`, value);
      }
    }
  }
  return fields;
}
