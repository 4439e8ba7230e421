import { afterEach, expect, test } from 'vitest';
import { connector } from '../../../../host/connectors/modbus/connector.ts';
import { type HostWithConnectors, startHostWithConnectors } from '../host-with-connectors.ts';

let host: HostWithConnectors | undefined;
afterEach(() => host?.close());

const meters = [{ id: 'main', name: 'Main', profile: 'eastron-sdm630', unit: 1 }];
const saved = (settings: object) => ({
  ...{ id: 'cellar', kind: 'modbus', name: 'Cellar', isOn: true },
  settings: { transport: 'rtu', host: '127.0.0.1', port: 1, meters, ...settings },
});

test('a line whose only source is saved with another speed, or another transport, is read so', async () => {
  host = await startHostWithConnectors({ kinds: [connector] });
  for (const change of [{}, { baud: 19_200 }, { parity: 'even' }, { transport: 'tcp' }, {}]) {
    const { fault } = await host.connectors.save(saved(change));
    expect(fault?.message ?? '', JSON.stringify(change)).not.toContain('already read');
    await host.pass(100);
  }
  await expect(
    host.connectors.save({ ...saved({ baud: 2400 }), id: 'attic' }).then(({ fault }) => fault?.message),
  ).resolves.toContain('already read by another connector as RTU over TCP, 9600 baud');
});
