import { existsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder, and those above it that are missing, with a mode where one is given. Node's `recursive` never comes back
 * where nothing can be made under a folder that is there (/proc, a mount that is gone, a link to nothing): it takes the
 * system's ENOENT for a missing parent.
 * @throws Error of the system where it cannot be made, or is a file
 */
export async function makeFolder(folder: string, mode?: number): Promise<void> {
  const path = resolve(folder);
  const above = dirname(path);
  if (above !== path && !existsSync(above)) await makeFolder(above, mode);
  try {
    await mkdir(path, mode);
  } catch (error) {
    const known = await stat(path).catch(() => undefined);
    if (!known?.isDirectory()) throw error;
  }
}
