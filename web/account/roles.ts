import type { Role, SiteRoles } from '../../host/api/contract.ts';

/** What somebody may do at a site, from least to most. */
export const roleIds: readonly Role[] = Object.freeze(['viewer', 'operator', 'admin']);

/** Stands for every site that there is and will be. */
export const everySite = '*';

export const isAtLeast = (role: Role | undefined, least: Role): boolean =>
  role !== undefined && roleIds.indexOf(role) >= roleIds.indexOf(least);

/** The role that holds at a site: the greater of the one there and the one everywhere; undefined where there is none. */
export function roleAt(given: SiteRoles, site: string): Role | undefined {
  const own = Object.hasOwn(given, site) ? given[site] : undefined;
  const everywhere = Object.hasOwn(given, everySite) ? given[everySite] : undefined;
  return isAtLeast(own, everywhere ?? 'viewer') ? own : everywhere;
}

/** The greatest role that somebody has anywhere. */
export const greatestRole = (given: SiteRoles): Role | undefined =>
  [...roleIds].reverse().find(role => Object.values(given).includes(role));
