import { expect, test } from 'vitest';
import { longSets } from '../faults/long-sets.ts';
import { filesUnder, read } from './tree.ts';

/** A test of `unit` and `e2e` has none: `npm run faults` leaves those projects out. */
const isElsewhere = (path: string): boolean =>
  /^test\/(?:web|repository|e2e|firmware\/(?!app\/|esp32\/))/.test(path);

test('each test that has a long form is among those that `npm run faults` runs', () => {
  const long = filesUnder('test').filter(
    path =>
      path.endsWith('.test.ts') &&
      !path.startsWith('test/repository/') &&
      /\brounds\b[^;]*from '[^']*\/chance\.ts'|JOULEGATE_(?:FAULTS|DEATHS)/.test(read(path)),
  );
  expect(long.length).toBeGreaterThan(20);
  expect(long.filter(path => isElsewhere(path) || !longSets.paths.some(part => path.includes(part)))).toEqual(
    [],
  );
  // And each of them is of some test.
  const all = filesUnder('test').filter(path => path.endsWith('.test.ts'));
  expect(longSets.paths.filter(part => !all.some(path => path.includes(part)))).toEqual([]);
  const config = read('vitest.config.ts');
  expect(longSets.projects.filter(name => !config.includes(`suite('${name}'`))).toEqual([]);
});
