import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TimePort } from '#ports';
import { machineTime } from '../../../../host/connectors/node-ports.ts';
import { connector } from '../../../../host/connectors/opcua/connector.ts';
import { noTopics } from '../../../../host/connectors/topics.ts';
import { nodeRandom } from '../../../../simulator/gateway/random.ts';
import { comesTrue } from '../../../comes-true.ts';
import { RecordingSink } from '../run-connector.ts';

/** A minute passes in a hundredth of a second. */
const quickTime: TimePort = {
  ...machineTime,
  after: (delayMs, callback) => machineTime.after(delayMs / 6000, callback),
};

test('a certificate that cannot be kept is told, logged once, and tried again once its folder is right', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'joulegate-opcua-'));
  const folder = join(dir, 'opcua');
  await writeFile(folder, 'no folder');
  const logged: string[] = [];
  const value = { id: 'm', name: 'M', nodeId: 'ns=1;s=P', quantity: 'powerW', everyS: 60 } as const;
  const source = connector.open({
    settings: { url: 'opc.tcp://127.0.0.1:1', security: 'none', login: 'anonymous', values: [value] },
    sinks: new Map([['m', new RecordingSink()]]),
    time: quickTime,
    random: nodeRandom,
    topics: noTopics,
    store: { put: async () => {} },
    folder,
    log: (_level, text) => void logged.push(text),
  });
  source.start();
  try {
    await comesTrue(() =>
      expect(source.fault()?.message).toMatch(
        /^the certificate of this host for OPC UA in .* cannot be used/,
      ),
    );
    await rm(folder);
    await mkdir(folder);
    await comesTrue(() =>
      expect(source.fault()?.message).toMatch(/^127\.0\.0\.1 is there and takes no connection/),
    );
    expect(logged.filter(text => text.includes('certificate')).length).toBe(1);
  } finally {
    source.stop();
    await rm(dir, { recursive: true, force: true });
  }
});
