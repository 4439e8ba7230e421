import type { Access } from './access.ts';
import { Accounts } from './accounts.ts';
import { GatewayCredentials } from './gateway-credentials.ts';
import { type PasswordCost, Passwords } from './passwords.ts';
import { type SessionState, Sessions } from './sessions.ts';
import { SetupCode } from './setup-code.ts';
import { SignIn } from './sign-in.ts';
import { createAuthTables, type Tables } from './tables.ts';

/** Who may do what at this host. */
export interface Auth {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly setupCode: SetupCode;
  readonly signIn: SignIn;
  readonly credentials: GatewayCredentials;
  /** What the account of a session may now. */
  accessOf(session: SessionState): Access;
}

/** Opens accounts, sessions and credentials; makes their tables where they are missing. */
export async function openAuth(
  tables: Tables,
  nowMs: () => number = Date.now,
  passwordCost?: PasswordCost,
): Promise<Auth> {
  await createAuthTables(tables);
  const accounts = await Accounts.open(tables, await Passwords.open(passwordCost), nowMs);
  const setupCode = new SetupCode(nowMs);
  return {
    accounts,
    sessions: await Sessions.open(tables, nowMs),
    setupCode,
    signIn: new SignIn(accounts, setupCode, nowMs),
    credentials: await GatewayCredentials.open(tables, nowMs),
    accessOf: ({ id, user }) => ({ kind: 'account', user, id, roles: accounts.rolesOf(user), meters: null }),
  };
}
