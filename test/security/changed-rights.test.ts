import { get, request as send } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SiteRoles } from '../../host/auth/roles.ts';
import { type HostUnderTest, password } from '../host/api/host-under-test.ts';
import { type Person, personOf } from '../host/api/signed-in.ts';
import { siteStartMs } from '../host/api/stored-site.ts';
import { openStage, type Stage } from './stage.ts';
import { importOf, makeTwoSites, sendFile, type TwoSites } from './two-sites.ts';

let stage: Stage;
let host: HostUnderTest;
let two: TwoSites;
let ada: Person;
let port: number;

beforeAll(async () => {
  stage = await openStage();
  ({ host, ada } = stage);
  two = await makeTwoSites(stage);
  port = Number(new URL(await host.api.listen({ host: '127.0.0.1', port: 0 })).port);
});
afterAll(() => stage.close());

let people = 0;
const somebody = async (roles: SiteRoles) => {
  const user = `somebody-${++people}`;
  return { user, ...(await personOf(host, user, roles)) };
};
const report = (what: string, tries: number, got: number) => {
  console.log(`${what}: ${tries} tried, ${got} got through`);
  expect(got).toBe(0);
};

/** Begins a request and sends its body once `meanwhile` is done, as a slow line or an attacker does. */
async function sendSlowly(
  who: Person,
  method: string,
  path: string,
  body: string,
  meanwhile: () => Promise<unknown>,
  type = 'application/json',
): Promise<number | undefined> {
  const headers = { ...who.headers, 'content-type': type, 'content-length': Buffer.byteLength(body) };
  const request = send({ host: '127.0.0.1', port, method, path, headers, agent: false });
  const status = new Promise<number | undefined>((resolve, reject) => {
    request.on('error', reject);
    request.on('response', response => {
      response.resume();
      resolve(response.statusCode);
    });
  });
  request.flushHeaders();
  request.write(body.slice(0, 1));
  const before = await host.ask({ url: '/api/v1/health' });
  expect(before.statusCode).toBe(200);
  await new Promise(go => setTimeout(go, 30));
  await meanwhile();
  request.end(body.slice(1));
  return status;
}

it('a change whose body comes after the rights have gone changes nothing', async () => {
  const body = JSON.stringify({ id: 'planted' });
  const ways: ((user: string) => Promise<unknown>)[] = [
    user => ada.ask('DELETE', `/api/v1/accounts/${user}`),
    user => ada.ask('PATCH', `/api/v1/accounts/${user}`, { roles: { barn: 'viewer' } }),
    user => ada.ask('PATCH', `/api/v1/accounts/${user}`, { password: 'seven yellow teapots' }),
    user => host.auth.sessions.endAll(user),
  ];
  let got = 0;
  for (const way of ways) {
    const who = await somebody({ barn: 'admin' });
    const status = await sendSlowly(who, 'POST', '/api/v1/gateways', body, () => way(who.user));
    if (status !== 401 && status !== 403) got++;
  }
  expect(host.fleet.has('planted')).toBe(false);
  report('slow bodies of people who lost their rights', ways.length, got);
});

it('an import under way ends with the rights of who asked for it', async () => {
  const who = await somebody({ barn: 'admin' });
  const file = await sendFile(host, who);
  const count = host.store.imports.list().length;
  const prepare = host.store.imports.prepare.bind(host.store.imports);
  // The real one, and something that happens while it runs.
  host.store.imports.prepare = async (...given) => {
    const prepared = await prepare(...given);
    await ada.ask('PATCH', `/api/v1/accounts/${who.user}`, { roles: { barn: 'viewer' } });
    return prepared;
  };
  const order = { ...importOf(file, 'stable.late'), why: 'late' };
  const answer = await who.ask('POST', '/api/v1/imports', order);
  host.store.imports.prepare = prepare;
  report('imports under way', 1, Number(answer.statusCode < 400));
  expect(host.store.imports.list().length).toBe(count);
});

it('an export under way ends with the right to see it, and with the gateway that goes to another site', async () => {
  const path = `/api/v1/exports/readings?from=0&to=${siteStartMs + 1e7}&series=cellar.house`;
  const ways: ((user: string) => Promise<unknown>)[] = [
    user => ada.ask('PATCH', `/api/v1/accounts/${user}`, { roles: { barn: 'viewer' } }),
    user => host.auth.sessions.endAll(user),
    () => host.sites.move('cellar', 'barn'),
  ];
  const exported = host.store.exported.bind(host.store);
  let got = 0;
  for (const when of ['before the first piece', 'while it is sent'] as const)
    for (const way of ways) {
      const who = await somebody({ home: 'viewer' });
      // The real one, and something that happens meanwhile.
      host.store.exported = async (...given) => {
        const pieces = await exported(...given);
        if (when === 'before the first piece') await way(who.user);
        const next = pieces.next.bind(pieces);
        pieces.next = async () => {
          if (when === 'while it is sent') await way(who.user);
          return next();
        };
        return pieces;
      };
      const isWhole = await new Promise<boolean>((resolve, reject) => {
        const { headers } = who;
        get({ host: '127.0.0.1', port, path, headers, agent: false }, response => {
          response.resume();
          response.on('close', () => resolve(response.statusCode === 200 && response.complete));
          response.on('error', () => {});
        }).on('error', reject);
      });
      if (isWhole) got++;
      host.store.exported = exported;
      await host.sites.move('cellar', 'home');
    }
  report('exports under way', 2 * ways.length, got);
});

it('a roll-out that one site’s people have begun is not done to a gateway of another', async () => {
  const who = await somebody({ home: 'admin' });
  await host.fleet.register('rolled');
  const body = { gateways: ['rolled'], settings: { lines: [], meters: [] } };
  const begun = await who.ask('POST', '/api/v1/rollouts', body);
  expect(begun.statusCode).toBe(201);
  const move = () => ada.ask('PUT', '/api/v1/gateways/rolled/site', { site: 'barn' });
  report('moves of a gateway in a running roll-out', 1, Number((await move()).statusCode < 400));
  await who.ask('POST', `/api/v1/rollouts/${begun.json().id}/cancel`);
  expect((await move()).statusCode).toBe(204);
});

it('a link to one meter does not tell how many gateways there are', async () => {
  const sitesFor = async (who: Person) => (await who.ask('GET', '/api/v1/sites')).json();
  expect(await sitesFor(two.people.narrowLink)).toMatchObject([{ id: 'barn', gateways: 0 }]);
  expect((await sitesFor(two.people.link))[0].gateways).toBeGreaterThan(0);
});

it('an operator takes no gateway away: not by another network, an image or forgetting all', async () => {
  const who = await somebody({ barn: 'operator' });
  const update = { url: 'http://192.0.2.1/i', bytes: 1000, version: '6.6.6', sha256: '0'.repeat(64) };
  const commands: object[] = [
    { name: 'network', network: { broker: 'evil.example' } },
    { name: 'factoryReset' },
    { name: 'cancelUpdate' },
    { name: 'update', update },
  ];
  let got = 0;
  for (const command of commands) {
    const { statusCode } = await who.ask('POST', '/api/v1/gateways/stable/commands', command);
    if (statusCode !== 403 && statusCode !== 400) got++;
  }
  report('commands of an operator that are for admins', commands.length, got);
});

it('a password that was being changed or checked when an admin chose another one is worthless', async () => {
  const mine = 'seven yellow teapots';
  const chosen = 'lantern rabbit coffee';
  const signIn = (user: string, secret: string) =>
    host.ask({ method: 'POST', url: '/api/v1/session', body: { user, password: secret } });
  let got = 0;
  for (let round = 0; round < 10; round++) {
    const { user, ...thief } = await somebody({ barn: 'viewer' });
    const change = { password, newPassword: mine };
    const [, , entered] = await Promise.all([
      thief.ask('PUT', '/api/v1/account/password', change),
      ada.ask('PATCH', `/api/v1/accounts/${user}`, { password: chosen }),
      signIn(user, password),
    ]);
    host.clock.nowMs += 600_000;
    if ((await signIn(user, mine)).statusCode === 201) got++;
    if ((await signIn(user, chosen)).statusCode !== 201) got++;
    const cookie = entered.cookies[0];
    if (cookie === undefined) continue;
    const headers = { cookie: `${cookie.name}=${cookie.value}` };
    if ((await host.ask({ url: '/api/v1/session', headers })).statusCode === 200) got++;
  }
  report('passwords and sessions of before an admin chose another', 10, got);
});

it('what is taken down of people with roles at two sites tells neither of the other', async () => {
  const roles = { home: 'viewer', barn: 'viewer' };
  const body = { user: 'both', password: 'lantern rabbit coffee', roles };
  expect((await ada.ask('POST', '/api/v1/accounts', body)).statusCode).toBe(201);
  await ada.ask('PATCH', '/api/v1/accounts/both', { roles: { home: 'operator', barn: 'operator' } });
  await ada.ask('PATCH', '/api/v1/accounts/both', { roles: { home: 'operator' } });
  await ada.ask('DELETE', '/api/v1/accounts/both');
  await host.fleet.register('wanderer');
  await ada.ask('PUT', '/api/v1/gateways/wanderer/site', { site: 'barn' });
  const { entries } = (await two.people.admin.ask('GET', '/api/v1/audit?limit=20')).json();
  const about = (subject: string) =>
    entries.filter((entry: { subject: string }) => entry.subject === subject).reverse();
  expect(
    about('both').map(({ action, before, after }: Record<string, unknown>) => [action, before, after]),
  ).toEqual([
    ['account.create', null, { roles: { barn: 'viewer' } }],
    ['account.roles', { roles: { barn: 'viewer' } }, { roles: { barn: 'operator' } }],
    ['account.roles', { roles: { barn: 'operator' } }, { roles: {} }],
  ]);
  expect(about('wanderer')).toHaveLength(1);
  const texts = [...about('both'), ...about('wanderer')].map(entry => JSON.stringify(entry));
  report('entries that name another site', texts.length, texts.filter(text => text.includes('home')).length);
});

it('a site that gets the id of one that is gone hears nothing of what was done there', async () => {
  await ada.ask('POST', '/api/v1/sites', { id: 'again', name: 'old tenants' });
  await ada.ask('PUT', '/api/v1/sites/again', { version: 0, name: 'old secret', meters: {}, tariff: null });
  await ada.ask('DELETE', '/api/v1/sites/again');
  await ada.ask('POST', '/api/v1/sites', { id: 'again', name: 'new tenants' });
  const admin = await somebody({ again: 'admin' });
  const { body } = await admin.ask('GET', '/api/v1/audit');
  expect(body).toContain('new tenants');
  report('entries of the site of before', 1, Number(body.includes('old')));
});

it('an id asked for at two sites in the same instant becomes a gateway of one of them', async () => {
  const [one, other] = [await somebody({ home: 'admin' }), await somebody({ barn: 'admin' })];
  let got = 0;
  for (let round = 0; round < 10; round++) {
    const id = `twin-${round}`;
    const both = round % 2 === 0 ? [one, other] : [other, one];
    const answers = await Promise.all(both.map(who => who.ask('POST', '/api/v1/gateways', { id })));
    const made = answers.flatMap(({ statusCode }, index) => (statusCode === 201 ? [index] : []));
    const site = (host.sites.siteOf(id) === 'home' ? 0 : 1) ^ (round % 2);
    if (made.length !== 1 || made[0] !== site) got++;
    const secret = answers[made[0] ?? 0]?.json().password;
    if (!(await host.auth.credentials.verify(id, String(secret)))) got++;
  }
  report('ids given away twice', 10, got);
});

it('who has a link does not fill the log by signing out', async () => {
  const count = async () => (await host.audit.list({ sites: 'all', limit: 500 })).length;
  const before = await count();
  for (let time = 0; time < 20; time++) await two.people.link.ask('DELETE', '/api/v1/session');
  report('entries by who has a link', 20, (await count()) - before);
});

it('a code for a gateway ends with the right of who asked for it', async () => {
  const who = await somebody({ barn: 'admin' });
  const made = await who.ask('POST', '/api/v1/pairings', { gateway: 'brought' });
  expect(made.statusCode).toBe(201);
  await ada.ask('PATCH', `/api/v1/accounts/${who.user}`, { roles: { barn: 'viewer' } });
  const { state } = (await ada.ask('GET', `/api/v1/pairings/${made.json().id}`)).json();
  report('codes of who is no admin any more', 1, Number(state === 'open'));
});
