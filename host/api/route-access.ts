import type { FastifyRequest } from 'fastify';
import type { Access, RequestPlace, RouteAccess } from '../auth/access.ts';
import { everySite, isAtLeast, type Role, roleAt, roles } from '../auth/roles.ts';
import type { Sites } from '../site/sites.ts';
import { ApiFailure } from './errors.ts';

type Sited = Pick<Sites, 'siteOf'>;

/** Why a request is refused before its inputs are looked at; undefined where it may go on. */
export function refusedAtDoor(rule: RouteAccess, access: Access | null): ApiFailure | undefined {
  if (rule === 'public' || rule === 'key') return undefined;
  if (access === null) return new ApiFailure('session.missing');
  if (rule === 'known') return undefined;
  if (rule === 'account') return access.kind === 'account' ? undefined : new ApiFailure('access.account');
  if (rule.of === 'host')
    return isAtLeast(roleAt(access.roles, everySite), rule.role) ? undefined : lacking(rule.role);
  return isAtLeast(greatestRole(access), rule.role) ? undefined : lacking(rule.role);
}

/** Why a request is refused for what it names; what its place holds was validated before. */
export function refusedForSites(
  rule: RouteAccess,
  access: Access | null,
  request: FastifyRequest,
  sites: Sited,
): ApiFailure | undefined {
  if (typeof rule === 'string' || access === null || !('in' in rule)) return undefined;
  for (const id of idsIn(request, rule.in)) {
    const role = roleFor(access, rule.of, id, sites);
    if (role === undefined) return unknownOf(rule.of, id, rule.in);
    if (!isAtLeast(role, rule.role)) return lacking(rule.role);
  }
  return undefined;
}

/** The role of who asks at the site of a site, gateway, meter or series; undefined: it is not to be seen. */
function roleFor(access: Access, of: 'site' | 'gateway' | 'meter' | 'series', id: string, sites: Sited) {
  if (of === 'site') return roleAt(access.roles, id);
  const [gateway = '', meter = ''] = id.split('.');
  const role = roleAt(access.roles, sites.siteOf(gateway));
  if (access.meters === null) return role;
  return of !== 'gateway' && access.meters.has(`${gateway}.${meter}`) ? role : undefined;
}

/** Whether who asks may see a gateway, or with `meter` (its id within the gateway) that meter. */
export function sees(access: Access, sites: Sited, gateway: string, meter?: string): boolean {
  const key = meter === undefined ? gateway : `${gateway}.${meter}`;
  return roleFor(access, meter === undefined ? 'gateway' : 'meter', key, sites) !== undefined;
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
      typeof holder === 'object' && holder !== null
        ? Object.entries(holder).find(([key]) => key === name)?.[1]
        : undefined,
    holders[part],
  );
  const texts = Array.isArray(found) ? found : [found];
  return texts.flatMap(text => (typeof text === 'string' ? text.split(',') : []));
}

const lacking = (role: Role): ApiFailure =>
  new ApiFailure('access.role', { message: `This needs the role ${role}, which you do not have there.` });

const unknownCodes = {
  site: 'site.unknown',
  gateway: 'gateway.unknown',
  meter: 'meter.unknown',
  series: 'series.unknown',
} as const;

/** What is told of a thing that is not there, or is not to be seen: the same. */
export function unknownOf(what: keyof typeof unknownCodes, id: string, place: RequestPlace): ApiFailure {
  return new ApiFailure(unknownCodes[what], {
    message: `There is no ${what} ${id}.`,
    field: place.slice(place.indexOf('.') + 1),
    help: `GET /api/v1/${what === 'series' ? what : `${what}s`} lists all.`,
  });
}
