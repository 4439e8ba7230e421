import type { DeviceMessage, DeviceScript, ReadQuantity } from '../mqtt-device.ts';

export interface ShellyOptions {
  /** Such as `shelly1pm-A1B2C3`; the later generations' prefix is the same unless it was changed. */
  readonly device: string;
  readonly read: ReadQuantity;
  readonly everyMs?: number;
}

const fixed = (value: number, decimals = 2): string => value.toFixed(decimals);
const rounded = (value: number, decimals: number): number => Number(value.toFixed(decimals));

/** A relay with a power meter: https://shelly-api-docs.shelly.cloud/gen1/#shelly1-1pm-mqtt */
export function shellyRelay({ device, read, everyMs = 30_000 }: ShellyOptions): DeviceScript {
  const base = `shellies/${device}`;
  const say = (): DeviceMessage[] => [
    { topic: `${base}/relay/0`, payload: 'on' },
    { topic: `${base}/relay/0/power`, payload: fixed(read('powerW')) },
    // Watt-minutes, since it was switched on.
    { topic: `${base}/relay/0/energy`, payload: fixed(Math.floor(read('energyImportWh') * 60), 0) },
  ];
  return {
    ...lifeOf(base, device),
    everyMs,
    messages: say,
    listens: ['shellies/command', `${base}/command`],
    answer: (_topic, payload) => (payload === 'update' ? say() : []),
  };
}

/** Three clamps: https://shelly-api-docs.shelly.cloud/gen1/#shelly-3em-mqtt */
export function shelly3em({ device, read, everyMs = 30_000 }: ShellyOptions): DeviceScript {
  const base = `shellies/${device}`;
  const phases = ['L1', 'L2', 'L3'] as const;
  return {
    ...lifeOf(base, device),
    everyMs,
    messages: () =>
      phases.flatMap((phase, channel) => {
        const say = (name: string, value: string) => ({
          topic: `${base}/emeter/${channel}/${name}`,
          payload: value,
        });
        return [
          say('power', fixed(read(`power${phase}W`))),
          say('voltage', fixed(read(`voltage${phase}V`))),
          say('current', fixed(read(`current${phase}A`))),
          say('total', fixed(read(`energyImport${phase}Wh`), 1)),
          say('total_returned', fixed(read(`energyExport${phase}Wh`), 1)),
        ];
      }),
  };
}

/**
 * A plug of the second generation: https://shelly-api-docs.shelly.cloud/gen2/ComponentsAndServices/Switch. What it counts
 * as `aenergy` is of both directions (home-assistant/core#153053).
 */
export function shellyPlug({ device, read, everyMs = 60_000 }: ShellyOptions): DeviceScript {
  const status = (atMs: number) => ({
    id: 0,
    apower: rounded(read('powerW'), 1),
    voltage: rounded(read('voltageL1V'), 1),
    current: rounded(read('currentL1A'), 3),
    aenergy: {
      by_minute: [0, 0, 0],
      minute_ts: Math.floor(atMs / 60_000) * 60,
      total: rounded(read('energyImportWh') + read('energyExportWh'), 3),
    },
    ret_aenergy: {
      by_minute: [0, 0, 0],
      minute_ts: Math.floor(atMs / 60_000) * 60,
      total: rounded(read('energyExportWh'), 3),
    },
  });
  return {
    ...lifeOf(device, device),
    everyMs,
    messages: atMs => [notify(device, atMs, 'switch:0', status(atMs))],
    listens: [`${device}/rpc`],
    answer: (_topic, payload, atMs) => answerStatus(device, payload, { 'switch:0': status(atMs) }),
  };
}

/** A Pro 3EM: https://shelly-api-docs.shelly.cloud/gen2/ComponentsAndServices/EM and EMData */
export function shellyPro3em({ device, read, everyMs = 10_000 }: ShellyOptions): DeviceScript {
  const phase = (letter: string, name: 'L1' | 'L2' | 'L3') => ({
    [`${letter}_act_power`]: rounded(read(`power${name}W`), 1),
    [`${letter}_voltage`]: rounded(read(`voltage${name}V`), 1),
    [`${letter}_current`]: rounded(read(`current${name}A`), 3),
  });
  return {
    ...lifeOf(device, device),
    everyMs,
    messages: atMs => [
      notify(device, atMs, 'em:0', {
        id: 0,
        ...phase('a', 'L1'),
        ...phase('b', 'L2'),
        ...phase('c', 'L3'),
        n_current: null,
        total_act_power: rounded(read('powerW'), 3),
      }),
      notify(device, atMs, 'emdata:0', {
        id: 0,
        total_act: rounded(read('energyImportWh'), 2),
        total_act_ret: rounded(read('energyExportWh'), 2),
      }),
    ],
  };
}

const lifeOf = (base: string, clientId: string) => ({
  clientId,
  will: { topic: `${base}/online`, payload: 'false', isRetained: true },
  birth: [{ topic: `${base}/online`, payload: 'true', isRetained: true }],
});

const notify = (device: string, atMs: number, component: string, status: object): DeviceMessage => ({
  topic: `${device}/events/rpc`,
  payload: JSON.stringify({
    src: device,
    dst: `${device}/events`,
    method: 'NotifyStatus',
    params: { ts: rounded(atMs / 1000, 2), [component]: status },
  }),
});

/** What it says to `Shelly.GetStatus`, where who asks wants it: https://shelly-api-docs.shelly.cloud/gen2/General/RPCProtocol */
function answerStatus(device: string, payload: string, result: object): DeviceMessage[] {
  try {
    const { id, src, method }: { id?: unknown; src?: unknown; method?: unknown } = JSON.parse(payload);
    if (typeof src !== 'string' || method !== 'Shelly.GetStatus') return [];
    return [{ topic: `${src}/rpc`, payload: JSON.stringify({ id, src: device, dst: src, result }) }];
  } catch {
    return [];
  }
}
