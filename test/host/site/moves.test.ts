import { afterAll, beforeAll, expect, it } from 'vitest';
import { Sites } from '../../../host/site/sites.ts';
import { Store } from '../../../host/store/store.ts';

let store: Store;
beforeAll(async () => {
  store = await Store.open({ zone: 'UTC' });
});
afterAll(() => store.close());

it('a gateway moves with what is said of its meters, or stays with it where that fails half-way', async () => {
  const sites = await Sites.open(store);
  await sites.create('barn', null);
  const meters = { 'cellar.house': { name: 'Netz' } };
  await sites.set('home', { version: 0, name: null, meters, tariff: null });
  await store.run('ALTER TABLE gateway_site RENAME TO away');
  await expect(sites.move('cellar', 'barn')).rejects.toThrow('gateway_site');
  await store.run('ALTER TABLE away RENAME TO gateway_site');
  for (const each of [sites, await Sites.open(store)]) {
    expect(each.siteOf('cellar')).toBe('home');
    expect(each.state('home')?.meters).toEqual(meters);
    expect(each.state('barn')?.meters).toEqual({});
  }
  await sites.move('cellar', 'barn');
  for (const each of [sites, await Sites.open(store)]) {
    expect(each.siteOf('cellar')).toBe('barn');
    expect(each.state('barn')?.meters).toEqual(meters);
  }
});

it('a gateway that is made while its site is taken away is made before, or not at all', async () => {
  const sites = await Sites.open(store);
  await sites.create('shed', null);
  let isMade = false;
  const made = sites.adopt(
    'new',
    'shed',
    () => {},
    async () => {
      isMade = true;
    },
  );
  const removed = sites.remove('shed', () => !isMade);
  await made;
  expect(await removed).toBe('kept');
  expect(sites.siteOf('new')).toBe('shed');
});
