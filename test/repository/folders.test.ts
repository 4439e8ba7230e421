import { expect, test } from 'vitest';
import { filesUnder, isScript, read } from './tree.ts';

test('no folder is made by the `recursive` of Node, which never comes back from /proc: `make-folder.ts` does', () => {
  const scripts = [...filesUnder('host'), ...filesUnder('simulator')].filter(isScript);
  expect(scripts.length).toBeGreaterThan(500);
  expect(scripts.filter(path => /\bmkdir(?:Sync)?\([^;]*\brecursive\b/.test(read(path)))).toEqual([]);
});
