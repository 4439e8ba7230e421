import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrations } from '../../host/store/schema.ts';
import { patienceMs } from '../patience.ts';
import { chanceOf, rounds } from './chance.ts';
import { everythingIn, everythingOf, makeEarlier } from './earlier-database.ts';

const program = fileURLToPath(new URL('../../dist/test/faults/migration-child.js', import.meta.url));
/** From nothing, and from each earlier schema. */
const steps = migrations.map((_, step) => step);
let root: string;

beforeAll(async () => {
  if (!existsSync(program)) throw new Error(`${program} is missing; run npm run build`);
  root = await mkdtemp(join(tmpdir(), 'joulegate-migration-'));
  for (const step of steps.slice(1)) await makeEarlier(join(root, `step-${step}`), step);
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function fresh(step: number): Promise<string> {
  const dir = join(root, 'work');
  await rm(dir, { recursive: true, force: true });
  if (step > 0) await cp(join(root, `step-${step}`), dir, { recursive: true });
  return dir;
}

/** Runs the child; what it printed, and the signal that ended it. */
async function run(dir: string, statement: number, when: 'within' | 'after') {
  const child = spawn(process.execPath, [program, dir, String(statement), when], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', part => {
    text += String(part);
  });
  const [code, signal] = await once(child, 'close');
  return { text: text.trim(), end: signal ?? code };
}

test.each(steps)('opened by this version, a database of step %i has all it had, exactly', async step => {
  expect(await everythingIn(await fresh(step))).toEqual(everythingOf(step));
});

test('killed at each statement of each step, the next start brings everything, exactly', {
  timeout: rounds(4 * patienceMs, 3_600_000),
}, async () => {
  const places: { step: number; statement: number; when: 'within' | 'after' }[] = [];
  const chance = chanceOf(12);
  // What a step has of places is counted by a run of its own.
  const counted = [...steps];
  while (counted.length > rounds(2, steps.length)) counted.splice(chance(counted.length), 1);
  for (const step of counted) {
    const { text, end } = await run(await fresh(step), 0, 'within');
    expect(end).toBe(0);
    const statements = Number(text);
    expect(statements).toBeGreaterThan(2);
    for (let statement = 1; statement <= statements; statement++) {
      places.push({ step, statement, when: 'within' }, { step, statement, when: 'after' });
    }
  }
  const total = places.length;
  while (places.length > rounds(4, total)) places.splice(chance(places.length), 1);
  let whole = 0;
  let slowestMs = 0;
  for (const { step, statement, when } of places) {
    const dir = await fresh(step);
    const { end } = await run(dir, statement, when);
    expect({ step, statement, when, end }).toEqual({ step, statement, when, end: 'SIGKILL' });
    const startMs = performance.now();
    const found = await everythingIn(dir);
    slowestMs = Math.max(slowestMs, performance.now() - startMs);
    expect({ step, statement, when, found }).toEqual({ step, statement, when, found: everythingOf(step) });
    whole++;
  }
  console.log(
    `${places.length} kills of the ${total} places within migrations from ${counted.length} of ${steps.length} earlier schemas: ` +
      `${whole} times every value, name, watermark and loss as before, opened and read in ${(slowestMs / 1000).toFixed(2)} s at the slowest`,
  );
});
