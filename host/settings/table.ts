import type { Kind } from './kinds.ts';
import { networkSettings } from './network.ts';
import type { Setting } from './setting.ts';
import { placeSettings, storageSettings } from './storage.ts';
import { webSettings } from './web.ts';

/** Every setting there is, as `--help` lists them. */
export const settingTable = {
  ...placeSettings,
  ...networkSettings,
  ...webSettings,
  ...storageSettings,
} as const satisfies Record<string, Setting>;

type Table = typeof settingTable;
export type SettingName = keyof Table;
type AllValues = { [N in SettingName]: Table[N]['kind'] extends Kind<infer T> ? T : never };
type NeededName = {
  [N in SettingName]: Table[N] extends { readonly isNeeded: true } ? N : never;
}[SettingName];

/** How one host runs. Given by defaults, then a JSON file, then `JOULEGATE_…` of the environment, then arguments. */
export type HostSettings = { readonly [N in NeededName]: AllValues[N] } & {
  readonly [N in Exclude<SettingName, NeededName>]?: AllValues[N];
};

export type MqttVersion = AllValues['mqttVersion'];
export type MqttListen = AllValues['mqttListen'];
export type HttpListen = AllValues['httpListen'];
export type Announce = AllValues['announce'];

/** Settings while they are loaded. */
export type Values = Partial<AllValues>;

type Kinds = { readonly [N in SettingName]: { readonly kind: Kind<AllValues[N]> } };
const kinds: Kinds = settingTable;
export const kindOf = <N extends SettingName>(name: N): Kind<AllValues[N]> => kinds[name].kind;

export const settingEntries: readonly (readonly [string, Setting])[] = Object.entries(settingTable);

const isSettingName = (name: string): name is SettingName => Object.hasOwn(settingTable, name);
export const settingNames: readonly SettingName[] = Object.keys(settingTable).filter(isSettingName);
