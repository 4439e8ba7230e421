export { SettingsError } from './settings/errors.ts';
export { httpListenOf } from './settings/http-listen.ts';
export { defaultSettings, loadSettings } from './settings/load.ts';
export { mqttListenOf } from './settings/mqtt-listen.ts';
export { fileEnvironmentOf } from './settings/secret-files.ts';
export { argumentOf, environmentOf } from './settings/setting.ts';
export type { SettingSources } from './settings/sources.ts';
export {
  type Announce,
  type HostSettings,
  type HttpListen,
  type MqttListen,
  type MqttVersion,
  settingEntries,
} from './settings/table.ts';
export { unknownVariables } from './settings/unknown.ts';
