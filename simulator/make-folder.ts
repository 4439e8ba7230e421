import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder, and those above it that are missing. Node's `recursive` never comes back where nothing can be made under a
 * folder that is there, as in /proc: it takes the system's ENOENT for a missing parent.
 * @throws Error of the system where it cannot be made, or is a file
 */
export function makeFolder(folder: string): void {
  const path = resolve(folder);
  if (!existsSync(dirname(path))) makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}
