import type { FastifyReply } from 'fastify';
import type { Access } from '../auth/access.ts';
import { type Fault, faultOf } from '../faults/fault.ts';
import type { Field } from '../set-up/fields.ts';
import { SettingsMistakes } from '../set-up/settings-mistakes.ts';
import type { ConnectorKind, Why } from './contract.ts';
import { ApiFailure, mistaken } from './errors.ts';
import { assertRole, hasRole, lacking, type SiteParts } from './route-access.ts';

/** What people set up, as the codes of its errors begin. */
type Family = 'channel' | 'connector' | 'forward' | 'homeAssistant' | 'modbusServer';

/** Of a site: by its admins. Of the host (null): by those who administer all of it. */
export const mayAdminister = ({ roles }: Access, site: string | null): boolean =>
  hasRole(roles, site, 'admin');

/** Holds whoever names a site in the body, or none for the host, to the same. @throws ApiFailure */
export function assertAdminister(access: Access, parts: SiteParts, site: string | null): void {
  if (site !== null) assertRole(access, parts, { role: 'admin', of: 'site' }, site, 'body.site');
  else if (!mayAdminister(access, null)) throw lacking('admin');
}

/** @throws ApiFailure where the id is taken, or there are as many as there may be */
export function assertNew(
  family: Exclude<Family, 'connector'>,
  all: { get(id: string): unknown; list(): readonly unknown[] },
  most: number,
  id: string,
): void {
  if (all.get(id) !== undefined)
    throw new ApiFailure(`${family}.exists`, { message: `The id ${id} is taken.`, field: 'id' });
  if (all.list().length >= most)
    throw new ApiFailure(`${family}s.tooMany`, {
      help: `At most ${most} are allowed: take away one that is not needed any more.`,
    });
}

/** What is wrong with settings, as the API tells mistakes. @throws ApiFailure */
export async function inWords<T>(family: Family, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SettingsMistakes) throw mistaken(`${family}.settings`, error.mistakes);
    throw error;
  }
}

/** A fault as a response has it. */
export const shownFault = (told: Fault | undefined): { fault: string | null; why: Why | null } =>
  told === undefined
    ? { fault: null, why: null }
    : { fault: told.message, why: { code: told.code, facts: { ...told.facts } } };

/** Of a trial that came to nothing. */
export function notSent(error: unknown): { isSent: false; said: string; why: Why } {
  const { message, code, facts } = faultOf(error);
  return { isSent: false, said: message.slice(0, 500), why: { code, facts: { ...facts } } };
}

/** The fields of a kind as a response has them: a copy, since those of kinds are frozen in their types. */
export const shownFields = (fields: readonly Field[]): ConnectorKind['fields'] =>
  fields.map(({ choices, columns, ...field }) => ({
    ...field,
    ...(choices !== undefined && { choices: [...choices] }),
    ...(columns !== undefined && { columns: [...columns] }),
  }));

/** Aborted when whoever asked waits no more. */
export function whenGone({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => gone.abort());
  return gone.signal;
}
