import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { copyHostWithout, packageDir } from '../host-copy.ts';
import type { SaidOfConnectors } from './host-without-folders.ts';

const program = 'dist/test/wires/host-without-folders.js';

/** Which folders are gone from which host: each from one of the two. No folder leans on another: `test/repository/import-rules.ts`. */
const halves = (folders: readonly string[]): readonly (readonly string[])[] =>
  [0, 1].map(half => folders.filter((_, index) => index % 2 === half));

test('a host without a connector’s folder starts, has and offers all other kinds, and says of a source of that kind what is missing', async () => {
  const entries = await readdir(join(packageDir, 'host/connectors'), { withFileTypes: true });
  const all = entries.filter(entry => entry.isDirectory()).map(({ name }) => name);
  const folder = await mkdtemp(join(tmpdir(), 'joulegate-folders-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const data = join(folder, 'data');
  await mkdir(data);
  for (const [index, gone] of halves(all).entries()) {
    const place = join(folder, `host-${index}`);
    await copyHostWithout(gone, place);
    await cp(join(packageDir, program), join(place, program));
    const { stdout } = await promisify(execFile)(process.execPath, [join(place, program), data, all.join()]);
    const { kinds, offered, faults, refusals, sent }: SaidOfConnectors = JSON.parse(stdout);
    const there = all.filter(name => !gone.includes(name)).sort();
    expect([[...kinds].sort(), [...offered].sort()]).toEqual([there, there]);
    // A kind that is there says what is wrong with settings; one that is gone is none to set up.
    expect(Object.keys(refusals).sort()).toEqual([...all].sort());
    for (const [kind, { code, field }] of Object.entries(refusals))
      expect([kind, code, field === 'kind']).toEqual([kind, 'connector.settings', gone.includes(kind)]);
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
