import type { DeviceMessage, DeviceScript, ReadQuantity } from '../mqtt-device.ts';

export interface EsphomeOptions {
  /** The name of the node, which is its `topic_prefix`. */
  readonly node: string;
  readonly read: ReadQuantity;
  readonly everyMs?: number;
}

const sensors = [
  { name: 'power', quantity: 'powerW', unit: 'W', scale: 1, decimals: 1, kind: 'measurement' },
  {
    name: 'total_energy',
    quantity: 'energyImportWh',
    unit: 'kWh',
    scale: 1000,
    decimals: 4,
    kind: 'total_increasing',
  },
  { name: 'voltage', quantity: 'voltageL1V', unit: 'V', scale: 1, decimals: 1, kind: 'measurement' },
] as const;

/** Sensors as plain numbers, and what the node announces: https://esphome.io/components/mqtt.html */
export function esphomeNode({ node, read, everyMs = 60_000 }: EsphomeOptions): DeviceScript {
  const stateOf = (name: string) => `${node}/sensor/${name}/state`;
  const announced = sensors.map(({ name, unit, kind }) => ({
    topic: `homeassistant/sensor/${node}/${name}/config`,
    payload: JSON.stringify({
      name,
      stat_t: stateOf(name),
      unit_of_meas: unit,
      stat_cla: kind,
      avty_t: `${node}/status`,
    }),
    isRetained: true,
  }));
  return {
    clientId: `${node}-a1b2c3d4e5f6`,
    will: { topic: `${node}/status`, payload: 'offline', isRetained: true },
    birth: [{ topic: `${node}/status`, payload: 'online', isRetained: true }, ...announced],
    everyMs,
    messages: (): DeviceMessage[] =>
      sensors.map(({ name, quantity, scale, decimals }) => ({
        topic: stateOf(name),
        payload: (read(quantity) / scale).toFixed(decimals),
        isRetained: true,
      })),
  };
}
