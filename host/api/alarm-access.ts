import type { FastifyRequest } from 'fastify';
import type { AlarmEvent } from '../alarms/alarm-table.ts';
import type { Target } from '../alarms/rule.ts';
import type { Access } from '../auth/access.ts';
import type { Role } from '../auth/roles.ts';
import { accessOf } from './guard.ts';
import { assertRole, hasRole, lacking, mayAt } from './route-access.ts';
import type { ApiParts } from './routes.ts';

/** Whose business alarm rules and what came of them are: who may have what they judge. */
export class AlarmAccess {
  readonly #parts: ApiParts;

  constructor(parts: ApiParts) {
    this.#parts = parts;
  }

  /** Null: of the host. */
  siteOf(target: Target): string | null {
    if ('host' in target) return null;
    if ('site' in target) return target.site;
    if ('sumOfSite' in target) return target.sumOfSite;
    if ('gateway' in target) return this.#parts.sites.siteOf(target.gateway);
    return this.siteOfMeter('sum' in target ? (target.sum[0] ?? '') : target.meter);
  }

  /** Of `gateway.meter`, or of a gateway; nothing is the host. */
  siteOfMeter(meter: string): string | null {
    return meter === '' ? null : this.#parts.sites.siteOf(meter.split('.', 1)[0] ?? '');
  }

  mayHave(request: FastifyRequest, role: Role, target: Target): boolean {
    const access = accessOf(request);
    if ('meter' in target) return this.#mayHaveMeter(access, role, target.meter);
    if ('sum' in target) return target.sum.every(meter => this.#mayHaveMeter(access, role, meter));
    return access.meters === null && hasRole(access.roles, this.siteOf(target), role);
  }

  /** Events of the host are for those who administer or watch all of it; those of a sum for who may see all its meters. */
  mayHaveEvent(access: Access, role: Role, { meter, meters = [meter] }: AlarmEvent): boolean {
    return meter === ''
      ? access.meters === null && hasRole(access.roles, null, role)
      : meters.every(key => this.#mayHaveMeter(access, role, key));
  }

  /** Of a new rule: its target must be there, and be the business of who asks. @throws ApiFailure */
  assertTarget(request: FastifyRequest, target: Target): void {
    const role = 'operator';
    const [access, parts] = [accessOf(request), this.#parts];
    if ('meter' in target)
      assertRole(access, parts, { role, of: 'meter' }, target.meter, 'body.target.meter');
    else if ('gateway' in target)
      assertRole(access, parts, { role, of: 'gateway' }, target.gateway, 'body.target.gateway');
    else if ('site' in target)
      assertRole(access, parts, { role, of: 'site' }, target.site, 'body.target.site');
    else if ('sumOfSite' in target)
      assertRole(access, parts, { role, of: 'site' }, target.sumOfSite, 'body.target.sumOfSite');
    else if ('sum' in target)
      for (const meter of target.sum)
        assertRole(access, parts, { role, of: 'meter' }, meter, 'body.target.sum');
    else if (!this.mayHave(request, role, target)) throw lacking(role);
  }

  #mayHaveMeter(access: Access, role: Role, key: string): boolean {
    const [gateway = '', meter] = key.split('.');
    return mayAt(access, this.#parts.sites, role, gateway, meter);
  }
}
