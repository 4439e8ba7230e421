import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder as ofHost } from '../../host/make-folder.ts';
import { makeFolder as ofSimulator } from '../../simulator/make-folder.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'joulegate-folder-'));
});
afterEach(() => rmSync(root, { recursive: true }));

describe.each([
  ['host', ofHost],
  ['simulator', async (...made: Parameters<typeof ofSimulator>) => ofSimulator(...made)],
])('a folder that the %s makes', (_name, makeFolder) => {
  it('is there with those above it, for nobody else where it is asked for so', async () => {
    await makeFolder(join(root, 'a', 'b'), 0o700);
    for (const made of ['a', 'a/b']) expect(statSync(join(root, made)).mode & 0o777).toBe(0o700);
  });

  it('may be there, and may be made by others at once', async () => {
    const folder = join(root, 'a', 'b', 'c');
    await Promise.all([makeFolder(folder), makeFolder(folder), makeFolder(join(folder, 'd'))]);
    await makeFolder(folder);
    expect(existsSync(join(folder, 'd'))).toBe(true);
  });

  it('is refused at once where there is a file, or a link to nothing', async () => {
    writeFileSync(join(root, 'file'), '');
    symlinkSync(join(root, 'nothing'), join(root, 'link'));
    await expect(makeFolder(join(root, 'file'))).rejects.toThrow('EEXIST');
    await expect(makeFolder(join(root, 'file', 'a'))).rejects.toThrow('ENOTDIR');
    await expect(makeFolder(join(root, 'link', 'a'))).rejects.toThrow('EEXIST');
  });

  // Not even root makes anything there: the system says that it is missing.
  it.runIf(existsSync('/proc/self'))('is refused at once where none can be made', async () => {
    await expect(makeFolder('/proc/joulegate/a')).rejects.toThrow('ENOENT');
  });
});
