import { expect, test } from 'vitest';
import { connector } from '../../../../host/connectors/tuya/connector.ts';
import { freeLabPort } from '../../../../simulator/lab/lab-port.ts';
import { endedProbe } from '../run-probe.ts';

test('who takes no connection is told of after some attempts, not at the end of the time', async () => {
  const port = await freeLabPort();
  const { meters, fault } = await endedProbe(connector, {
    id: 'plug',
    name: 'Plug',
    address: '127.0.0.1',
    port,
    deviceId: 'bf0123456789abcdef',
    key: '0123456789abcdef',
    version: '3.3',
    layout: 'plug',
  });
  expect(meters[0]?.values).toEqual({});
  expect(fault?.message).toContain('takes no connection on port');
  expect(fault?.code).toBe('port.refused.tuya');
});
