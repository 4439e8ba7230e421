import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { Store } from '../../host/store/store.ts';
import { Publisher } from '../wires/publisher.ts';
import { windowAt } from '../wires/windows.ts';
import type { FullStore } from './full-store-child.ts';
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
  const store = await Store.open({ dataDir, zone: 'UTC' });
  expect(await store.all('SELECT count(*) AS rows, count(DISTINCT startS) AS once FROM counter')).toEqual([
    { rows: total, once: total },
  ]);
  await store.close();
  await rm(dataDir, { recursive: true, force: true });
});

test('a commit that a full disk has ended says so, and opened again the database has every other one once', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'joulegate-full-'));
  const program = fileURLToPath(new URL('../../dist/test/faults/full-store-child.js', import.meta.url));
  // Room for the journal of the database, 16 MB, but not for what it then writes into its file (blocks of 512 bytes).
  const bounded = ['-c', 'ulimit -f 40000; exec "$@"', 'sh', process.execPath, program, dir];
  // It ends itself by a signal.
  const { stdout } = await promisify(execFile)('sh', bounded).catch((ended: { stdout: string }) => ended);
  const found: FullStore = JSON.parse(stdout);
  expect(found.told).toMatch(/File too large/);
  const store = await Store.open({ dataDir: dir, zone: 'UTC' });
  const sequence = store.watermark('attic', 'e');
  // The commit in doubt may have come through, whole.
  expect([found.committed, found.committed + 5000]).toContain(sequence);
  expect(
    await store.all('SELECT count(*) AS rows, count(DISTINCT (series, startS)) AS once FROM gauge'),
  ).toEqual([{ rows: sequence * 12, once: sequence * 12 }]);
  await store.close();
  await rm(dir, { recursive: true, force: true });
});
