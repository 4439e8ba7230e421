import { expect, test } from 'vitest';
import { connector } from '../../../../host/connectors/tasmota/connector.ts';
import { freeLabPort } from '../../../../simulator/lab/lab-port.ts';
import { endedProbe } from '../run-probe.ts';

test('who takes no connection is told of after some attempts, not at the end of the time', async () => {
  const port = await freeLabPort();
  const { meters, fault } = await endedProbe(connector, {
    url: `mqtt://127.0.0.1:${port}`,
    meters: [{ id: 'plug', name: 'Plug', topic: 'plug' }],
  });
  expect(meters[0]?.values).toEqual({});
  expect(fault?.message).toContain('takes no connection on port');
  expect(fault?.code).toBe('port.refused.broker');
});
