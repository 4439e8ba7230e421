import { afterAll, beforeAll, expect, it } from 'vitest';
import { changes, sendChange } from './changes.ts';
import { openStage, routesOf, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

it('every changing route leaves an entry that says who, what and where, where it has changed something', async () => {
  const { host } = stage;
  const listed = changes.map(({ route }) => route);
  const changing = routesOf(host).filter(route => /^(POST|PUT|PATCH|DELETE) \/api/.test(route));
  // Who adds a changing route adds a request to it in `changes.ts`.
  expect([...new Set(changing)].filter(route => !listed.includes(route))).toEqual([]);
  expect(listed.filter(route => !changing.includes(route))).toEqual([]);
  const silent: string[] = [];
  let entered = 0;
  for (const change of changes) {
    const [before] = await host.audit.list({ sites: 'all', limit: 1 });
    const response = await sendChange(stage, change);
    const { status = Math.floor(response.statusCode / 100) === 2 ? response.statusCode : 200 } = change;
    expect(response.statusCode, `${change.route}: ${response.body}`).toBe(status);
    const [entry] = await host.audit.list({ sites: 'all', limit: 1 });
    const isEntered = entry !== undefined && entry.number !== before?.number;
    if (isEntered === (change.isNoChange === true)) silent.push(change.route);
    if (!isEntered) continue;
    entered++;
    expect(entry.action, change.route).toMatch(/^[a-zA-Z]+(\.[a-zA-Z-]+)+$/);
    expect(entry.subject, change.route).not.toBe('');
    if (change.isPublic === undefined)
      expect(entry, change.route).toMatchObject({ by: 'account', user: 'ada' });
    expect(entry.address).toBe('127.0.0.1');
  }
  expect(silent).toEqual([]);
  console.log(
    `${changes.length} changing routes: ${entered} leave an entry, ${changes.length - entered} change nothing`,
  );
});

it('and none of them brought a password, token, code or link into the log', async () => {
  const entries = JSON.stringify(await stage.host.audit.list({ sites: 'all', limit: 500 }));
  for (const secret of [
    'a long enough password',
    'quite another horse staple',
    'what bert will change',
    'another that bert',
    'jg_',
    'jgs_',
  ])
    expect(entries).not.toContain(secret);
});
