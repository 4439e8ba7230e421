import { join } from 'node:path';
import type { RunningPlant, Scenario } from '../scenario/scenario.ts';
import { esphomeNode } from '../sources/esphome/esphome-node.ts';
import { type DeviceScript, MqttDevice, type ReadQuantity } from '../sources/mqtt-device.ts';
import { SimulatedOpcUaServer } from '../sources/opcua/opcua-server.ts';
import { shellyPlug } from '../sources/shelly/shelly-devices.ts';
import { startTuyaDevice } from '../sources/tuya/tuya-device.ts';
import { zigbeeBridge } from '../sources/zigbee2mqtt/zigbee-bridge.ts';
import type { HostClient } from './host-client.ts';
import { alternatingMeters, devicePassword, everyMs, readerAt } from './other-sources.ts';

export interface MoreSourcesOptions {
  readonly client: HostClient;
  readonly mqttPort: number;
  readonly scenario: Scenario;
  readonly plant: RunningPlant;
  /** Where an OPC UA server has its certificates. */
  readonly folder: string;
  /** A line for the person. */
  readonly tell: (line: string) => void;
}

interface Given {
  readonly read: ReadQuantity;
  readonly mqttPort: number;
  readonly folder: string;
  /** Of the meter in the settings. */
  readonly meter: { readonly id: string; readonly name: string; readonly everyS: number };
  /** Sets its connector up. */
  readonly setUp: (settings: object) => Promise<void>;
}

interface DemoSource {
  /** Of the connector, and its kind. */
  readonly id: string;
  readonly name: string;
  /** Gives what ends it. */
  readonly start: (given: Given) => Promise<() => unknown>;
}

const meterId = 'device';
const tuyaKey = 'only-for-a-demo!';

/** A device that logs in at the host's broker, as its connector says. */
async function onBroker(
  { mqttPort, setUp }: Given,
  user: string,
  settings: object,
  script: DeviceScript,
): Promise<() => unknown> {
  await setUp({ user, password: devicePassword, ...settings });
  const url = `mqtt://127.0.0.1:${mqttPort}`;
  const device = await MqttDevice.start(script, { url, username: user, password: devicePassword });
  return () => device.stop();
}

/** What has no place in a demo that shall be looked through at a glance. */
const sources: readonly DemoSource[] = [
  {
    id: 'shelly',
    name: 'Shelly',
    start(given) {
      const { meter, read } = given;
      const device = 'shellyplusplugs-a1b2c3d4e5f6';
      const meters = [{ ...meter, generation: '2', prefix: device, part: 'switch:0' }];
      return onBroker(given, 'shelly', { meters }, shellyPlug({ device, read, everyMs }));
    },
  },
  {
    id: 'esphome',
    name: 'ESPHome',
    start(given) {
      const { meter, read } = given;
      const value = (sensor: string, quantity: string, unit: string) => ({
        ...meter,
        prefix: 'energy-node',
        sensor,
        quantity,
        unit,
      });
      const values = [
        value('power', 'powerW', 'base'),
        value('total_energy', 'energyImportWh', 'kilo'),
        value('voltage', 'voltageV', 'base'),
      ];
      return onBroker(given, 'esphome', { values }, esphomeNode({ node: 'energy-node', read, everyMs }));
    },
  },
  {
    id: 'zigbee2mqtt',
    name: 'Zigbee2MQTT',
    start(given) {
      const { meter, read } = given;
      const meters = [{ ...meter, topic: 'zigbee2mqtt/plug' }];
      return onBroker(given, 'zigbee', { meters }, zigbeeBridge({ plugs: { plug: read }, everyMs }));
    },
  },
  {
    id: 'tuya',
    name: 'Tuya',
    async start({ meter, read, setUp }) {
      const login = { deviceId: 'bfdemo00000000000000', key: tuyaKey, version: '3.4' } as const;
      const device = await startTuyaDevice({
        ...login,
        dps: () => ({
          18: Math.round(read('currentL1A') * 1000),
          19: Math.round(read('powerW') * 10),
          20: Math.round(read('voltageL1V') * 10),
        }),
      });
      await setUp({ ...meter, ...login, address: '127.0.0.1', port: device.port, layout: 'plug' });
      return () => device.close();
    },
  },
  {
    id: 'opcua',
    name: 'OPC UA',
    async start({ meter, read, folder, setUp }) {
      const variable = (name: string, quantity: 'powerW' | 'energyImportWh') =>
        ({ object: 'Meter', name, type: 'Double', read: () => read(quantity) }) as const;
      const server = await SimulatedOpcUaServer.start({
        folder: join(folder, 'opcua-server'),
        isSmall: true,
        variables: [variable('Power', 'powerW'), variable('Energy', 'energyImportWh')],
      });
      const values = [
        { ...meter, nodeId: 'ns=1;s=Meter.Power', quantity: 'powerW' },
        { ...meter, nodeId: 'ns=1;s=Meter.Energy', quantity: 'energyImportWh' },
      ];
      await setUp({ url: server.url, security: 'none', login: 'anonymous', values });
      return () => server.stop();
    },
  },
];

/**
 * A device of each further kind of source on the same site, read by its connector and outside of the balance. One that cannot be
 * started is told and left out: OPC UA needs a package that does not come with Joulegate.
 */
export async function startMoreSources(options: MoreSourcesOptions): Promise<() => Promise<void>> {
  const { client, scenario, plant, mqttPort, folder, tell } = options;
  const meters = alternatingMeters(scenario);
  const closers: (() => unknown)[] = [];
  const keys: string[] = [];
  for (const [index, { id, name, start }] of sources.entries()) {
    const measured = meters[index % meters.length];
    if (measured === undefined) continue;
    const setUp = (settings: object) => client.setConnector(id, id, name, settings);
    const meter = { id: meterId, name: `${measured.name} by ${name}`, everyS: everyMs / 1000 };
    try {
      closers.push(await start({ read: readerAt(plant, measured), mqttPort, folder, meter, setUp }));
      keys.push(`${id}.${meterId}`);
    } catch (error) {
      tell(`${name} is left out: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  await client.setAside(keys);
  return async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
}
