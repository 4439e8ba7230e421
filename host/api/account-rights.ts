import type { Access } from '../auth/access.ts';
import type { AccountState } from '../auth/accounts.ts';
import { everySite, roleAt, type SiteRoles } from '../auth/roles.ts';
import { ApiFailure } from './errors.ts';
import { unknownOf } from './route-access.ts';
import type { ApiParts } from './routes.ts';

const isHostAdmin = ({ roles }: Access): boolean => roleAt(roles, everySite) === 'admin';

/** Whether somebody with these roles is a matter of who asks: an admin of the host, or of every site that the roles name. */
export function governs(access: Access, roles: SiteRoles): boolean {
  if (isHostAdmin(access)) return true;
  const sites = Object.keys(roles);
  // Nobody's person is not everybody's.
  return (
    sites.length > 0 && sites.every(site => site !== everySite && roleAt(access.roles, site) === 'admin')
  );
}

/** The account, where who asks may see it. @throws ApiFailure, the same for one that is not there and one of others */
export function governedAccount({ auth }: ApiParts, access: Access, user: string): AccountState {
  const account = auth.accounts.find(user);
  if (account === undefined || !governs(access, account.roles)) {
    throw new ApiFailure('account.unknown', { message: `There is no account ${user}.`, field: 'user' });
  }
  return account;
}

/** @throws ApiFailure where who asks may not give these roles, or they name a site that is not there */
export function checkGiven({ sites }: ApiParts, access: Access, roles: SiteRoles): void {
  for (const site of Object.keys(roles)) {
    const field = `roles.${site}`;
    const unknown = () => unknownOf('site', site, `body.${field}`);
    if (site === everySite ? !isHostAdmin(access) : roleAt(access.roles, site) === undefined) {
      if (site === everySite) throw new ApiFailure('account.roles', { field });
      throw unknown();
    }
    if (site === everySite) continue;
    if (!sites.has(site)) throw unknown();
    if (roleAt(access.roles, site) !== 'admin') throw new ApiFailure('account.roles', { field });
  }
  if (!governs(access, roles)) throw new ApiFailure('account.roles', { field: 'roles' });
}

/** Accounts are changed by people, or the host's own command: a token that got into wrong hands must not make itself a person. */
export function checkPerson({ kind }: Access): void {
  if (kind !== 'account' && kind !== 'host') throw new ApiFailure('access.account');
}
