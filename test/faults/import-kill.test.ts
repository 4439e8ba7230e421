import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { patienceMs } from '../patience.ts';
import { chanceOf, rounds } from './chance.ts';
import { makeFile, makeLived, stateOf } from './import-states.ts';

const program = fileURLToPath(new URL('../../dist/test/faults/import-kill-child.js', import.meta.url));
let root: string;
let csv: string;

beforeAll(async () => {
  if (!existsSync(program)) throw new Error(`${program} is missing; run npm run build`);
  root = await mkdtemp(join(tmpdir(), 'joulegate-import-kill-'));
  csv = join(root, 'old.csv');
  await makeFile(csv);
  await makeLived(join(root, 'without'));
  await cp(join(root, 'without'), join(root, 'with'), { recursive: true });
  await run(join(root, 'with'), csv, 0, 'after');
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Runs the child; what it printed, and what ended it. */
async function run(dir: string, what: string, statement: number, when: 'within' | 'after') {
  const child = spawn(process.execPath, [program, dir, what, String(statement), when], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', part => {
    text += String(part);
  });
  const [code, signal] = await once(child, 'close');
  const kinds: readonly string[] = text === '' ? [] : JSON.parse(text);
  return { kinds, end: signal ?? code };
}

async function copyOf(source: string): Promise<string> {
  const dir = join(root, 'work');
  await rm(dir, { recursive: true, force: true });
  await cp(join(root, source), dir, { recursive: true });
  return dir;
}

interface Kill {
  /** Counted from 1. */
  readonly statement: number;
  readonly when: 'within' | 'after';
}

/** One statement of each kind, within it or after it, both by chance; each commit both ways. */
function killsOf(kinds: readonly string[]): Kill[] {
  const chance = chanceOf(kinds.length);
  return [...new Set(kinds)].flatMap((kind): Kill[] => {
    const places = kinds.flatMap((other, place) => (other === kind ? [place + 1] : []));
    if (kind === 'COMMIT')
      return places.flatMap(statement => [
        { statement, when: 'within' },
        { statement, when: 'after' },
      ]);
    const statement = places[chance(places.length)] as number;
    return [{ statement, when: chance(2) === 0 ? 'within' : 'after' }];
  });
}

test.each([
  ['an import', 'without'],
  ['the undoing of one', 'with'],
])(
  'killed at any kind of statement of %s, all of it is there or nothing, and it can be done then',
  { timeout: rounds(4 * patienceMs, 1_200_000) },
  async (name, source) => {
    const what = source === 'without' ? csv : 'undo';
    const whole = await copyOf(source);
    const before = await stateOf(await copyOf(source));
    const { kinds, end } = await run(await copyOf(source), what, 0, 'after');
    expect(end).toBe(0);
    const after = await stateOf(whole);
    expect(after).not.toBe(before);
    const all = killsOf(kinds);
    const kills = rounds([all[chanceOf(all.length)(all.length)] as Kill], all);
    let done = 0;
    for (const { statement, when } of kills) {
      const dir = await copyOf(source);
      const killed = await run(dir, what, statement, when);
      expect(killed.end).toBe('SIGKILL');
      const state = await stateOf(dir);
      if (state === after) done++;
      else {
        expect(state).toBe(before);
        expect((await run(dir, what, 0, 'after')).end).toBe(0);
        expect(await stateOf(dir)).toBe(after);
      }
    }
    console.log(
      `${name} killed at ${kills.length} of ${kinds.length} statements of ${new Set(kinds).size} kinds: ${done} times whole, ${kills.length - done} times nothing of it, then done`,
    );
  },
);
