import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeBackup } from '../../host/store/backup.ts';
import { checkBackup, listBackups } from '../../host/store/backup-files.ts';
import { openDatabase } from '../../host/store/open-database.ts';
import { listQuarantine } from '../../host/store/quarantine.ts';
import { placesOf } from '../../host/store/recovery-files.ts';
import { restoreBackup } from '../../host/store/restore.ts';
import { asKilled, heldBy, SmallDatabase, temporaryFolder } from '../host/store/small-database.ts';
import { chanceOf, rounds } from './chance.ts';

const program = fileURLToPath(new URL('../../dist/test/faults/store-kill-child.js', import.meta.url));
let root: string;
let source: string;
const backedUp = 8;
const present = 14;

/** A killed host with 14 commits and a backup of the first 8. */
beforeAll(async () => {
  if (!existsSync(program)) throw new Error(`${program} is missing; run npm run build`);
  root = await temporaryFolder();
  const database = await SmallDatabase.make(join(root, 'live'));
  await database.commits(backedUp);
  await makeBackup({ dataDir: database.dataDir, instance: database.instance, keep: 2 });
  await database.commits(present - backedUp);
  source = join(root, 'source');
  await asKilled(database.dataDir, source);
  await cp(placesOf(database.dataDir).backups, placesOf(source).backups, { recursive: true });
  database.close();
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function fresh(): Promise<string> {
  const dir = join(root, 'work');
  await rm(dir, { recursive: true, force: true });
  await cp(source, dir, { recursive: true });
  return dir;
}

const backupIn = async (dir: string) => (await listBackups(placesOf(dir).backups)).at(-1)?.path ?? '';

/** Runs the child until the step kills it. @returns the last sequence it told as acknowledged */
async function killAt(what: string, dir: string, step: string, file = ''): Promise<number> {
  const child = spawn(process.execPath, [program, what, dir, step, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', part => {
    text += String(part);
  });
  const [, signal] = await once(child, 'close');
  expect(`${step}: ${signal}`).toBe(`${step}: SIGKILL`);
  return Number(/acked (\d+)\n$/.exec(text)?.[1] ?? present);
}

/** The steps that such a run comes to: all in the long set, some in others. */
async function stepsOf(
  run: (dir: string, onStep: (step: string) => void) => Promise<unknown>,
): Promise<string[]> {
  const steps = new Set<string>();
  await run(await fresh(), step => steps.add(step));
  expect(steps.size).toBeGreaterThan(2);
  const chance = chanceOf(steps.size);
  const left = [...steps];
  while (left.length > rounds(2, steps.size)) left.splice(chance(left.length), 1);
  return left;
}

test('killed at each step of a backup, commits and older backups are whole and the next one is made', async () => {
  const steps = await stepsOf(async (dataDir, onStep) => {
    const { instance } = await openDatabase({ dataDir });
    await makeBackup({ dataDir, instance, keep: 2, onStep });
    instance.closeSync();
  });
  for (const step of steps) {
    const dir = await fresh();
    const acked = await killAt('backup', dir, step);
    const held = await heldBy(dir);
    expect(held).toMatchObject({ outcome: 'clean', isExact: true });
    expect(held.sequence).toBeGreaterThanOrEqual(acked);
    const backups = await listBackups(placesOf(dir).backups);
    expect(backups.length).toBeGreaterThan(0);
    for (const backup of backups) await checkBackup(backup);
    const { instance } = await openDatabase({ dataDir: dir });
    await makeBackup({ dataDir: dir, instance, keep: 1 });
    instance.closeSync();
    expect((await readdir(placesOf(dir).backups)).length).toBe(3);
  }
  console.log(`backup killed at ${steps.length} steps: 0 commits lost, every backup good, the next one made`);
}, 120_000);

test('killed at each step of a restore, the database is the old or the new one, and both are kept', async () => {
  const steps = await stepsOf(async (dataDir, onStep) =>
    restoreBackup({ dataDir, file: await backupIn(dataDir), onStep }),
  );
  let old = 0;
  for (const step of steps) {
    const dir = await fresh();
    const file = await backupIn(dir);
    await killAt('restore', dir, step, file);
    const held = await heldBy(dir);
    expect(held).toMatchObject({ outcome: 'clean', isExact: true });
    expect([backedUp, present]).toContain(held.sequence);
    if (held.sequence === present) old++;
    else {
      const [aside] = await listQuarantine(placesOf(dir).quarantine);
      await asKilled(aside?.dir ?? '', join(root, 'aside'));
      expect(await heldBy(join(root, 'aside'))).toMatchObject({ sequence: present, isExact: true });
    }
    await restoreBackup({ dataDir: dir, file });
    expect(await heldBy(dir)).toMatchObject({ outcome: 'clean', sequence: backedUp, isExact: true });
  }
  const counts = `${old} times the old database, ${steps.length - old} times the backup`;
  console.log(`restore killed at ${steps.length} steps: ${counts}, always whole`);
}, 120_000);

test.each(['log', 'file'])(
  'killed at each step of bringing back a damaged %s, the next start ends it',
  async what => {
    const damage = async (dir: string) => {
      const { database } = placesOf(dir);
      const path = what === 'log' ? `${database}.wal` : database;
      const bytes = await readFile(path);
      const at = what === 'log' ? Math.floor(bytes.length * 0.9) : 40;
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      await writeFile(path, bytes);
      return bytes;
    };
    const steps = await stepsOf(async (dataDir, onStep) => {
      await damage(dataDir);
      (await openDatabase({ dataDir, onStep })).instance.closeSync();
    });
    for (const step of steps) {
      const dir = await fresh();
      const damaged = await damage(dir);
      await killAt('open', dir, step);
      const held = await heldBy(dir);
      expect(held.isExact).toBe(true);
      if (what === 'file') expect(held.sequence).toBe(backedUp);
      else expect(held.sequence).toBeGreaterThan(present / 2);
      const name = what === 'log' ? 'joulegate.duckdb.wal' : 'joulegate.duckdb';
      const kept = await listQuarantine(placesOf(dir).quarantine);
      const evidence = await Promise.all(
        kept.map(({ dir: at }) => readFile(join(at, name)).catch(() => undefined)),
      );
      expect(evidence.some(bytes => bytes?.equals(damaged))).toBe(true);
      expect(await heldBy(dir)).toMatchObject({ outcome: 'clean', sequence: held.sequence });
    }
    console.log(
      `damaged ${what}, start killed at ${steps.length} steps: each next start ends it, evidence kept`,
    );
  },
  120_000,
);
