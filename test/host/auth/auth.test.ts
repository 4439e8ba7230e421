import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Auth, openAuth } from '../../../host/auth/auth.ts';
import { Passwords, TooBusy } from '../../../host/auth/passwords.ts';
import { Store } from '../../../host/store/store.ts';

let store: Store;
const clock = { nowMs: 0 };
/** What is proven here does not depend on what a check costs. */
const cheap = { memoryCost: 8, timeCost: 1, parallelism: 1 };
const open = (): Promise<Auth> => openAuth(store, { nowMs: () => clock.nowMs, passwordCost: cheap });

beforeAll(async () => {
  store = await Store.open({ zone: 'UTC' });
});
beforeEach(async () => {
  clock.nowMs = 1e12;
  await open();
  for (const table of ['account', 'session', 'session_origin', 'gateway_credential', 'account_right'])
    await store.run(`DELETE FROM ${table}`);
});
afterAll(() => store.close());

describe('what outlives the host', () => {
  it('is accounts: the same password is right after a restart', async () => {
    await (await open()).accounts.create('ada', 'secret', {});
    const { accounts } = await open();
    expect(accounts.exist).toBe(true);
    expect(await accounts.verify('ada', 'secret')).toBe(true);
    expect(await accounts.verify('ada', 'Secret')).toBe(false);
    expect(await accounts.verify('eve', 'secret')).toBe(false);
  });

  it('is sessions, as long as they stand', async () => {
    const before = await open();
    await before.accounts.create('ada', 'secret', {});
    const { token } = await before.sessions.begin('ada');
    clock.nowMs += 86_400_000;
    const after = await open();
    expect(await after.sessions.use(token)).toMatchObject({
      user: 'ada',
      expiresMs: clock.nowMs + 7 * 86_400_000,
    });
    clock.nowMs += 8 * 86_400_000;
    expect(await (await open()).sessions.use(token)).toBeUndefined();
    expect(await store.all('SELECT * FROM session')).toEqual([]);
  });

  it('is gateway credentials, and of each the newest alone', async () => {
    const { credentials } = await open();
    const passwords = [await credentials.issue('cellar'), await credentials.issue('cellar')];
    const reopened = (await open()).credentials;
    const right = await Promise.all(passwords.map(password => reopened.verify('cellar', password)));
    expect(right).toEqual([false, true]);
    expect(reopened.size).toBe(1);
  });

  it('is what was said last of a credential, also of many given and taken at once', async () => {
    const { credentials } = await open();
    const ids = Array.from({ length: 150 }, (_, index) => `gateway-${index}`);
    const issued = await Promise.all(ids.map(id => credentials.issue(id)));
    // Taken and given anew in the same moment; taken; given and taken.
    const said = [credentials.revoke('gateway-0'), credentials.revoke('gateway-1')];
    const [anew] = await Promise.all([credentials.issue('gateway-0'), ...said]);
    const late = credentials.issue('gateway-2');
    await Promise.all([late, credentials.revoke('gateway-2')]);
    const reopened = (await open()).credentials;
    for (const known of [credentials, reopened]) {
      const rights = await Promise.all(ids.map((id, index) => known.verify(id, issued[index] ?? '')));
      expect(rights.flatMap((isRight, index) => (isRight ? [] : [index]))).toEqual([0, 1, 2]);
      expect(await known.verify('gateway-0', anew ?? '')).toBe(true);
      expect(await known.verify('gateway-2', await late)).toBe(false);
      expect(known.size).toBe(148);
    }
  });
});

describe('an old database', () => {
  it('has accounts without roles: they are admins of the host, and one that comes later without roles is nothing', async () => {
    await store.run('DROP TABLE account_right');
    await store.run("INSERT INTO account VALUES ('ada', 'x', 1)");
    expect((await open()).accounts.rolesOf('ada')).toEqual({ '*': 'admin' });
    await store.run("INSERT INTO account VALUES ('eve', 'x', 2)");
    const { accounts } = await open();
    expect(accounts.rolesOf('ada')).toEqual({ '*': 'admin' });
    expect(accounts.rolesOf('eve')).toEqual({});
  });

  it('loses sessions whose account is gone', async () => {
    await (await open()).sessions.begin('nobody');
    expect((await open()).sessions.all()).toEqual([]);
    expect(await store.all('SELECT * FROM session')).toEqual([]);
    expect(await store.all('SELECT * FROM session_origin')).toEqual([]);
  });
});

describe('roles', () => {
  it('outlive the host, as do who has to choose another password and who signed in last', async () => {
    const { accounts } = await open();
    await accounts.create('ada', 'secret', { home: 'operator', farm: 'admin' }, true);
    await accounts.signedIn('ada');
    await accounts.setRoles('ada', { farm: 'viewer' });
    expect((await open()).accounts.find('ada')).toMatchObject({
      roles: { farm: 'viewer' },
      mustChangePassword: true,
      lastSignInMs: clock.nowMs,
    });
    await accounts.setPassword('ada', 'other');
    const after = (await open()).accounts;
    expect(after.find('ada')?.mustChangePassword).toBe(false);
    expect(await after.verify('ada', 'other')).toBe(true);
    expect(await after.verify('ada', 'secret')).toBe(false);
  });

  it('of the last admin of the host stay, and so does the account', async () => {
    const { accounts, removeAccount } = await open();
    await accounts.create('ada', 'secret', { '*': 'admin' });
    await accounts.create('eve', 'secret', { '*': 'operator', home: 'admin' });
    await expect(accounts.setRoles('ada', { '*': 'viewer' })).rejects.toMatchObject({
      code: 'account.lastAdmin',
    });
    await expect(removeAccount('ada')).rejects.toMatchObject({ code: 'account.lastAdmin' });
    await accounts.setRoles('eve', { '*': 'admin' });
    // Two who take each other's rights at once: one of them keeps theirs.
    const both = await Promise.allSettled([accounts.setRoles('ada', {}), accounts.setRoles('eve', {})]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(accounts.rolesOf('eve')).toEqual({ '*': 'admin' });
  });

  it('of a site that is gone are gone, and what is told of it is who they were', async () => {
    const { accounts } = await open();
    const told: string[] = [];
    accounts.onChange(user => told.push(user));
    await accounts.create('ada', 'secret', { '*': 'admin' });
    await accounts.create('eve', 'secret', { home: 'viewer', farm: 'admin' });
    await accounts.forgetSite('farm');
    expect(accounts.rolesOf('eve')).toEqual({ home: 'viewer' });
    expect(told).toEqual(['eve']);
  });

  it('are not inherited by who gets the name of somebody that is gone', async () => {
    const { accounts, removeAccount, sessions, secondFactors } = await open();
    await accounts.create('ada', 'secret', { '*': 'admin' });
    await accounts.create('eve', 'secret', { home: 'admin' });
    await sessions.begin('eve');
    const removed = removeAccount('eve');
    // The name is free at once, so its sessions are over at once.
    expect([accounts.find('eve'), sessions.of('eve')]).toEqual([undefined, []]);
    await removed;
    await accounts.create('eve', 'secret', {});
    const after = await open();
    expect(after.accounts.rolesOf('eve')).toEqual({});
    expect(after.sessions.of('eve')).toEqual([]);
    expect(secondFactors.has('eve')).toBe(false);
  });
});

describe('sessions', () => {
  it('of an account are 30 at most, the latest, and those of others stay', async () => {
    const { sessions } = await open();
    const other = await sessions.begin('eve');
    const first = await sessions.begin('ada');
    for (let index = 0; index < 30; index++) {
      clock.nowMs += 1000;
      await sessions.begin('ada');
    }
    expect(sessions.of('ada')).toHaveLength(30);
    expect(sessions.isOpen(first.session.id)).toBe(false);
    expect(sessions.isOpen(other.session.id)).toBe(true);
  });

  it('tell where they were begun from, and no more of the browser than can be shown', async () => {
    const agent = `Mozilla\u0000\u001b[31m ünï ${'x'.repeat(500)}`;
    const { session } = await (await open()).sessions.begin('ada', { address: '192.0.2.1', agent });
    expect(session.address).toBe('192.0.2.1');
    expect(session.agent).toMatch(/^Mozilla\?\?\[31m \?n\? x+$/);
    expect(session.agent).toHaveLength(120);
  });
});

describe('what was ended while the disk took nothing', () => {
  it('is worthless at once, stays listed, and goes when it is ended again', async () => {
    const { accounts } = await open();
    await accounts.create('ada', 'secret', {});
    let isFull = false;
    const run: Store['run'] = (sql, params) =>
      isFull && sql.startsWith('DELETE') ? Promise.reject(new Error('disk full')) : store.run(sql, params);
    const tables = { all: store.all.bind(store), run, runAll: store.runAll.bind(store) };
    const { apiTokens, sessions } = await openAuth(tables, {
      nowMs: () => clock.nowMs,
      passwordCost: cheap,
    });
    const { secrets } = apiTokens;
    const made = await secrets.make('ada', clock.nowMs + 1e6, { name: 'x', scopes: [], sites: [] });
    if (made === undefined) throw new Error('one has no token yet');
    const { kept, secret } = made;
    const { token, session } = await sessions.begin('ada');
    isFull = true;
    await expect(secrets.remove(kept.id)).rejects.toThrow('disk full');
    await expect(sessions.end(session.id)).rejects.toThrow('disk full');
    expect(apiTokens.check(secret).state).toBe('expired');
    expect(secrets.get(kept.id)).toEqual(kept);
    expect([await sessions.use(token), sessions.of('ada')]).toEqual([undefined, []]);
    isFull = false;
    expect(await secrets.remove(kept.id)).toBe(true);
    await sessions.end(session.id);
    expect(apiTokens.check(secret).state).toBe('unknown');
    const after = await open();
    expect(after.apiTokens.secrets.list()).toEqual([]);
    expect(after.sessions.all()).toEqual([]);
  });
});

it('a name is taken by one that people take for it', async () => {
  const { accounts } = await open();
  await accounts.create('Ada', 'secret', {});
  for (const name of ['ada', 'ADA', ' Ada', 'Ａda'])
    await expect(accounts.create(name, 'secret', {}), name).rejects.toMatchObject({ code: 'account.exists' });
});

it('a password is the same, however its letters are put together', async () => {
  const { accounts } = await open();
  await accounts.create('ada', 'gr\u00fcne Pa\u00dfage', {});
  expect(await accounts.verify('ada', 'gru\u0308ne Pa\u00dfage')).toBe(true);
  expect(await accounts.verify('ada', 'gr\u00fcne Passage')).toBe(false);
});

it('an account cannot be made over another one', async () => {
  const { accounts } = await open();
  await accounts.create('ada', 'secret', {});
  await expect(accounts.create('ada', 'other', {})).rejects.toThrow('ada');
  expect(await accounts.verify('ada', 'secret')).toBe(true);
});

it('the end of a session is told to those who serve it', async () => {
  const { sessions } = await open();
  const ended: string[] = [];
  const stop = sessions.onEnd(id => ended.push(id));
  const first = await sessions.begin('ada');
  const second = await sessions.begin('ada');
  await sessions.end(first.session.id);
  expect(ended).toEqual([first.session.id]);
  expect(sessions.isOpen(second.session.id)).toBe(true);
  stop();
  await sessions.end(second.session.id);
  expect(ended).toHaveLength(1);
});

describe('the setup code', () => {
  it('is taken however it is typed, until a newer one or its time ends it', async () => {
    const { setupCode } = await open();
    const first = setupCode.renew();
    expect(first).toMatch(/^[2-9A-HJKMNP-Z]{4}(-[2-9A-HJKMNP-Z]{4}){2}$/);
    expect(setupCode.matches(first.toLowerCase().replaceAll('-', ' '))).toBe(true);
    const second = setupCode.renew();
    expect(setupCode.matches(first)).toBe(false);
    clock.nowMs += 15 * 60_000 - 1;
    expect(setupCode.matches(second)).toBe(true);
    clock.nowMs += 1;
    expect(setupCode.matches(second)).toBe(false);
  });

  it('is worthless when used, and good again when that failed', async () => {
    const { setupCode } = await open();
    const code = setupCode.renew();
    const restore = setupCode.spend();
    expect(setupCode.matches(code)).toBe(false);
    restore();
    expect(setupCode.matches(code)).toBe(true);
  });
});

it('passwords are checked a few at a time; whoever comes past the queue is told to come again', async () => {
  const passwords = await Passwords.open(cheap);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 40 }, () => passwords.verify(undefined, 'guess')),
  );
  const refused = outcomes.filter(({ status }) => status === 'rejected');
  expect(refused).toHaveLength(40 - 34);
  for (const outcome of refused) expect(outcome).toMatchObject({ reason: expect.any(TooBusy) });
  expect(await passwords.verify(undefined, 'no account has this password')).toBe(false);
});

it('a host checks passwords at the cost that OWASP names', async () => {
  const passwords = await Passwords.open();
  const kept = await passwords.hash('a long enough password');
  expect(kept).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await passwords.verify(kept, 'a long enough password')).toBe(true);
});
