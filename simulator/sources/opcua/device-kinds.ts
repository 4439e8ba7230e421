import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeviceKinds } from '../device-kind.ts';
import { SimulatedOpcUaServer, type SimulatedVariable } from './opcua-server.ts';

export const kinds: DeviceKinds = Object.freeze({
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
});
