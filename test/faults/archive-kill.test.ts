import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Store } from '../../host/store/store.ts';
import { batchOf } from '../host/store/memory-store.ts';
import { aDayMs, monthsOfWindows } from '../host/store/months-of-windows.ts';
import { temporaryFolder } from '../host/store/small-database.ts';
import { patienceMs } from '../patience.ts';
import { chanceOf, rounds } from './chance.ts';

const program = fileURLToPath(new URL('../../dist/test/faults/archive-kill-child.js', import.meta.url));
const t0 = Date.UTC(2026, 0, 20);
/** Everything is old enough for the archive, and nothing for being removed; then the first two months are. */
const archiving = Date.UTC(2026, 3, 10);
const removing = Date.UTC(2026, 8, 10);
let root: string;
let source: string;

/** Three generations of a fortnight each, and the open one. */
beforeAll(async () => {
  if (!existsSync(program)) throw new Error(`${program} is missing; run npm run build`);
  root = await temporaryFolder();
  source = join(root, 'source');
  let nowMs = t0;
  const store = await Store.open({ dataDir: source, zone: 'UTC', upkeepMs: 0, nowMs: () => nowMs });
  for (const [index, day] of [0, 14, 28, 200].entries()) {
    nowMs = t0 + (day + 14) * aDayMs;
    const windows = monthsOfWindows(t0 + day * aDayMs, 14).map(record => ({ gateway: 'attic', record }));
    const watermarks = [{ gateway: 'attic', epoch: '00000000000000aa', sequence: index + 1 }];
    await store.commit(batchOf(store, { windows, watermarks }));
    await store.upkeep({ isWeekOver: index < 3 });
  }
  await store.close();
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function run(dir: string, nowMs: number, step = '', count = 1): Promise<readonly string[]> {
  const child = spawn(process.execPath, [program, dir, String(nowMs), step, String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', part => {
    text += String(part);
  });
  const [code, signal] = await once(child, 'close');
  expect(`${step} ${code} ${signal}`).toBe(step === '' ? ' 0 null' : `${step} null SIGKILL`);
  return text.split('\n').filter(line => line !== '');
}

/** Every row there is, by its hash, and what a chart of the finest resolution shows. */
async function held(dir: string): Promise<unknown> {
  const store = await Store.open({ dataDir: dir, zone: 'UTC', upkeepMs: 0, nowMs: () => archiving });
  const rows = await Promise.all(
    ['gauge', 'counter', 'span', 'missing', 'gauge_60', 'counter_900'].map(table =>
      store.all(`SELECT count(*) AS rows, sum(hash(t))::VARCHAR AS sum FROM ${table} AS t`),
    ),
  );
  const range = { series: 'attic.main.powerW', fromMs: t0, toMs: t0 + 60 * aDayMs, points: 10_000 };
  const readings = await store.readings(range);
  await store.close();
  return { rows, readings };
}

const fresh = async (from: string): Promise<string> => {
  const dir = join(root, 'work');
  await rm(dir, { recursive: true, force: true });
  await cp(from, dir, { recursive: true });
  return dir;
};

/** Each step at its first and a random later time; all times in the long set. */
function killsOf(steps: readonly string[]): (readonly [step: string, count: number])[] {
  const kills = [...new Set(steps)].flatMap(step => {
    const times = steps.filter(each => each === step).length;
    return Array.from({ length: times }, (_, index) => [step, index + 1] as const);
  });
  const chance = chanceOf(kills.length);
  while (kills.length > rounds(1, kills.length)) kills.splice(chance(kills.length), 1);
  return kills;
}

test(
  'killed at any step of moving windows to the archive, nothing is lost or doubled and the next start goes on',
  async () => {
    const expected = await held(source);
    const all = await run(await fresh(source), archiving);
    const steps = all.filter(step => step.startsWith('archive.'));
    expect(new Set(steps).size).toBe(7);
    const kills = killsOf(steps);
    for (const [step, count] of kills) {
      const dir = await fresh(source);
      await run(dir, archiving, step, count);
      expect(await held(dir), `killed at ${step} ${count}`).toEqual(expected);
      await run(dir, archiving);
      expect(await held(dir)).toEqual(expected);
      const months = (await readdir(join(dir, 'archive'))).filter(name => /^\d/.test(name));
      const files = await Promise.all(months.map(month => readdir(join(dir, 'archive', month))));
      expect(files.flat().length).toBe(steps.filter(each => each === 'archive.name').length);
      expect(files.flat().filter(name => !name.endsWith('.parquet'))).toEqual([]);
    }
    console.log(`archive killed at ${kills.length} of ${steps.length} steps: no row lost, none doubled`);
  },
  rounds(4 * patienceMs, 1_800_000),
);

test(
  'killed at any step of removing what is not kept, the coarser tiers have it all',
  async () => {
    const archived = join(root, 'archived');
    await cp(source, archived, { recursive: true });
    await run(archived, archiving);
    const whole = await fresh(archived);
    const steps = await run(whole, removing);
    const expected = await held(whole);
    const kills = killsOf(steps.filter(step => step.startsWith('retention.')));
    for (const [step, count] of kills) {
      const dir = await fresh(archived);
      await run(dir, removing, step, count);
      await run(dir, removing);
      expect(await held(dir), `killed at ${step} ${count}`).toEqual(expected);
      expect(existsSync(join(dir, 'archive/2026-01/gauge-g1.parquet'))).toBe(false);
      expect(existsSync(join(dir, 'quarantine'))).toBe(false);
    }
    console.log(`retention killed at ${kills.length} steps: the next start ends it`);
  },
  rounds(4 * patienceMs, 1_800_000),
);
