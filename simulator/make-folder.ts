import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder, and those above it that are missing, with a mode where one is given. The simulator's own, for it imports nothing
 * of the host, which has the same for the same reason (`host/make-folder.ts`): Node's `recursive` never comes back where nothing
 * can be made under a folder that is there.
 * @throws Error of the system where it cannot be made, or is a file
 */
export function makeFolder(folder: string, mode?: number): void {
  const path = resolve(folder);
  const above = dirname(path);
  if (above !== path && !existsSync(above)) makeFolder(above, mode);
  try {
    mkdirSync(path, mode);
  } catch (error) {
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}
