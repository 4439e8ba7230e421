import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connector } from '../../../../host/connectors/opcua/connector.ts';
import { freeLabPort } from '../../../../simulator/lab/lab-port.ts';
import { endedProbe } from '../run-probe.ts';

test('who takes no connection is told of after some attempts, not at the end of the time', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'opcua-probe-'));
  try {
    const settings = {
      ...{ url: `opc.tcp://127.0.0.1:${await freeLabPort()}`, security: 'none', login: 'anonymous' },
      values: [{ id: 'main', name: 'Main', nodeId: 'ns=2;s=Power', quantity: 'powerW' }],
    };
    const { meters, fault } = await endedProbe(connector, settings, folder);
    expect(meters[0]?.values).toEqual({});
    expect(fault?.message).toContain('takes no connection on port');
    expect(fault?.code).toBe('port.refused.opcua');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
