import type { Response } from 'light-my-request';
import type { SiteRoles } from '../../../host/auth/roles.ts';
import { type HostUnderTest, password } from './host-under-test.ts';

/** Somebody at the API: what they send is sent with their cookie or token. */
export interface Person {
  readonly headers: Readonly<Record<string, string>>;
  ask(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<Response>;
}

export const personWith = (host: HostUnderTest, headers: Readonly<Record<string, string>>): Person => ({
  headers,
  ask: (method, path, body) =>
    host.ask({ method, url: path, headers: { ...headers }, ...(body !== undefined && { body }) }),
});

/** An account with these roles and a session. */
export async function personOf(host: HostUnderTest, user: string, roles: SiteRoles): Promise<Person> {
  await host.auth.accounts.create(user, password, roles);
  const { token } = await host.auth.sessions.begin(user);
  return personWith(host, { cookie: `joulegate=${token}` });
}

export const bearer = (host: HostUnderTest, token: string): Person =>
  personWith(host, { authorization: `Bearer ${token}` });
