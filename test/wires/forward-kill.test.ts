import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { rounds } from '../faults/chance.ts';
import { Receiver } from '../host/forward/receiver.ts';
import { patienceMs } from '../patience.ts';
import { seed } from '../seed.ts';

const program = fileURLToPath(new URL('../../dist/test/wires/forward-host.js', import.meta.url));
let receiver: Receiver;
let dataDir: string;
beforeAll(async () => {
  receiver = await new Receiver().start();
  dataDir = await mkdtemp(join(tmpdir(), 'joulegate-forward-'));
});
afterAll(async () => {
  await receiver.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** Chance that a seed repeats: whole numbers below `most`. */
function chance(from: number): (most: number) => number {
  let state = (from % 2_147_483_646) + 1;
  return most => {
    state = (state * 48_271) % 2_147_483_647;
    return state % most;
  };
}

class Host {
  readonly #process: ChildProcess;
  /** The greatest window that is known to be on disk. */
  committed: number;

  constructor(first: number) {
    this.committed = first - 1;
    this.#process = spawn(process.execPath, [program, dataDir, `${receiver.url}/in`, String(first)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    this.#process.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (text + chunk).split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) {
        const [what, number] = line.split(' ');
        if (what === 'committed') this.committed = Number(number);
      }
    });
  }

  async kill(): Promise<void> {
    const ended = new Promise(resolve => this.#process.once('exit', resolve));
    this.#process.kill('SIGKILL');
    await ended;
  }
}

/** Those of one delivery. */
const windowsOf = (body: string): number[] =>
  body
    .trim()
    .split('\n')
    .map(line => JSON.parse(line).values.powerW.last);

const isBuilt = existsSync(program);
describe.skipIf(!isBuilt)(
  isBuilt ? 'a host that is killed' : 'a host that is killed: npm run build first',
  () => {
    it('hands on all that it committed, whenever it is killed and whichever answers are lost', async () => {
      const draw = chance(seed);
      const taken = new Set<number>();
      const acknowledged: number[][] = [];
      let lost = 0;
      receiver.answer = ({ body }) => {
        const windows = windowsOf(body);
        for (const window of windows) taken.add(window);
        if (draw(4) === 0) {
          lost++;
          return draw(2) === 0 ? 'lost' : { status: 500 };
        }
        acknowledged.push(windows);
        return { status: 200 };
      };
      let first = 0;
      const kills = rounds(3, 12);
      for (let run = 0; run < kills; run++) {
        const host = new Host(first);
        const [asked, committed] = [receiver.asked.length, host.committed];
        const wanted = 1 + draw(3);
        await vi.waitFor(
          () => {
            expect(receiver.asked.length - asked).toBeGreaterThanOrEqual(wanted);
            expect(host.committed).toBeGreaterThan(committed);
          },
          { timeout: patienceMs, interval: 3 },
        );
        await host.kill();
        first = host.committed + 1;
      }
      const last = new Host(first);
      const all = Array.from({ length: first }, (_, window) => window);
      await vi.waitFor(() => expect(all.filter(window => !taken.has(window))).toEqual([]), {
        timeout: patienceMs,
      });
      await last.kill();
      // What was acknowledged goes again only where a host died before it had noted it.
      const again = acknowledged.flat().length - new Set(acknowledged.flat()).size;
      process.stderr.write(
        `  ${kills} kills, ${first} windows, ${acknowledged.length} deliveries, ${lost} answers lost; ${again} windows sent again after a kill (seed ${seed})\n`,
      );
      expect(lost).toBeGreaterThan(0);
    });
  },
);
