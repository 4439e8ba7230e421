import type { RunningPlant, Scenario } from '../scenario/scenario.ts';
import type { StartedDevice } from '../sources/device-kind.ts';
import { deviceKinds } from '../sources/device-kinds.ts';
import type { HostClient } from './host-client.ts';
import { alternatingMeters, devicePassword, everyMs, leftOut, readerAt } from './other-sources.ts';

export interface MoreSourcesOptions {
  readonly client: HostClient;
  readonly mqttPort: number;
  readonly scenario: Scenario;
  readonly plant: RunningPlant;
  /** A line for the person. */
  readonly tell: (line: string) => void;
  /** Ends what is being started, and starts nothing more. */
  readonly signal: AbortSignal;
}

interface Given {
  /** Of the meter in the settings. */
  readonly meter: { readonly id: string; readonly name: string; readonly everyS: number };
  /** The device's own name. */
  readonly device: string;
  /** Where it is asked, and the key that it wants. */
  readonly port: number | undefined;
  readonly key: string | undefined;
}

interface DemoSource {
  /** Of the connector, and its kind; a device that speaks MQTT logs in at the host's broker by it. */
  readonly id: string;
  readonly name: string;
  /** In `deviceKinds`. */
  readonly kind: string;
  readonly device: string;
  /** It is asked, at its own port, and speaks no MQTT. */
  readonly isAsked?: true;
  /** Of its connector, but for a login. */
  readonly settings: (given: Given) => object;
}

const meterId = 'device';

/** What has no place in a demo that shall be looked through at a glance. */
const sources: readonly DemoSource[] = [
  {
    id: 'shelly',
    name: 'Shelly',
    kind: 'shelly-plug',
    device: 'shellyplusplugs-a1b2c3d4e5f6',
    settings: ({ meter, device }) => ({
      meters: [{ ...meter, generation: '2', prefix: device, part: 'switch:0' }],
    }),
  },
  {
    id: 'esphome',
    name: 'ESPHome',
    kind: 'esphome',
    device: 'energy-node',
    settings({ meter, device }) {
      const value = (sensor: string, quantity: string, unit: string) => ({
        ...meter,
        ...{ prefix: device, sensor, quantity, unit },
      });
      return {
        values: [
          value('power', 'powerW', 'base'),
          value('total_energy', 'energyImportWh', 'kilo'),
          value('voltage', 'voltageV', 'base'),
        ],
      };
    },
  },
  {
    id: 'zigbee2mqtt',
    name: 'Zigbee2MQTT',
    kind: 'zigbee2mqtt',
    device: 'plug',
    settings: ({ meter, device }) => ({ meters: [{ ...meter, topic: `zigbee2mqtt/${device}` }] }),
  },
  {
    id: 'tuya',
    name: 'Tuya',
    kind: 'tuya',
    device: 'bfdemo00000000000000',
    isAsked: true,
    settings: ({ meter, device, port, key }) => ({
      ...meter,
      ...{ deviceId: device, key, version: '3.4', address: '127.0.0.1', port, layout: 'plug' },
    }),
  },
  {
    id: 'opcua',
    name: 'OPC UA',
    kind: 'opcua',
    device: 'Meter',
    isAsked: true,
    settings({ meter, device, port }) {
      const value = (name: string, quantity: string) => ({
        ...meter,
        ...{ nodeId: `ns=1;s=${device}.${name}`, quantity, factor: 1000 },
      });
      return {
        url: `opc.tcp://127.0.0.1:${port}`,
        security: 'none',
        login: 'anonymous',
        values: [value('Power', 'powerW'), value('Energy import', 'energyImportWh')],
      };
    },
  },
];

/**
 * A device of each further kind of source on the same site, read by its connector and outside of the balance. One that cannot be
 * started is told and left out: OPC UA needs a package that is not everywhere.
 */
export async function startMoreSources(options: MoreSourcesOptions): Promise<() => Promise<void>> {
  const { client, scenario, plant, mqttPort, tell, signal } = options;
  const meters = alternatingMeters(scenario);
  const closers: (() => unknown)[] = [];
  const keys: string[] = [];
  for (const [index, { id, name, kind, device, isAsked, settings }] of sources.entries()) {
    if (signal.aborted) break;
    const measured = meters[index % meters.length];
    const known = deviceKinds[kind];
    if (measured === undefined || known === undefined) continue;
    const login = isAsked ? {} : { user: id, password: devicePassword };
    const meter = { id: meterId, name: `${measured.name} by ${name}`, everyS: everyMs / 1000 };
    const setUp = ({ port, key }: Partial<StartedDevice> = {}) =>
      client.setConnector(id, id, name, { ...login, ...settings({ meter, device, port, key }) });
    const start = async () => {
      const started = await known.start({
        name: device,
        everyMs,
        read: readerAt(plant, measured),
        broker: { url: `mqtt://127.0.0.1:${mqttPort}`, username: id, password: devicePassword },
        host: { url: '', token: null },
        port: 0,
        isSmall: true,
        signal,
      });
      closers.push(() => started.close());
      return started;
    };
    try {
      // Where one is asked is known once it runs; who may log in, once it is set up.
      if (isAsked) await setUp(await start());
      else {
        await setUp();
        await start();
      }
      keys.push(`${id}.${meterId}`);
    } catch (error) {
      if (!signal.aborted) tell(leftOut(name, error));
    }
  }
  if (!signal.aborted) await client.setAside(keys);
  return async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
}
