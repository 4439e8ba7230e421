import type { DeviceMessage, DeviceScript, ReadQuantity } from '../mqtt-device.ts';

/** A plug with a power chip, or a reading head with a smart meter script. */
export type TasmotaKind = 'plug' | 'reader';

export interface TasmotaOptions {
  readonly topic: string;
  readonly kind: TasmotaKind;
  readonly read: ReadQuantity;
  /** `TelePeriod`. */
  readonly everyMs?: number;
  /** The name in the script's line `+1,3,s,0,9600,MT681`. */
  readonly group?: string;
  readonly meterNumber?: string;
}

const rounded = (value: number, decimals: number): number => Number(value.toFixed(decimals));
const usualEveryMs = 300_000;

/** Says what Tasmota says: https://tasmota.github.io/docs/MQTT/ and https://tasmota.github.io/docs/Smart-Meter-Interface/ */
export function tasmotaDevice(options: TasmotaOptions): DeviceScript {
  const {
    topic,
    kind,
    read,
    everyMs = usualEveryMs,
    group = 'MT681',
    meterNumber = '1EMH0012345678',
  } = options;
  const sensors = (atMs: number) => ({
    // Local time, without a zone.
    Time: new Date(atMs).toISOString().slice(0, 19),
    ...(kind === 'plug'
      ? { ENERGY: plugEnergy(read) }
      : {
          [group]: {
            Total_in: rounded(read('energyImportWh') / 1000, 4),
            Total_out: rounded(read('energyExportWh') / 1000, 4),
            Power_curr: rounded(read('powerW'), 0),
            Meter_Number: meterNumber,
          },
        }),
  });
  const sensor = (atMs: number): DeviceMessage => ({
    topic: `tele/${topic}/SENSOR`,
    payload: JSON.stringify(sensors(atMs)),
  });
  return {
    clientId: `DVES_${topic}`,
    will: { topic: `tele/${topic}/LWT`, payload: 'Offline', isRetained: true },
    birth: [{ topic: `tele/${topic}/LWT`, payload: 'Online', isRetained: true }],
    everyMs,
    messages: atMs => [
      {
        topic: `tele/${topic}/STATE`,
        payload: JSON.stringify({ Time: sensors(atMs).Time, Uptime: '0T01:00:00', POWER: 'ON' }),
      },
      sensor(atMs),
    ],
    listens: [`cmnd/${topic}/#`, 'cmnd/tasmotas/#'],
    answer: (at, payload, atMs) =>
      at.endsWith('/STATUS') && payload === '10'
        ? [{ topic: `stat/${topic}/STATUS10`, payload: JSON.stringify({ StatusSNS: sensors(atMs) }) }]
        : [],
  };
}

function plugEnergy(read: ReadQuantity): Record<string, unknown> {
  const powerW = read('powerW');
  const reactiveVar = read('reactivePowerVar');
  const apparentVA = Math.hypot(powerW, reactiveVar);
  return {
    TotalStartTime: '2026-01-01T00:00:00',
    Total: rounded(read('energyImportWh') / 1000, 3),
    Yesterday: 0.5,
    Today: 0.1,
    Period: 1,
    Power: rounded(powerW, 0),
    ApparentPower: rounded(apparentVA, 0),
    ReactivePower: rounded(reactiveVar, 0),
    Factor: apparentVA === 0 ? 0 : rounded(Math.abs(powerW) / apparentVA, 2),
    Voltage: rounded(read('voltageL1V'), 0),
    Current: rounded(read('currentL1A'), 3),
  };
}
