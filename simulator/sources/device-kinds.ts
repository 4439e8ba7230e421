import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../arguments.ts';
import { esphomeNode } from './esphome/esphome-node.ts';
import { HttpSender } from './http/http-sender.ts';
import { type DeviceScript, MqttDevice, type ReadQuantity } from './mqtt-device.ts';
import { SimulatedOpcUaServer, type SimulatedVariable } from './opcua/opcua-server.ts';
import { shelly3em, shellyPlug, shellyPro3em, shellyRelay } from './shelly/shelly-devices.ts';
import { tasmotaDevice } from './tasmota/tasmota-device.ts';
import { startTuyaDevice } from './tuya/tuya-device.ts';
import { zigbeeBridge } from './zigbee2mqtt/zigbee-bridge.ts';

/** What a device is started with, as a person gave it. */
export interface DeviceOptions {
  /** Its topic, prefix, measurement or meter. */
  readonly name: string;
  readonly everyMs: number;
  readonly read: ReadQuantity;
  readonly broker: { readonly url: string; readonly username?: string; readonly password?: string };
  readonly host: { readonly url: string; readonly token: string | null };
  /** Of those that are asked; null: the port that such devices have. */
  readonly port: number | null;
  /** Without what a host never asks for, where that makes it start sooner. */
  readonly isSmall?: boolean;
}

/** One that runs. */
export interface StartedDevice {
  /** Where it is, and what has to be known of it to set it up, in a line. */
  readonly where: string;
  /** Of those that are asked: their TCP port on 127.0.0.1. */
  readonly port?: number;
  close(): Promise<void>;
}

export interface DeviceKind {
  /** The page of the documentation, and so the connector, that it is for. */
  readonly connector: string;
  readonly what: string;
  /** @throws Error where it cannot be reached or had, UsageError where something was left out */
  readonly start: (options: DeviceOptions) => Promise<StartedDevice>;
}

/** Of a device that nobody else has: it is on this machine alone. */
export const tuyaKey = '0123456789abcdef';

const onBroker =
  (scriptOf: (options: DeviceOptions) => DeviceScript): DeviceKind['start'] =>
  async options => {
    const { broker, name } = options;
    const device = await MqttDevice.start(scriptOf(options), broker);
    // What a real one says after its start it says only when its interval is over; who tries it waits for nothing.
    await device.speak();
    return { where: `${name} at ${broker.url}`, close: () => device.stop() };
  };

/** All that can be started, by name. Another one is an entry here. */
export const deviceKinds: Readonly<Record<string, DeviceKind>> = Object.freeze({
  'tasmota-plug': {
    connector: 'tasmota',
    what: 'a plug with Tasmota and a power chip',
    start: onBroker(({ name: topic, ...rest }) => tasmotaDevice({ ...rest, topic, kind: 'plug' })),
  },
  'tasmota-reader': {
    connector: 'tasmota',
    what: 'a reading head with Tasmota and a script for an MT681',
    start: onBroker(({ name: topic, ...rest }) => tasmotaDevice({ ...rest, topic, kind: 'reader' })),
  },
  'shelly-1pm': {
    connector: 'shelly',
    what: 'a Shelly 1PM of the first generation',
    start: onBroker(({ name: device, ...rest }) => shellyRelay({ ...rest, device })),
  },
  'shelly-3em': {
    connector: 'shelly',
    what: 'a Shelly 3EM of the first generation',
    start: onBroker(({ name: device, ...rest }) => shelly3em({ ...rest, device })),
  },
  'shelly-plug': {
    connector: 'shelly',
    what: 'a Shelly plug of the second generation',
    start: onBroker(({ name: device, ...rest }) => shellyPlug({ ...rest, device })),
  },
  'shelly-pro-3em': {
    connector: 'shelly',
    what: 'a Shelly Pro 3EM',
    start: onBroker(({ name: device, ...rest }) => shellyPro3em({ ...rest, device })),
  },
  esphome: {
    connector: 'esphome',
    what: 'an ESPHome node with three sensors',
    start: onBroker(({ name: node, ...rest }) => esphomeNode({ ...rest, node })),
  },
  zigbee2mqtt: {
    connector: 'zigbee2mqtt',
    what: 'Zigbee2MQTT with one plug',
    start: onBroker(({ name, read, everyMs }) => zigbeeBridge({ plugs: { [name]: read }, everyMs })),
  },
  tuya: {
    connector: 'tuya',
    what: 'a Tuya plug of protocol 3.4, with port 6668 of this machine unless --port says another',
    start: async ({ name, read, port }) => {
      // Real ones have twenty letters and digits or more.
      const deviceId = name.padEnd(20, '0');
      if (!/^[0-9A-Za-z]{1,32}$/.test(deviceId))
        throw new UsageError(
          `tuya: --name ${JSON.stringify(name)} given; up to 32 letters and digits are allowed`,
        );
      const device = await startTuyaDevice({
        version: '3.4',
        deviceId,
        key: tuyaKey,
        port: port ?? 6668,
        dps: () => ({
          '1': true,
          '18': Math.round(read('currentL1A') * 1000),
          '19': Math.round(read('powerW') * 10),
          '20': Math.round(read('voltageL1V') * 10),
        }),
      });
      const where = `127.0.0.1:${device.port}, device id ${deviceId}, local key ${tuyaKey}, protocol 3.4, data points: plug`;
      return { where, port: device.port, close: () => device.close() };
    },
  },
  opcua: {
    connector: 'opcua',
    what: 'an OPC UA server with a meter of three values (needs the package node-opcua)',
    start: async ({ name: object, read, port, everyMs, isSmall = false }) => {
      const folder = mkdtempSync(join(tmpdir(), 'joulegate-opcua-'));
      const forget = () => rmSync(folder, { recursive: true, force: true });
      const variable = (
        name: string,
        unit: readonly [string, string],
        value: () => number,
      ): SimulatedVariable => ({ object, name, type: 'Double', unit, read: value });
      const variables = [
        variable('Power', ['KWT', 'kW'], () => read('powerW') / 1000),
        variable('Energy import', ['KWH', 'kWh'], () => read('energyImportWh') / 1000),
        variable('Voltage', ['VLT', 'V'], () => read('voltageL1V')),
      ];
      const options = { folder, variables, port: port ?? 4840, everyMs, trustsAll: true, isSmall };
      const server = await SimulatedOpcUaServer.start(options).catch(error => {
        forget();
        throw error;
      });
      return { where: server.url, port: server.port, close: () => server.stop().finally(forget) };
    },
  },
  http: {
    connector: 'http',
    what: 'a logger that posts readings to a host (--url, --token)',
    start: async ({ name: meter, read, everyMs, host }) => {
      if (host.token === null)
        throw new UsageError('http: --token with a token of the scope ingest is needed');
      const { url, token } = host;
      const quantities = ['powerW', 'energyImportWh', 'energyExportWh'] as const;
      const sender = new HttpSender({ url, token, form: 'json', meter, quantities, read });
      const send = () => {
        sender.measure(Date.now());
        return sender.send();
      };
      await send();
      if (sender.counts.confirmed === 0)
        throw new Error(
          sender.counts.refused > 0
            ? `the host at ${url} refused the first reading: is there an HTTP connector with the meter ${meter} at a site of this token?`
            : `the host at ${url} does not answer`,
        );
      const timer = setInterval(() => void send(), everyMs);
      return { where: `${meter} to ${url}`, close: async () => clearInterval(timer) };
    },
  },
});
