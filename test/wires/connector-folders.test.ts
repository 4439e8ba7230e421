import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import type { WithoutFolders } from './hosts-without-folders.ts';

const packageDir = fileURLToPath(new URL('../..', import.meta.url));
const program = join(packageDir, 'dist/test/wires/hosts-without-folders.js');

test('a host without a connector’s folder starts, has all other kinds, and says of a source of that kind what is missing', async () => {
  const entries = await readdir(join(packageDir, 'host/connectors'), { withFileTypes: true });
  const all = entries.filter(entry => entry.isDirectory()).map(({ name }) => name);
  const folder = await mkdtemp(join(tmpdir(), 'joulegate-folders-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { stdout } = await promisify(execFile)(process.execPath, [program, packageDir, folder]);
  const hosts = stdout
    .trim()
    .split('\n')
    .map((line): WithoutFolders => JSON.parse(line));

  for (const one of all)
    for (const other of all.filter(name => name !== one))
      expect(
        hosts.some(({ gone }) => gone.includes(one) && !gone.includes(other)),
        `a host without ${one} that has ${other}`,
      ).toBe(true);

  for (const { gone, kinds, faults, sent } of hosts) {
    expect([...kinds].sort()).toEqual(all.filter(name => !gone.includes(name)).sort());
    expect(Object.keys(faults).sort()).toEqual([...all].sort());
    for (const [kind, fault] of Object.entries(faults)) {
      const missing = `this host has no connector ${kind} any more: bring its folder back, or take this source away`;
      if (gone.includes(kind)) expect(fault).toBe(missing);
      // Kinds that are there look at the settings, and one of them takes what is sent to it.
      else if (kind === 'http') expect(fault).toBeNull();
      else expect(fault).toMatch(/is not known|must be given/);
    }
    const isTaken = !gone.includes('http');
    expect(sent.status === 200, JSON.stringify(sent)).toBe(isTaken);
    expect(sent.after - sent.before).toBe(Number(isTaken));
  }
  expect(hosts.some(({ sent }) => sent.after > 0)).toBe(true);
});
