import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import type { Connector } from '../../../host/connectors/connector.ts';
import { connector as joulegate } from '../../../host/connectors/joulegate/connector.ts';
import { connector as modbus } from '../../../host/connectors/modbus/connector.ts';
import { machineRandom, machineTime } from '../../../host/connectors/node-ports.ts';
import { probe } from '../../../host/connectors/probe.ts';
import { remoteTopics } from '../../../host/connectors/remote-topics.ts';
import { connector as tasmota } from '../../../host/connectors/tasmota/connector.ts';
import { connector as tuya } from '../../../host/connectors/tuya/connector.ts';

/** Nobody listens there. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const anHourMs = 3_600_000;
const probed = (connector: Connector, settings: unknown) => {
  const ports = { time: machineTime, random: machineRandom, topics: remoteTopics(() => {}) };
  const options = { ...ports, settings, folder: '', log: () => {} };
  return probe(connector, options, anHourMs, new AbortController().signal);
};

const meter = { id: 'plug', name: 'Plug' };
test.concurrent.each<[string, Connector, (port: number) => unknown]>([
  ['a broker', tasmota, port => ({ url: `mqtt://127.0.0.1:${port}`, meters: [{ ...meter, topic: 'plug' }] })],
  [
    'a converter',
    modbus,
    port => ({
      transport: 'rtu',
      host: '127.0.0.1',
      port,
      meters: [{ ...meter, profile: 'eastron-sdm630', unit: 1 }],
    }),
  ],
  [
    'a plug',
    tuya,
    port => ({
      ...{ ...meter, address: '127.0.0.1', port, deviceId: 'bf0123456789abcdef' },
      ...{ key: '0123456789abcdef', version: '3.3', layout: 'plug' },
    }),
  ],
])(
  '%s that takes no connection is told of after some attempts, not at the end of the time',
  async (_what, connector, settingsFor) => {
    const { meters, fault } = await probed(connector, settingsFor(await freePort()));
    expect(meters[0]?.values).toEqual({});
    expect(fault).toContain('takes no connection on port');
  },
);

test('a source that is sent to once it is saved says so at once', async () => {
  const { meters, fault } = await probed(joulegate, {});
  expect(meters).toEqual([]);
  expect(fault).toContain('there is nothing to try here');
});
