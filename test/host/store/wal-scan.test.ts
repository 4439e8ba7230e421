import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { framed, scanWal, type WalScan } from '../../../host/store/wal-scan.ts';

const commits = 30;
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'joulegate-wal-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** A log as a killed host leaves it: copied while the database is open. */
async function logOf(name: string, version: string): Promise<{ wal: Buffer; databaseId: string }> {
  const path = join(dir, `${name}.duckdb`);
  const instance = await DuckDBInstance.create(path, { storage_compatibility_version: version });
  const connection = await instance.connect();
  await connection.run('CREATE TABLE gauge (series UINTEGER, startS UINTEGER, name VARCHAR)');
  await connection.run('CHECKPOINT');
  for (let index = 0; index < commits; index++) {
    await connection.run(
      `INSERT INTO gauge SELECT i, ${index}, repeat('x', (i % 9)::INT) FROM range(${index + 1}) r(i)`,
    );
  }
  const wal = await readFile(`${path}.wal`);
  connection.closeSync();
  instance.closeSync();
  const file = await open(path);
  const { buffer } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
  await file.close();
  return { wal, databaseId: buffer.toString('hex') };
}

async function scanOf(bytes: Uint8Array): Promise<WalScan> {
  const path = join(dir, 'scanned.wal');
  await writeFile(path, bytes);
  return scanWal(path);
}

test.each(['v0.10.2', 'v1.5.0'])(
  'a log written by %s is read to its end, every checksum right',
  async version => {
    const { wal, databaseId } = await logOf(version, version);
    const scan = await scanOf(wal);
    expect(scan).toMatchObject({
      state: 'whole',
      commits,
      cleanBytes: wal.length,
      checkpointRoot: undefined,
    });
    if (version === 'v0.10.2') expect(scan.header?.databaseId).toBeUndefined();
    else {
      expect(databaseId).toContain(scan.header?.databaseId);
      expect(scan.header?.iteration).toBe(1);
    }
  },
);

test('a log cut anywhere is torn, and clean up to the commit before', async () => {
  const { wal } = await logOf('cut', 'v1.5.0');
  const ends = (await scanOf(wal)).commitEnds;
  for (let cut = 1; cut < wal.length; cut += 97) {
    const scan = await scanOf(wal.subarray(0, cut));
    const before = ends.filter(end => end <= cut);
    expect(scan.commits).toBe(before.length);
    expect(scan.state).toBe(before.at(-1) === cut || cut === scan.header?.bytes ? 'whole' : 'torn');
  }
});

test('a flipped bit is found wherever it is, also where it makes a size impossible', async () => {
  const { wal } = await logOf('flip', 'v1.5.0');
  const whole = await scanOf(wal);
  const lastCommit = whole.commitEnds.at(-2) ?? 0;
  for (let bit = 8 * (whole.header?.bytes ?? 0); bit < 8 * lastCommit; bit += 1013) {
    const bytes = Buffer.from(wal);
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const scan = await scanOf(bytes);
    expect(scan.state).toBe('damaged');
    expect(scan.cleanBytes).toBe(whole.commitEnds.findLast(end => end <= bit >> 3) ?? whole.header?.bytes);
  }
});

test('a zeroed tail is damage, and an empty log is whole', async () => {
  const { wal } = await logOf('zero', 'v1.5.0');
  const bytes = Buffer.from(wal).fill(0, wal.length - 300);
  expect((await scanOf(bytes)).cleanBytes).toBeLessThan(wal.length - 300 + 1);
  expect((await scanOf(bytes)).state).toBe('damaged');
  expect(await scanOf(new Uint8Array())).toMatchObject({ state: 'whole', commits: 0 });
});

test('a checkpoint that was begun is told, with the root it would make', async () => {
  const { wal } = await logOf('begun', 'v1.5.0');
  const marker = Uint8Array.of(0x64, 0, 99, 0x65, 0, 0x64, 0, 0x83, 0x02, 0xff, 0xff, 0xff, 0xff);
  expect(await scanOf(Buffer.concat([wal, framed(marker)]))).toMatchObject({
    state: 'whole',
    commits,
    checkpointRoot: 259n,
  });
});
