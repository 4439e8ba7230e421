import { Account } from '../api/contract.ts';
import { everySite, type Role, roles, type SiteRoles } from '../auth/roles.ts';
import type { HostClient } from '../control/host-client.ts';
import { didYouMean } from '../near-words.ts';
import { Type } from '../typebox.ts';
import { type Given, UsageError, type World } from './command.ts';
import { onHost, printJson } from './on-host.ts';
import { askNewSecret } from './terminal.ts';
import { tableLines, timeText } from './text-table.ts';

const Accounts = Type.Array(Account);
const pathOf = (user: string) => `/api/v1/accounts/${encodeURIComponent(user)}`;

export const listUsers = (given: Given, world: World): Promise<number> =>
  onHost(given, world, async host => {
    const accounts = await host.ask(Accounts, 'GET', '/api/v1/accounts');
    if (given.flags.has('json')) return printJson(world, accounts);
    if (accounts.length === 0) return world.print('there is no account yet: joulegate user add NAME');
    const rows = accounts.map(account => [
      account.user,
      rolesText(account.roles),
      account.hasSecondFactor ? 'yes' : 'no',
      String(account.sessions),
      timeText(account.lastSignInMs),
    ]);
    for (const line of tableLines(['name', 'roles', 'second factor', 'sessions', 'signed in'], rows))
      world.print(line);
  });

export const addUser = (given: Given, world: World): Promise<number> =>
  onHost(given, world, async host => {
    const [user = ''] = given.words;
    const role = roleOf(given.values.get('role') ?? 'admin');
    const site = given.values.get('site') ?? everySite;
    const password = await askNewSecret(world, `Password of ${user}`);
    await host.ask(Account, 'POST', '/api/v1/accounts', { user, password, roles: { [site]: role } });
    world.print(
      `${user} is ${role} of ${siteText(site)}, and has to choose another password at the first sign-in`,
    );
  });

export const setPassword = (given: Given, world: World): Promise<number> =>
  onHost(given, world, async host => {
    const [user = ''] = given.words;
    await accountOf(host, user);
    const password = await askNewSecret(world, `New password of ${user}`);
    await host.ask(Account, 'PATCH', pathOf(user), { password });
    world.print(
      `${user} has another password, has to change it at the next sign-in, and is signed out everywhere`,
    );
  });

export const setRole = (given: Given, world: World): Promise<number> =>
  onHost(given, world, async host => {
    const [user = '', word = ''] = given.words;
    const site = given.values.get('site') ?? everySite;
    const { [site]: _, ...others } = (await accountOf(host, user)).roles;
    const changed: SiteRoles = word === 'none' ? others : { ...others, [site]: roleOf(word) };
    const after = await host.ask(Account, 'PATCH', pathOf(user), { roles: changed });
    world.print(`${user}: ${rolesText(after.roles)}`);
  });

export const removeUser = (given: Given, world: World): Promise<number> =>
  onHost(given, world, async host => {
    const [user = ''] = given.words;
    await host.tell('DELETE', pathOf(user));
    world.print(`${user} is removed, and signed out everywhere`);
  });

export const dropSecondFactor = (given: Given, world: World): Promise<number> =>
  onHost(given, world, async host => {
    const [user = '', word = ''] = given.words;
    if (word !== 'off')
      throw new UsageError(`${word}: off is allowed; a second factor is set up by the person, in the page`);
    const { hasSecondFactor } = await accountOf(host, user);
    if (!hasSecondFactor) return world.print(`${user} has no second factor`);
    await host.ask(Account, 'PATCH', pathOf(user), { hasSecondFactor: false });
    world.print(`${user} signs in with the password alone from now on`);
  });

async function accountOf(host: HostClient, user: string): Promise<Account> {
  const accounts = await host.ask(Accounts, 'GET', '/api/v1/accounts');
  const found = accounts.find(account => account.user === user);
  if (found !== undefined) return found;
  const names = accounts.map(account => account.user);
  throw new UsageError(
    `${user}: there is no such account${didYouMean(user, names)}; joulegate user list tells all`,
  );
}

function roleOf(word: string): Role {
  const role = roles.find(known => known === word);
  if (role === undefined) throw new UsageError(`${word} is no role; allowed are ${roles.join(', ')}`);
  return role;
}

const siteText = (site: string): string => (site === everySite ? 'every site' : `the site ${site}`);

const rolesText = (given: Readonly<Record<string, string>>): string =>
  Object.entries(given)
    .map(([site, role]) => `${role} of ${siteText(site)}`)
    .join(', ') || 'no role';
