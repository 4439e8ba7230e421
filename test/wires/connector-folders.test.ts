import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import type { SaidOfConnectors } from './host-without-folders.ts';

const packageDir = fileURLToPath(new URL('../..', import.meta.url));
const program = 'dist/test/wires/host-without-folders.js';

/** A copy of the built host without some connectors. */
async function copyWithout(gone: readonly string[], place: string): Promise<void> {
  await mkdir(join(place, 'dist/test/wires'), { recursive: true });
  for (const same of ['package.json', 'node_modules', 'dist/firmware', 'dist/web'])
    await symlink(join(packageDir, same), join(place, same));
  await cp(join(packageDir, program), join(place, program));
  const paths = new Set(gone.map(each => join(packageDir, 'dist/host/connectors', each)));
  await cp(join(packageDir, 'dist/host'), join(place, 'dist/host'), {
    recursive: true,
    filter: path => !paths.has(path),
  });
}

/** Which folders are gone from which host: each from one of the two. No folder leans on another: `test/repository/import-rules.ts`. */
const halves = (folders: readonly string[]): readonly (readonly string[])[] =>
  [0, 1].map(half => folders.filter((_, index) => index % 2 === half));

test('a host without a connector’s folder starts, has all other kinds, and says of a source of that kind what is missing', async () => {
  const entries = await readdir(join(packageDir, 'host/connectors'), { withFileTypes: true });
  const all = entries.filter(entry => entry.isDirectory()).map(({ name }) => name);
  const folder = await mkdtemp(join(tmpdir(), 'joulegate-folders-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const data = join(folder, 'data');
  await mkdir(data);
  for (const [index, gone] of halves(all).entries()) {
    const place = join(folder, `host-${index}`);
    await copyWithout(gone, place);
    const { stdout } = await promisify(execFile)(process.execPath, [join(place, program), data, all.join()]);
    const { kinds, faults, sent }: SaidOfConnectors = JSON.parse(stdout);
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
});
