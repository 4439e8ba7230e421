import { Compile } from 'typebox/compile';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditPage } from '../../../host/api/contract.ts';
import { type HostUnderTest, password, startHostUnderTest } from './host-under-test.ts';
import { type Person, personOf } from './signed-in.ts';

let host: HostUnderTest;
let ada: Person;
let otto: Person;

beforeAll(async () => {
  host = await startHostUnderTest();
  ada = await personOf(host, 'ada', { '*': 'admin' });
  otto = await personOf(host, 'otto', { barn: 'admin', home: 'viewer' });
  await host.sites.create('barn', null);
});
afterAll(() => host.close());

const record = (site: string | null, subject: string) =>
  host.audit.record({
    ...{ access: null, address: null, action: 'gateway.create', subject, site },
    ...{ before: null, after: null },
  });
const page = async (person: Person, query = '') => {
  const response = await person.ask('GET', `/api/v1/audit${query}`);
  expect(response.statusCode, response.body).toBe(200);
  expect(Compile(AuditPage).Errors(response.json())).toEqual([]);
  return response.json();
};
const subjects = (told: { entries: { subject: string }[] }) => told.entries.map(({ subject }) => subject);
const signIn = (user: string, given: string, remoteAddress: string) =>
  host.ask({ method: 'POST', url: '/api/v1/session', body: { user, password: given }, remoteAddress });
const newest = async (count: number) => {
  const { entries }: AuditPage = await page(ada, `?limit=${count}`);
  return entries.map(({ action, subject, by, address }) => [action, subject, by, address]);
};

describe('the audit log', () => {
  it('tells admins of a site about it, those of the host about everything, and others nothing', async () => {
    for (const [site, subject] of [
      ['home', 'a'],
      ['barn', 'b'],
      [null, 'c'],
    ] as const)
      record(site, subject);
    expect(subjects(await page(ada, '?limit=3'))).toEqual(['c', 'b', 'a']);
    expect(subjects(await page(otto))).toEqual(['b']);
    expect(subjects(await page(ada, '?site=home&limit=1'))).toEqual(['a']);
    expect((await otto.ask('GET', '/api/v1/audit?site=home')).json().code).toBe('access.role');
    expect((await otto.ask('GET', '/api/v1/audit?site=nowhere')).json().code).toBe('site.unknown');
    const vera = await personOf(host, 'vera', { '*': 'operator' });
    expect((await vera.ask('GET', '/api/v1/audit')).json().code).toBe('access.role');
  });

  it('is read page by page to its end', async () => {
    for (let index = 0; index < 25; index++) record('barn', `p${index}`);
    const seen: string[] = [];
    for (let next: number | null = Number.MAX_SAFE_INTEGER; next !== null; ) {
      const told: AuditPage = await page(otto, `?limit=10&before=${next}`);
      seen.push(...subjects(told));
      next = told.next;
    }
    expect(seen).toEqual([...Array.from({ length: 25 }, (_, index) => `p${24 - index}`), 'b']);
  });
});

describe('who comes and who does not', () => {
  it('is taken down: the name where it is one of ours, since people type passwords there', async () => {
    expect((await signIn('ada', password, '192.0.2.1')).statusCode).toBe(201);
    expect((await signIn('ada', 'wrong', '192.0.2.1')).statusCode).toBe(401);
    expect((await signIn('my secret password', 'ada', '192.0.2.2')).statusCode).toBe(401);
    expect(await newest(3)).toEqual([
      ['session.wrong', '', 'stranger', '192.0.2.2'],
      ['session.wrong', 'ada', 'stranger', '192.0.2.1'],
      ['session.signIn', 'ada', 'account', '192.0.2.1'],
    ]);
  });

  it('and of who comes too often once', async () => {
    for (let index = 0; index < 40; index++) await signIn('nobody', 'wrong', '192.0.2.9');
    const { entries }: AuditPage = await page(ada, '?limit=40');
    const own = entries.filter(({ address }) => address === '192.0.2.9').map(({ action }) => action);
    expect(own.filter(action => action === 'session.throttled')).toHaveLength(1);
    expect(own.length).toBeLessThanOrEqual(11);
  });
});
