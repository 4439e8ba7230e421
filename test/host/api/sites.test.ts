import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toHex } from '#core/bytes.ts';
import { pairingSecret, proofOf } from '#core/pairing.ts';
import { readCode } from '#core/pairing-code.ts';
import { sha256 } from '../../../host/pairing/pairing.ts';
import { Sites } from '../../../host/site/sites.ts';
import { type HostUnderTest, signInFirst, startHostUnderTest } from './host-under-test.ts';
import { type Person, personOf, personWith } from './signed-in.ts';
import { siteStartMs, storeSite } from './stored-site.ts';

let host: HostUnderTest;
let ada: Person;

beforeAll(async () => {
  host = await startHostUnderTest();
  ada = personWith(host, { cookie: await signInFirst(host) });
  await storeSite(host);
});
afterAll(() => host.close());

const api = (path: string) => `/api/v1/${path}`;
const codeOf = async (answer: ReturnType<Person['ask']>) => {
  const { statusCode, body } = await answer;
  return statusCode < 300 ? statusCode : JSON.parse(body).code;
};

describe('sites', () => {
  it('begin with home, and another one is made, named and told to who may see it', async () => {
    expect((await ada.ask('GET', api('sites'))).json()).toEqual([
      { id: 'home', name: null, role: 'admin', gateways: 1 },
    ]);
    const made = await ada.ask('POST', api('sites'), { id: 'barn', name: 'The barn' });
    expect(made.statusCode, made.body).toBe(201);
    expect(made.json()).toEqual({ id: 'barn', name: 'The barn', role: 'admin', gateways: 0 });
    const vera = await personOf(host, 'vera', { barn: 'viewer' });
    expect((await vera.ask('GET', api('sites'))).json()).toEqual([
      { id: 'barn', name: 'The barn', role: 'viewer', gateways: 0 },
    ]);
    expect((await vera.ask('GET', api('sites/barn'))).json()).toMatchObject({ version: 0, name: 'The barn' });
    expect(await codeOf(ada.ask('POST', api('sites'), { id: 'barn' }))).toBe('site.exists');
    expect(await codeOf(ada.ask('GET', api('sites/shed')))).toBe('site.unknown');
    expect(await codeOf(ada.ask('GET', api('gateways?site=shed')))).toBe('site.unknown');
  });

  it('outlive the host, and what one site alone was said to be is that of home', async () => {
    await host.store.run('CREATE TABLE site (number INTEGER PRIMARY KEY, version BIGINT, body VARCHAR)');
    const old = { name: 'Before', meters: {}, tariff: null };
    await host.store.run('INSERT INTO site VALUES (1, 7, ?)', [JSON.stringify(old)]);
    await host.store.run("DELETE FROM site_book WHERE site = 'home'");
    expect((await Sites.open(host.store)).state('home')).toEqual({ ...old, version: 7 });
    // The old row is of the past as soon as there is a newer one.
    const again = await Sites.open(host.store);
    expect(await again.set('home', { version: 7, name: 'Now', meters: {}, tariff: null })).toMatchObject({
      kind: 'set',
    });
    const last = await Sites.open(host.store);
    expect(last.state('home')).toMatchObject({ version: 8, name: 'Now' });
    expect(last.ids).toEqual(['home', 'barn']);
    await host.store.run('DROP TABLE site');
  });

  it('take a gateway with all it measured and what was said of its meters, and the other one has it no more', async () => {
    const meters = {
      'cellar.house': { name: 'Netz', role: 'grid' },
      'cellar.sun': { name: 'Dach', below: 'cellar.house' },
      'attic.gone': { name: 'Old', below: 'cellar.house' },
      'cellar.gone': { name: 'Older', below: 'attic.gone' },
    };
    const { version } = (await ada.ask('GET', api('sites/home'))).json();
    const said = await ada.ask('PUT', api('sites/home'), { version, name: 'Home', meters, tariff: null });
    expect(said.statusCode, said.body).toBe(200);
    const hugo = await personOf(host, 'hugo', { home: 'admin' });
    const bob = await personOf(host, 'bob', { barn: 'admin' });
    const range = `from=${siteStartMs}&to=${siteStartMs + 600_000}`;
    const chart = api(`readings?series=cellar.house.powerW&${range}`);
    const before = (await hugo.ask('GET', chart)).body;
    expect(await codeOf(bob.ask('GET', chart))).toBe('series.unknown');
    expect(await codeOf(hugo.ask('PUT', api('gateways/cellar/site'), { site: 'barn' }))).toBe('access.role');
    expect(await codeOf(ada.ask('PUT', api('gateways/cellar/site'), { site: 'shed' }))).toBe('site.unknown');
    expect(await codeOf(ada.ask('PUT', api('gateways/shed/site'), { site: 'barn' }))).toBe('gateway.unknown');
    expect(await codeOf(ada.ask('PUT', api('gateways/cellar/site'), { site: 'barn' }))).toBe(204);

    expect(await codeOf(hugo.ask('GET', chart))).toBe('series.unknown');
    expect((await bob.ask('GET', chart)).body).toBe(before);
    expect((await bob.ask('GET', api('gateways'))).json()).toMatchObject([{ id: 'cellar', site: 'barn' }]);
    expect((await bob.ask('GET', api('meters'))).json()).toMatchObject([
      { key: 'cellar.house', name: 'Netz', role: 'grid' },
      { key: 'cellar.sun', name: 'Dach', below: 'cellar.house' },
    ]);
    for (const path of ['gateways', 'meters', 'series', 'imports', 'rollouts'])
      expect((await hugo.ask('GET', api(path))).json(), path).toEqual([]);
    expect((await hugo.ask('GET', api('sites/home'))).json().meters).toEqual({
      'attic.gone': { name: 'Old' },
    });
    expect((await bob.ask('GET', api('sites/barn'))).json().meters).toEqual({
      'cellar.house': { name: 'Netz', role: 'grid' },
      'cellar.sun': { name: 'Dach', below: 'cellar.house' },
      'cellar.gone': { name: 'Older' },
    });
    expect((await Sites.open(host.store)).siteOf('cellar')).toBe('barn');
    expect((await ada.ask('GET', api('gateways?site=home'))).json()).toEqual([]);
  });

  it("what one says of another's meter changes nothing there, and tells nothing", async () => {
    const hugo = await personOf(host, 'hugh', { home: 'admin' });
    const { version } = (await hugo.ask('GET', api('sites/home'))).json();
    const meters = {
      'cellar.house': { name: 'Mine' },
      'nobody.house': { name: 'Mine', below: 'cellar.house' },
    };
    const said = await hugo.ask('PUT', api('sites/home'), { version, name: null, meters, tariff: null });
    expect(said.statusCode, said.body).toBe(200);
    expect((await ada.ask('GET', api('meters/cellar.house'))).json().name).toBe('Netz');
  });

  it('go only without gateways; home stays; who was let in is so no more where the id is given again', async () => {
    await ada.ask('POST', api('sites'), { id: 'shed' });
    const sue = await personOf(host, 'sue', { shed: 'operator', barn: 'viewer' });
    const expiresMs = host.clock.nowMs + 86_400_000;
    const link = { name: 'l', site: 'shed', view: '#/overview', meters: null, expiresMs };
    const { share } = (await ada.ask('POST', api('shares'), link)).json();
    const guest = personWith(host, { cookie: `joulegate=${share}` });
    expect(await codeOf(guest.ask('GET', api('sites/shed')))).toBe(200);
    await ada.ask('POST', api('mqtt-clients'), { id: 'shed-app', sites: ['shed'], mayWrite: false });
    for (const site of ['home', 'barn'])
      expect(await codeOf(ada.ask('DELETE', api(`sites/${site}`)))).toBe('site.kept');
    expect(await codeOf(ada.ask('DELETE', api('sites/shed')))).toBe(204);
    expect(await codeOf(ada.ask('DELETE', api('sites/shed')))).toBe('site.unknown');
    await ada.ask('POST', api('sites'), { id: 'shed' });
    expect((await sue.ask('GET', api('sites'))).json()).toMatchObject([{ id: 'barn' }]);
    expect(await codeOf(guest.ask('GET', api('sites/shed')))).toBe('session.missing');
    expect((await ada.ask('GET', api('mqtt-clients'))).json()).toEqual([]);
  });
});

describe('a new gateway', () => {
  it('is of the site asked for, or of the one that its maker administers', async () => {
    const bob = await personOf(host, 'bo', { barn: 'admin' });
    const both = await personOf(host, 'bea', { barn: 'admin', shed: 'admin' });
    expect(await codeOf(bob.ask('POST', api('gateways'), { id: 'barn-1' }))).toBe(201);
    expect(await codeOf(bob.ask('POST', api('gateways'), { id: 'barn-2', site: 'home' }))).toBe(
      'site.unknown',
    );
    expect(await codeOf(both.ask('POST', api('gateways'), { id: 'barn-2' }))).toBe('request.invalid');
    expect(await codeOf(both.ask('POST', api('gateways'), { id: 'barn-2', site: 'shed' }))).toBe(201);
    expect(await codeOf(ada.ask('POST', api('gateways'), { id: 'home-1' }))).toBe(201);
    const sites = (await ada.ask('GET', api('gateways')))
      .json()
      .map(({ id, site }: Record<string, string>) => [id, site]);
    expect(sites).toEqual([
      ['barn-1', 'barn'],
      ['barn-2', 'shed'],
      ['cellar', 'barn'],
      ['home-1', 'home'],
    ]);
  });

  it("of an id that another site's has is refused with the words for one of one's own", async () => {
    const bob = await personOf(host, 'ben', { barn: 'admin' });
    const answers = async (path: string, body: (id: string) => object) => {
      const texts = [];
      for (const id of ['home-1', 'barn-1']) {
        const { statusCode, body: text } = await bob.ask('POST', api(path), body(id));
        texts.push(`${statusCode} ${text.replace(id, 'ID')}`);
      }
      return texts;
    };
    const [foreign, own] = await answers('gateways', id => ({ id }));
    expect(foreign).toBe(own);
    expect(foreign).toContain('gateway.exists');
    const [foreignCode, ownCode] = await answers('pairings', gateway => ({ gateway }));
    expect(foreignCode).toBe(ownCode);
    // One's own is renewed, another's is not.
    const [foreignRenewal, ownRenewal] = await answers('pairings', gateway => ({ gateway, renew: true }));
    expect(foreignRenewal).toBe(foreignCode);
    expect(ownRenewal).toMatch(/^201/);
    const pairings = (await bob.ask('GET', api('pairings'))).json();
    expect(pairings).toMatchObject([{ reserved: 'barn-1', site: 'barn' }]);
  });

  it("that is paired joins the site of its code, and never takes the id of another site's gateway", async () => {
    const bob = await personOf(host, 'bill', { barn: 'admin' });
    const gary = await personOf(host, 'gary', { home: 'admin' });
    const paired = async (made: { readonly code: string }, device: string) => {
      const nonce = new Uint8Array(16).fill(device.length);
      const secret = pairingSecret(sha256, readCode(made.code) ?? made.code);
      const hello = { device, chip: 'esp32', board: 'a board', firmware: '0.1.0' };
      const proof = toHex(proofOf(sha256, secret, nonce, hello));
      const body = { v: 1, nonce: toHex(nonce), ...hello, proof };
      return host.ask({ method: 'POST', url: api('pair'), body });
    };
    const pairing = async (body: object) => (await bob.ask('POST', api('pairings'), body)).json();
    const first = await pairing({});
    expect(first.site).toBe('barn');
    expect(await codeOf(gary.ask('GET', api(`pairings/${first.id}`)))).toBe('pairing.unknown');
    // home-1 has a credential and has never come; at its own site it would be taken for the same device.
    expect((await paired(first, 'home-1')).statusCode).toBe(201);
    expect((await bob.ask('GET', api(`pairings/${first.id}`))).json()).toMatchObject({ gateway: 'home-1-2' });
    expect(host.sites.siteOf('home-1-2')).toBe('barn');
    expect(await codeOf(gary.ask('GET', api('gateways/home-1-2')))).toBe('gateway.unknown');
    // An id that was free when the code was made, and is another's when it comes.
    const second = await pairing({ gateway: 'late' });
    expect(await codeOf(gary.ask('POST', api('gateways'), { id: 'late' }))).toBe(201);
    const refused = await paired(second, 'late');
    expect(refused.json().code).toBe('gateway.exists');
    expect(host.sites.siteOf('late')).toBe('home');
  });
});

it('a roll-out over gateways of several sites is of those alone who see all of them', async () => {
  const bob = await personOf(host, 'bela', { barn: 'admin' });
  const both = await personOf(host, 'belinda', { barn: 'admin', home: 'viewer' });
  const order = { gateways: ['barn-1', 'home-1'], settings: { lines: [], meters: [] } };
  expect(await codeOf(bob.ask('POST', api('rollouts'), order))).toBe('gateway.unknown');
  expect(await codeOf(both.ask('POST', api('rollouts'), order))).toBe('access.role');
  const made = await ada.ask('POST', api('rollouts'), order);
  expect(made.statusCode, made.body).toBe(201);
  const { id } = made.json();
  expect((await bob.ask('GET', api('rollouts'))).json()).toEqual([]);
  expect(await codeOf(bob.ask('GET', api(`rollouts/${id}`)))).toBe('rollout.unknown');
  expect(await codeOf(bob.ask('POST', api(`rollouts/${id}/cancel`)))).toBe('rollout.unknown');
  expect((await both.ask('GET', api('rollouts'))).json()).toMatchObject([{ id }]);
  expect(await codeOf(both.ask('POST', api(`rollouts/${id}/cancel`)))).toBe('access.role');
  // Paused or stopped, it is not theirs to end by one of their own.
  for (const step of ['', 'pause']) {
    if (step !== '') expect(await codeOf(ada.ask('POST', api(`rollouts/${id}/${step}`)))).toBe(200);
    const own = await bob.ask('POST', api('rollouts'), { ...order, gateways: ['barn-1'] });
    expect(own.json().code).toBe('rollout.busy');
    expect(own.body).not.toContain(id);
  }
  const audit = await bob.ask('GET', api('audit?site=barn'));
  expect(audit.body).toContain('rollout');
  expect(audit.body).not.toContain('"home-1"');
});
