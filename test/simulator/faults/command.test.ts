import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommand } from '../../../simulator/commands.ts';

async function runFaultsCommand(...args: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runCommand(['faults', ...args], {
    out: line => void out.push(line),
    err: line => void err.push(line),
    stopped: new Promise(() => {}),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

test('a fault that there is not is told with those there are', async () => {
  const { code, err } = await runFaultsCommand('host-kil');
  expect([code, err]).toEqual([
    2,
    expect.stringMatching(/"host-kil" is no fault; .*host-kill, .* are allowed/),
  ]);
});

test('a file that cannot be written is told before anything is run', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'joulegate-faults-'));
  try {
    const text = join(folder, 'text');
    await writeFile(text, 'a file');
    for (const option of ['--json', '--table']) {
      const { code, out, err } = await runFaultsCommand('flash-cut', '--quick', option, join(text, 'x'));
      expect(code).toBe(1);
      expect(out).not.toMatch(/\d+ of \d+ faults/);
      expect(err).toContain(`${join(text, 'x')} cannot be written`);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a fault that happens less often than the table has it is judged by what it was', async () => {
  const { code, out } = await runFaultsCommand('flash-cut', '--quick', '--times', '20', '--seed', '3');
  expect(out).toMatch(/^passed {2}flash-cut/m);
  expect([code, out]).toEqual([0, expect.stringContaining('1 passed, 0 failed, 0 not run')]);
});
