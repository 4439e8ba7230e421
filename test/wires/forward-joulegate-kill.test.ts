import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Store } from '../../host/store/store.ts';
import { rounds } from '../faults/chance.ts';
import { patienceMs } from '../patience.ts';
import { seed } from '../seed.ts';

const built = (name: string) => fileURLToPath(new URL(`../../dist/test/wires/${name}.js`, import.meta.url));
const isBuilt = existsSync(built('receiving-host'));
const children: ChildProcess[] = [];
let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'joulegate-forward-'));
});
afterAll(async () => {
  await Promise.all(children.map(kill));
  await rm(dataDir, { recursive: true, force: true });
});

function run(name: string, ...args: string[]): { child: ChildProcess; lines: Interface } {
  const child = spawn(process.execPath, [built(name), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  if (child.stdout === null) throw new Error('no output');
  return { child, lines: createInterface(child.stdout) };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

class Sender {
  readonly child: ChildProcess;
  /** The greatest window that is known to be on disk, and how many the other host is known to have. */
  readonly said = { committed: -1, taken: 0 };

  constructor(first: number, url: string, token: string) {
    const { child, lines } = run('forward-host', join(dataDir, 'here'), url, String(first), token);
    this.child = child;
    lines.on('line', line => {
      const [what, number] = line.split(' ');
      if (what === 'committed' || what === 'taken') this.said[what] = Number(number);
    });
  }
}

async function startReceiving(port: number) {
  const { child, lines } = run('receiving-host', join(dataDir, 'there'), String(port));
  const [line] = await once(lines, 'line');
  const [, own, token = ''] = String(line).split(' ');
  return { child, port: Number(own), token };
}

/** Rows of all its meters, by the names they have at the other host. */
async function rowsIn(folder: string, isThere: boolean) {
  const store = await Store.open({ dataDir: join(dataDir, folder), zone: 'Europe/Berlin', upkeepMs: 0 });
  const name = isThere ? 'meter.id' : "'attic-' || meter.id";
  const rows = await store.all(
    `SELECT ${name} AS meter, startS, windowS, samples, mean, min, max, last FROM gauge
     JOIN series ON series.number = gauge.series JOIN meter ON meter.number = series.meter ORDER BY startS`,
  );
  const [lost] = await store.all('SELECT count(*) AS rows FROM lost');
  await store.close();
  return { rows, lost: Number(lost?.rows) };
}

describe.skipIf(!isBuilt)(
  isBuilt ? 'two hosts that are killed' : 'two hosts that are killed: npm run build first',
  () => {
    it('have the same windows, each once, and neither counts any as lost', async () => {
      const draw = (most: number, round: number) => ((seed * 48_271 + round * 7919) % 2_147_483_647) % most;
      let there = await startReceiving(0);
      const { port, token } = there;
      const url = `http://127.0.0.1:${port}`;
      let first = 0;
      let here = new Sender(first, url, token);
      const kills = { here: 0, there: 0 };
      for (let round = 0; round < rounds(2, 8); round++) {
        const { taken, committed } = here.said;
        const wanted = 1 + draw(20, round);
        await vi.waitFor(
          () => {
            expect(here.said.taken).toBeGreaterThan(taken);
            expect(here.said.committed).toBeGreaterThan(committed + wanted);
          },
          { timeout: patienceMs, interval: 1 },
        );
        if (round % 2 === 0) {
          await kill(here.child);
          first = here.said.committed + 1;
          here = new Sender(first, url, token);
          kills.here++;
        } else {
          await kill(there.child);
          there = await startReceiving(port);
          kills.there++;
        }
      }
      const all = here.said.committed + 1;
      await vi.waitFor(() => expect(here.said.taken).toBeGreaterThanOrEqual(all), { timeout: patienceMs });
      await kill(here.child);
      await kill(there.child);
      const [sent, stored] = [await rowsIn('here', false), await rowsIn('there', true)];
      expect(stored.rows.length).toBeGreaterThanOrEqual(all);
      expect(stored.rows).toEqual(sent.rows.slice(0, stored.rows.length));
      expect(stored.lost).toBe(0);
      process.stderr.write(
        `  ${kills.here} + ${kills.there} kills, ${stored.rows.length} windows there of ${sent.rows.length} (seed ${seed})\n`,
      );
    });
  },
);
