import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const program = fileURLToPath(new URL('../../dist/simulator/cli.js', import.meta.url));
let folder: string;
let child: ChildProcess;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'joulegate-demo-end-'));
});
afterEach(async () => {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
});

/** Process numbers of those that have this in their command line. */
const runningWith = (text: string): readonly string[] =>
  readdirSync('/proc').filter(name => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });

test.skipIf(!existsSync('/proc/self/cmdline'))(
  'a demo that is ended while its host starts ends with it, and waits for nothing',
  async () => {
    child = spawn(process.execPath, [program, 'demo', '--json', '--port', '0', '--data', folder], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', text => {
        said += text;
      });
    const closed = once(child, 'close');
    const host = join(folder, 'host');
    await expect.poll(() => runningWith(host).length, { interval: 5 }).toBe(1);
    child.kill('SIGINT');
    expect(await closed).toEqual([0, null]);
    // It came to nothing: no past was filled in, and nobody was told that it failed.
    expect(said).toBe('');
    expect(runningWith(host)).toEqual([]);
  },
);
