import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { databaseName } from '../../host/main.ts';
import { Store } from '../../host/store/store.ts';
import { Publisher } from '../wires/publisher.ts';
import { windowAt } from '../wires/windows.ts';
import { HostProcess } from './host-process.ts';

const epoch = '00000000000000aa';
const total = 20_000;
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

test('a disk that is full acknowledges nothing more, and with room again all is stored once', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'joulegate-full-'));
  let host = await HostProcess.start(dataDir, ['attic'], 1024);
  const publisher = new Publisher({
    gateway: 'attic',
    password: host.ready.passwords.attic ?? '',
    port: host.ready.mqttPort,
    epoch,
    perMessage: 100,
    inFlight: 4,
    resendMs: 500,
  });
  publisher.add(...Array.from({ length: total }, (_, index) => windowAt('main', index)));
  // It stands still when the limit is reached.
  let before = -1;
  while (publisher.acked === 0 || publisher.acked > before) {
    before = publisher.acked;
    await pause(1500);
  }
  expect(before).toBeGreaterThan(0);
  expect(before).toBeLessThan(total);
  await host.end('SIGKILL');
  host = await HostProcess.start(dataDir, ['attic']);
  await publisher.moveTo(host.ready.mqttPort, host.ready.passwords.attic ?? '');
  await publisher.settled();
  await publisher.close();
  await host.end('SIGTERM');
  const store = await Store.open({ path: join(dataDir, databaseName), zone: 'UTC' });
  expect(await store.all('SELECT count(*) AS rows, count(DISTINCT startS) AS once FROM counter')).toEqual([
    { rows: total, once: total },
  ]);
  await store.close();
  await rm(dataDir, { recursive: true, force: true });
});
