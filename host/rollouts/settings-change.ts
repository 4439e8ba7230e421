import type { GatewaySettings, MeterSettings } from '#core/wire/settings.ts';

/** What changes in the settings that a gateway has; null: back to what a meter has where its settings say nothing. */
export interface SettingsChange {
  /** Of its meters only those with this profile; all of them where it is left out. */
  readonly profile?: string;
  readonly windowS?: number | null;
  readonly sampleMs?: number | null;
  readonly timeoutMs?: number | null;
}

type Settings = Omit<GatewaySettings, 'version'>;

const fields = Object.freeze(['windowS', 'sampleMs', 'timeoutMs'] as const);

/** The settings with the change, and how many meters are others by it. */
export function withChange(
  { version: _version, ...settings }: Settings & { readonly version?: number },
  change: SettingsChange,
): { readonly settings: Settings; readonly changedMeters: number } {
  let changedMeters = 0;
  const meters = settings.meters.map(meter => {
    if (change.profile !== undefined && meter.profile !== change.profile) return meter;
    const changed = meterWith(meter, change);
    if (fields.some(field => changed[field] !== meter[field])) changedMeters++;
    return changed;
  });
  return { settings: { ...settings, meters }, changedMeters };
}

function meterWith(meter: MeterSettings, change: SettingsChange): MeterSettings {
  const { windowS, sampleMs, timeoutMs, ...rest } = meter;
  const now = { windowS, sampleMs, timeoutMs };
  const said = fields.flatMap(field => {
    const value = change[field] === undefined ? now[field] : change[field];
    return value === null || value === undefined ? [] : [[field, value] as const];
  });
  return { ...rest, ...Object.fromEntries(said) };
}

/** Whether a change says anything at all. */
export const isChange = (change: SettingsChange): boolean =>
  fields.some(field => change[field] !== undefined);
