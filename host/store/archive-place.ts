import { readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { makeFolder } from '../make-folder.ts';
import { isThere, placesOf, sizeOf, sync } from './recovery-files.ts';

/** Puts files of the archive that lie ready in place of those they are made of; empty ones stand for such as go. Goes on after a kill. */
export async function placeArchive(dataDir: string): Promise<void> {
  const { archive, archiveRestoring } = placesOf(dataDir);
  if (!(await isThere(archiveRestoring))) return;
  for (const entry of await readdir(archiveRestoring, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const from = join(entry.parentPath, entry.name);
    const to = join(archive, relative(archiveRestoring, from));
    await makeFolder(dirname(to));
    if ((await sizeOf(from)) === 0) await rm(to, { force: true });
    else await rename(from, to);
    await sync(dirname(to));
  }
  await rm(archiveRestoring, { recursive: true });
}
