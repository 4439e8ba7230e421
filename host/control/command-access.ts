import type { IncomingMessage } from 'node:http';
import type { Api } from '../api/routes.ts';
import type { Access } from '../auth/access.ts';
import { everySite } from '../auth/roles.ts';

/** Who may read and write the data folder may do everything anyway: the database and all secrets lie in it. */
export const commandAccess: Access = Object.freeze({
  kind: 'host',
  user: 'joulegate',
  id: 'command',
  roles: Object.freeze({ [everySite]: 'admin' as const }),
  meters: null,
});

/** Gives requests of commands their access, before the guard looks. Of all others nothing is believed. */
export function addCommandAccess(
  api: Api,
  control: { isOwn(request: IncomingMessage): boolean } | undefined,
): void {
  if (control === undefined) return;
  api.addHook('onRequest', (request, _reply, done) => {
    if (control.isOwn(request.raw)) request.access = commandAccess;
    done();
  });
}
