import { afterEach, beforeEach, expect, test } from 'vitest';
import { openAuth } from '../../../host/auth/auth.ts';
import { Events } from '../../../host/events.ts';
import { Fleet } from '../../../host/fleet.ts';
import { finishHalfMade } from '../../../host/pairing/half-made.ts';
import { Store } from '../../../host/store/store.ts';

let store: Store;
beforeEach(async () => {
  store = await Store.open({ zone: 'Europe/Berlin', upkeepMs: 0 });
});
afterEach(() => store.close());

test('a gateway whose host was killed behind its credential is seen after the next start, and nothing else changes', async () => {
  const { credentials } = await openAuth(store, { nowMs: Date.now });
  const fleet = await Fleet.open(store, new Events());
  const password = await credentials.issue('attic');
  await credentials.issue('cellar');
  await fleet.register('cellar');
  await fleet.register('roof');

  const after = await Fleet.open(store, new Events());
  expect(after.has('attic')).toBe(false);
  const logged: string[] = [];
  const log = (_level: string, text: string) => void logged.push(text);
  await finishHalfMade(credentials, after, log);
  await finishHalfMade(credentials, after, log);
  expect(logged).toEqual([expect.stringMatching(/while attic was made/)]);
  expect((await Fleet.open(store, new Events())).gateways().map(({ id }) => id)).toEqual([
    'attic',
    'cellar',
    'roof',
  ]);
  expect(await credentials.verify('attic', password)).toBe(true);
});
