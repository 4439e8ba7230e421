import type { HostSettings, MqttListen } from './table.ts';

/** What the host's own broker speaks: TLS, too, as soon as somebody else could listen to it. */
export function mqttListenOf({ mqttListen, mqttHost, mqttUrl }: HostSettings): MqttListen | undefined {
  if (mqttUrl !== undefined) return undefined;
  const isOwnMachine = mqttHost === 'localhost' || mqttHost === '::1' || mqttHost.startsWith('127.');
  return mqttListen ?? (isOwnMachine ? 'plain' : 'both');
}
