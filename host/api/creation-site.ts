import type { Access } from '../auth/access.ts';
import { homeSite } from '../site/sites.ts';
import { ApiFailure, mistaken } from './errors.ts';
import { assertRole, hasRole, lacking, mayAt } from './route-access.ts';
import type { ApiParts } from './routes.ts';

type Parts = Pick<ApiParts, 'sites' | 'fleet' | 'store' | 'auth'>;

/**
 * The site that a new gateway is made for by an admin: the one asked for, else that of a gateway which is known there, else
 * `home`, else the only one that who asks administers. @throws ApiFailure
 */
export function creationSite(
  access: Access,
  parts: Parts,
  gateway: string | null,
  wanted: string | undefined,
): string {
  const { sites, fleet } = parts;
  if (wanted !== undefined) {
    assertRole(access, parts, { role: 'admin', of: 'site' }, wanted, 'body.site');
    return wanted;
  }
  if (gateway !== null && fleet.has(gateway) && mayAt(access, sites, 'admin', gateway))
    return sites.siteOf(gateway);
  const own = sites.ids.filter(id => hasRole(access.roles, id, 'admin'));
  const [first] = own;
  if (first === undefined) throw lacking('admin');
  if (first === homeSite || own.length === 1) return first;
  const message = `one of ${own.slice(0, 20).join(', ')} is needed`;
  throw mistaken('request.invalid', [{ field: 'site', message }]);
}

/**
 * Ids of gateways are the host's: one of another site is taken, and nothing else is told of it.
 * @throws ApiFailure gateway.exists
 */
export function assertFree(parts: Parts, gateway: string, site: string, field: string, renew = false): void {
  const { sites, fleet, auth } = parts;
  const isOfOther = fleet.has(gateway) && sites.siteOf(gateway) !== site;
  if (!isOfOther && (renew || !auth.credentials.has(gateway))) return;
  throw new ApiFailure('gateway.exists', { message: `The id ${gateway} is taken.`, field });
}
