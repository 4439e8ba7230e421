import type { DeviceScript, ReadQuantity } from '../mqtt-device.ts';

export interface ZigbeeOptions {
  /** Friendly names of the plugs, and what flows through each. */
  readonly plugs: Readonly<Record<string, ReadQuantity>>;
  readonly everyMs?: number;
}

const base = 'zigbee2mqtt';
const rounded = (value: number, decimals: number): number => Number(value.toFixed(decimals));

/** Zigbee2MQTT with some plugs: https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html */
export function zigbeeBridge({ plugs, everyMs = 60_000 }: ZigbeeOptions): DeviceScript {
  const state = (name: string) => JSON.stringify({ state: name });
  const names = Object.keys(plugs);
  return {
    clientId: 'mqttjs_zigbee2mqtt',
    will: { topic: `${base}/bridge/state`, payload: state('offline'), isRetained: true },
    birth: [
      { topic: `${base}/bridge/state`, payload: state('online'), isRetained: true },
      ...names.map(name => ({
        topic: `${base}/${name}/availability`,
        payload: state('online'),
        isRetained: true,
      })),
    ],
    everyMs,
    messages: () =>
      Object.entries(plugs).map(([name, read]) => ({
        topic: `${base}/${name}`,
        payload: JSON.stringify({
          current: rounded(read('currentL1A'), 2),
          energy: rounded(read('energyImportWh') / 1000, 2),
          linkquality: 120,
          power: rounded(read('powerW'), 1),
          state: 'ON',
          voltage: rounded(read('voltageL1V'), 0),
        }),
      })),
  };
}
