import { rm } from 'node:fs/promises';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OpenedDatabase, openDatabase } from '../../../host/store/open-database.ts';
import { isFatal } from '../../../host/store/recovery-errors.ts';
import { Revival, type RevivalState } from '../../../host/store/recovery-revival.ts';
import { heldIn, rowsPerCommit, SmallDatabase, temporaryFolder } from './small-database.ts';

let dataDir: string;

beforeAll(async () => {
  dataDir = await temporaryFolder();
  (await SmallDatabase.make(dataDir)).close();
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

test('an invalidated database is opened again by the process itself, with all it had acknowledged', async () => {
  let instance: DuckDBInstance | undefined;
  let connections: DuckDBConnection[] = [];
  let failures = 2;
  const states: RevivalState[] = [];
  const waits: number[] = [];
  const open = async (): Promise<OpenedDatabase> => {
    if (states.length > 0 && failures-- > 0) throw new Error('the disk is still full');
    const opened = await openDatabase({ dataDir });
    instance = opened.instance;
    connections = [await instance.connect(), await instance.connect()];
    return opened;
  };
  await open();
  const revival = new Revival({
    open,
    close: async () => {
      for (const connection of connections) connection.closeSync();
      instance?.closeSync();
    },
    wait: async delayMs => {
      waits.push(delayMs);
    },
    onState: state => states.push(state),
  });
  const connection = (index: number) => connections[index] as DuckDBConnection;
  const commit = async (sequence: number) => {
    await connection(0).run('BEGIN TRANSACTION');
    await connection(0).run(`INSERT INTO gauge SELECT i, ${sequence}, 1 FROM range(${rowsPerCommit}) r(i)`);
    await connection(0).run(`UPDATE watermark SET sequence = ${sequence}`);
    await connection(0).run('COMMIT');
  };
  for (let sequence = 1; sequence <= 5; sequence++) await revival.guard(() => commit(sequence));
  // What a full disk does to a checkpoint.
  await connection(1).run("SET GLOBAL debug_checkpoint_abort = 'before_truncate'");
  const found = await Promise.allSettled([
    revival.guard(async () => {
      await connection(1).run('CHECKPOINT');
    }),
    revival.guard(() => commit(6)),
  ]);
  for (const result of found) {
    if (result.status === 'rejected') expect(isFatal(result.reason)).toBe(true);
  }
  expect(found[0]?.status).toBe('rejected');
  await revival.guard(async () => {
    const held = await heldIn(connection(0));
    expect(held.isExact).toBe(true);
    expect(held.sequence).toBeGreaterThanOrEqual(5);
    await commit(held.sequence + 1);
  });
  expect(revival.times).toBe(1);
  expect(waits).toEqual([100, 200]);
  // Who only asks is answered by what was opened again.
  let asked = 0;
  const answer = await revival.ask(async () => {
    if (asked++ === 0) {
      await connection(1).run("SET GLOBAL debug_checkpoint_abort = 'before_truncate'");
      await connection(1).run('CHECKPOINT');
    }
    return heldIn(connection(0));
  });
  expect(answer.isExact).toBe(true);
  expect([asked, revival.times]).toEqual([2, 2]);
  expect(states.at(-1)).toBe('running');
  for (const each of connections) each.closeSync();
  instance?.closeSync();
});

test('a host that closes is not kept by a database that will not open', async () => {
  const revival: Revival = new Revival({
    close: async () => {},
    open: async () => {
      throw new Error('no');
    },
    wait: async () => revival.end(),
  });
  await revival.revive(new Error('FATAL Error: it is over'));
  expect(revival.state).toBe('ended');
});

test('who asks waits for memory that others have, and hears of it where none comes back', async () => {
  const waits: number[] = [];
  const revival = new Revival({
    close: async () => {},
    open: async () => {},
    wait: async delayMs => {
      waits.push(delayMs);
    },
  });
  const short = new Error('Out of Memory Error: failed to pin block of size 256.0 KiB');
  let tries = 0;
  const afterTries = (most: number) => async () => {
    if (++tries < most) throw short;
    return tries;
  };
  expect(await revival.ask(afterTries(3))).toBe(3);
  expect(waits).toEqual([250, 500]);
  tries = 0;
  await expect(revival.ask(afterTries(100))).rejects.toBe(short);
  expect([tries, revival.times]).toEqual([8, 0]);
  // Work that changes something is never done twice.
  tries = 0;
  await expect(revival.guard(afterTries(3))).rejects.toBe(short);
  expect(tries).toBe(1);
});

test('a database that DuckDB has given up is told from a disk that is full, though it names the disk as the reason', () => {
  const full = 'Could not write file "/data/joulegate.duckdb": No space left on device';
  expect(isFatal(new Error(`FATAL Error: Failed to create checkpoint because of error: ${full}`))).toBe(true);
  const later = `FATAL Error: Failed: database has been invalidated because of a previous fatal error. Original error: "${full}"`;
  expect(isFatal(new Error(later))).toBe(true);
  expect(isFatal(new Error(`IO Error: ${full}`))).toBe(false);
});
