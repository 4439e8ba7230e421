import { expect, test } from 'vitest';
import { filesUnder, read } from './tree.ts';

const connectors = filesUnder('host/connectors').flatMap(
  path => /^host\/connectors\/([^/]+)\/connector\.ts$/.exec(path)?.[1] ?? [],
);

test.each(connectors)('%s has its page, which tells what was and what was not tested', id => {
  const page = read(`docs/connectors/${id}.md`);
  expect(page).toMatch(/^## Tested$|\*\*Tested\*\*/m);
  expect(page).toMatch(/\*\*not tested (against|with) [^*]+\*\*/i);
});

test.each(connectors)('%s is found from the list of other sources', id => {
  expect(read('docs/connectors/README.md')).toContain(`](${id}.md)`);
});
