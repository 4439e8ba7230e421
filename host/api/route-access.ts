import type { FastifyRequest } from 'fastify';
import type { Access, RequestPlace, RouteAccess } from '../auth/access.ts';
import { everySite, isAtLeast, type Role, roleAt, roles, type SiteRoles } from '../auth/roles.ts';
import type { Fleet } from '../fleet.ts';
import type { Sites } from '../site/sites.ts';
import type { Store } from '../store/store.ts';
import { ApiFailure } from './errors.ts';

type Sited = Pick<Sites, 'siteOf' | 'has'>;

/** What tells to which site things belong, and which there are. */
export interface SiteParts {
  readonly sites: Sited;
  readonly fleet: Pick<Fleet, 'has'>;
  readonly store: Pick<Store, 'metersOf'>;
}

export type SitedThing = 'site' | 'gateway' | 'meter' | 'series';

/** Why a request is refused before its inputs are looked at; undefined where it may go on. */
export function refusedAtDoor(rule: RouteAccess, access: Access | null): ApiFailure | undefined {
  if (rule === 'public' || rule === 'key') return undefined;
  if (access === null) return new ApiFailure('session.missing');
  if (rule === 'known') return undefined;
  if (rule === 'account') return access.kind === 'account' ? undefined : new ApiFailure('access.account');
  if (rule === 'sender') return access.sendsTo === undefined ? new ApiFailure('access.sender') : undefined;
  if (rule.of === 'host') return hasRole(access.roles, null, rule.role) ? undefined : lacking(rule.role);
  return isAtLeast(greatestRole(access), rule.role) ? undefined : lacking(rule.role);
}

/** Why a request is refused for what it names; what its place holds was validated before. */
export function refusedForSites(
  rule: RouteAccess,
  access: Access | null,
  request: FastifyRequest,
  parts: SiteParts,
): ApiFailure | undefined {
  if (typeof rule === 'string' || access === null || !('in' in rule)) return undefined;
  for (const id of idsIn(request, rule.in)) {
    const failure = refusalOf(access, parts, rule, id, rule.in);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

/** Holds what a request names, where its route's rule cannot say it, to the same rule. @throws ApiFailure */
export function assertRole(
  access: Access,
  parts: SiteParts,
  wanted: { readonly role: Role; readonly of: SitedThing },
  id: string,
  place: RequestPlace,
): void {
  const failure = refusalOf(access, parts, wanted, id, place);
  if (failure !== undefined) throw failure;
}

function refusalOf(
  access: Access,
  { sites, fleet, store }: SiteParts,
  { role, of }: { readonly role: Role; readonly of: SitedThing },
  id: string,
  place: RequestPlace,
): ApiFailure | undefined {
  const gateway = gatewayOf(id);
  const isThere = of === 'site' ? sites.has(id) : fleet.has(gateway) || store.metersOf(gateway).size > 0;
  const given = isThere ? roleFor(access, of, id, sites) : undefined;
  // Before the role: who may not see it shall not learn that it is there.
  if (given === undefined) return unknownOf(of, id, place);
  return isAtLeast(given, role) ? undefined : lacking(role);
}

const gatewayOf = (id: string): string => id.split('.', 1)[0] ?? id;

/** The role of who asks at the site of a site, gateway, meter or series; undefined: it is not to be seen. */
function roleFor(access: Access, of: SitedThing, id: string, sites: Sited): Role | undefined {
  if (of === 'site') return roleAt(access.roles, id);
  const [gateway = '', meter = ''] = id.split('.');
  const role = roleAt(access.roles, sites.siteOf(gateway));
  if (access.meters === null) return role;
  return of !== 'gateway' && access.meters.has(`${gateway}.${meter}`) ? role : undefined;
}

/** Whether these are at least that role at a site; null: at all of the host. */
export const hasRole = (given: SiteRoles, site: string | null, role: Role): boolean =>
  isAtLeast(roleAt(given, site ?? everySite), role);

/** Whether who asks may see a gateway, or with `meter` (its id within the gateway) that meter. */
export function sees(access: Access, sites: Pick<Sites, 'siteOf'>, gateway: string, meter?: string): boolean {
  return mayAt(access, sites, 'viewer', gateway, meter);
}

/** Whether who asks has a role at the site of a gateway, or of one of its meters. */
export function mayAt(
  { roles: given, meters }: Pick<Access, 'roles' | 'meters'>,
  sites: Pick<Sites, 'siteOf'>,
  role: Role,
  gateway: string,
  meter?: string,
): boolean {
  if (meters !== null && (meter === undefined || !meters.has(`${gateway}.${meter}`))) return false;
  return hasRole(given, sites.siteOf(gateway), role);
}

/**
 * What a list tells of: what may be seen, of one site where one is asked for. Gives whether it tells of a gateway, or of a
 * meter by its id within the gateway. @throws ApiFailure site.unknown
 */
export function visibleTo(
  access: Access,
  sites: Sited,
  site?: string,
): (gateway: string, meter?: string) => boolean {
  if (site !== undefined && (!sites.has(site) || roleAt(access.roles, site) === undefined))
    throw unknownOf('site', site, 'query.site');
  return (gateway, meter) =>
    (site === undefined || sites.siteOf(gateway) === site) && sees(access, sites, gateway, meter);
}

const greatestRole = ({ roles: given }: Access): Role | undefined =>
  Object.values(given).reduce<Role | undefined>(
    (greatest, role) =>
      greatest === undefined || roles.indexOf(role) > roles.indexOf(greatest) ? role : greatest,
    undefined,
  );

/** What the place of a request holds: one id, some with commas between them, or an array. Nothing, where it is left out. */
function idsIn(request: FastifyRequest, place: RequestPlace): string[] {
  const [part = '', ...names] = place.split('.');
  const holders: Record<string, unknown> = {
    params: request.params,
    query: request.query,
    body: request.body,
  };
  const found = names.reduce<unknown>(
    (holder, name) =>
      typeof holder === 'object' && holder !== null && Object.hasOwn(holder, name)
        ? Reflect.get(holder, name)
        : undefined,
    holders[part],
  );
  const texts = Array.isArray(found) ? found : [found];
  return texts.flatMap(text => (typeof text === 'string' ? text.split(',') : []));
}

export const lacking = (role: Role): ApiFailure =>
  new ApiFailure('access.role', { message: `This needs the role ${role}, which you do not have there.` });

const unknownCodes = {
  site: 'site.unknown',
  gateway: 'gateway.unknown',
  meter: 'meter.unknown',
  series: 'series.unknown',
} as const;

/** What is told of a thing that is not there, or is not to be seen: the same. */
export function unknownOf(what: SitedThing, id: string, place: RequestPlace): ApiFailure {
  return new ApiFailure(unknownCodes[what], {
    message: `There is no ${what} ${id.length > 140 ? `${id.slice(0, 140)}…` : id}.`,
    field: place.slice(place.indexOf('.') + 1),
    help: `GET /api/v1/${what === 'series' ? what : `${what}s`} lists all.`,
  });
}
