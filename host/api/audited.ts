import type { FastifyRequest } from 'fastify';
import type { AuditChange } from '../audit/audit.ts';
import type { ApiParts } from './routes.ts';

/** Takes down what a request has changed, in the name of who sent it. Without `before` there was nothing, without `after` nothing is. */
export function recordChange(
  { audit }: Pick<ApiParts, 'audit'>,
  request: FastifyRequest,
  change: Pick<AuditChange, 'action' | 'subject' | 'site'> & Partial<Pick<AuditChange, 'before' | 'after'>>,
): void {
  audit.record({ before: null, after: null, ...change, access: request.access, address: addressOf(request) });
}

/** Commands of this machine come from no address. */
const addressOf = ({ access, ip }: FastifyRequest): string | null => (access?.kind === 'host' ? null : ip);

/** The same of what concerns several gateways, or meters `gateway.meter`: an entry for each site that has some of them. */
export function recordChangeOf(
  parts: Pick<ApiParts, 'audit' | 'sites'>,
  request: FastifyRequest,
  keys: readonly string[],
  change: Pick<AuditChange, 'action' | 'subject'> & Partial<Pick<AuditChange, 'before' | 'after'>>,
): void {
  const gateways = keys.map(key => key.split('.')[0] ?? key);
  const sites = new Set(gateways.map(gateway => parts.sites.siteOf(gateway)));
  // All of it is the host's business; each site hears that there was something, and nothing of the others.
  if (sites.size > 1) recordChange(parts, request, { ...change, site: null });
  const told = sites.size > 1 ? { action: change.action, subject: change.subject } : change;
  for (const site of sites) recordChange(parts, request, { ...told, site });
}
