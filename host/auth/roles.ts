import { deepFreeze } from '#core/freeze.ts';

/**
 * What somebody may do at a site, from least to most. viewer: look. operator: what can be undone or asked again, such as
 * corrections, commands, identify, scans. admin: gateways, settings, imports, names, tariff, people of the site.
 */
export const roles = deepFreeze(['viewer', 'operator', 'admin'] as const);

export type Role = (typeof roles)[number];

/** Stands for every site that there is and will be. Its admin is admin of the host: sites, backups, all accounts. */
export const everySite = '*';

/** Roles by site, or by `everySite`. */
export type SiteRoles = Readonly<Record<string, Role>>;

export const isAtLeast = (role: Role | undefined, least: Role): boolean =>
  role !== undefined && roles.indexOf(role) >= roles.indexOf(least);

/** The role that holds at a site: the greater of the one there and the one everywhere. Undefined: the site is not to be seen. */
export function roleAt(given: SiteRoles, site: string): Role | undefined {
  const own = Object.hasOwn(given, site) ? given[site] : undefined;
  const everywhere = Object.hasOwn(given, everySite) ? given[everySite] : undefined;
  return isAtLeast(own, everywhere ?? 'viewer') ? own : everywhere;
}
