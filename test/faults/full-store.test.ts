import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { Store } from '../../host/store/store.ts';
import type { FullStore } from './full-store-child.ts';

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
