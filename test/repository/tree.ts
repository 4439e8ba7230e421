import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** The checkout that the tests run in. */
export const root = resolve(import.meta.dirname, '../..');

const skipped = new Set(['node_modules', 'dist', 'data', '.git', '.cache', 'test-results', 'vectors']);

/** Every file under a folder of the checkout, as paths from its top with `/`, in order. */
export function filesUnder(folder: string): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(resolve(root, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (!skipped.has(entry.name)) found.push(...filesUnder(path));
    } else found.push(path);
  }
  return found.sort();
}

export const read = (path: string): string => readFileSync(resolve(root, path), 'utf8');

export const isScript = (path: string): boolean => /\.[cm]?[jt]sx?$/.test(path);
