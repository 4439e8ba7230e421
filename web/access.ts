import type { Role, Session } from '../host/api/contract.ts';
import { everySite, greatestRole, isAtLeast, roleAt } from './account/roles.ts';

/**
 * Who looks at the page, and at which site. The host refuses what somebody may not do; the page does not offer it. All
 * that is shown is of one site, so the role there says what can be changed.
 */
let session: Session | null = null;
let site: string | null = null;

/** The one that signed in, or null. */
export function setSession(next: Session | null): void {
  session = next;
}

/** The site that is shown; null until it is known. */
export function setSite(next: string | null): void {
  site = next;
}

export const currentSession = (): Session | null => session;

const roleHere = (): Role | undefined =>
  session === null || site === null ? undefined : roleAt(session.roles, site);

/** Whether a role is had at the site that is shown. */
export const mayHere = (least: Role): boolean => isAtLeast(roleHere(), least);

/** Whether a role is had at every site: it concerns the host. */
export const mayEverywhere = (least: Role): boolean =>
  session !== null && isAtLeast(roleAt(session.roles, everySite), least);

/** Whether a role is had at one site at least. */
export const maySomewhere = (least: Role): boolean =>
  session !== null && isAtLeast(greatestRole(session.roles), least);

/** Whether it is a person with an account, and no link. */
export const isPerson = (): boolean => session?.kind === 'account';
