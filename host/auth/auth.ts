import { Secrets } from '../secrets/secrets.ts';
import type { Access } from './access.ts';
import { Accounts } from './accounts.ts';
import { ApiTokens } from './api-tokens.ts';
import { GatewayCredentials } from './gateway-credentials.ts';
import { MqttClients } from './mqtt-clients.ts';
import { type PasswordCost, Passwords } from './passwords.ts';
import { type Seal, SecondFactors } from './second-factors.ts';
import { type SessionState, Sessions } from './sessions.ts';
import { SetupCode } from './setup-code.ts';
import { Shares } from './shares.ts';
import { SignIn } from './sign-in.ts';
import { createAuthTables, type TransactionTables } from './tables.ts';

/** Who may do what at this host. */
export interface Auth {
  readonly accounts: Accounts;
  readonly passwords: Passwords;
  readonly sessions: Sessions;
  readonly setupCode: SetupCode;
  readonly secondFactors: SecondFactors;
  readonly signIn: SignIn;
  readonly credentials: GatewayCredentials;
  readonly mqttClients: MqttClients;
  readonly apiTokens: ApiTokens;
  readonly shares: Shares;
  /** What the account of a session may now. */
  accessOf(session: SessionState): Access;
  /** What who came in before may now, by session, token or link; undefined where that has ended. */
  accessNow(before: Access): Access | undefined;
  /** Tells whenever a session, token or link has ended, until the function given back is called. */
  onEnd(listener: () => void): () => void;
  /** The account with all that is kept of it: sessions, second factor, addresses. @throws AccountRefusal */
  removeAccount(user: string): Promise<void>;
}

export interface AuthOptions {
  readonly nowMs?: () => number;
  readonly passwordCost?: PasswordCost;
  /** What second factors are sealed with; without it with a key that ends with this process. */
  readonly seal?: Seal;
}

/** Opens accounts, sessions and credentials; makes their tables where they are missing. */
export async function openAuth(tables: TransactionTables, options: AuthOptions = {}): Promise<Auth> {
  const { nowMs = Date.now, passwordCost, seal = await Secrets.open() } = options;
  await createAuthTables(tables);
  const passwords = await Passwords.open(passwordCost);
  const accounts = await Accounts.open(tables, passwords, nowMs);
  const sessions = await Sessions.open(tables, nowMs);
  const setupCode = new SetupCode(nowMs);
  const secondFactors = await SecondFactors.open(tables, seal, nowMs);
  const signIn = new SignIn({ accounts, setupCode, secondFactors, nowMs });
  for (const { user, address, createdMs } of sessions.all())
    if (accounts.find(user) === undefined) await sessions.endAll(user);
    else signIn.known.add(user, address, createdMs);
  const apiTokens = await ApiTokens.open(tables, accounts, nowMs);
  const shares = await Shares.open(tables, accounts, nowMs);
  return {
    accounts,
    passwords,
    sessions,
    setupCode,
    secondFactors,
    signIn,
    credentials: await GatewayCredentials.open(tables, nowMs),
    mqttClients: await MqttClients.open(tables, nowMs),
    apiTokens,
    shares,
    accessOf: ({ id, user }) => ({ kind: 'account', user, id, roles: accounts.rolesOf(user), meters: null }),
    accessNow(before) {
      const { kind, id, user } = before;
      if (kind === 'host') return before;
      if (kind === 'token') return apiTokens.accessNow(id);
      if (kind === 'share') return shares.accessNow(id);
      return sessions.isOpen(id) ? { ...before, roles: accounts.rolesOf(user) } : undefined;
    },
    onEnd(listener) {
      const stops = [sessions, apiTokens.secrets, shares.secrets].map(kept => kept.onEnd(listener));
      return () => {
        for (const stop of stops) stop();
      };
    },
    async removeAccount(user) {
      const removed = accounts.remove(user);
      // The name is free from here on: who gets it next gets none of its sessions.
      const ended = accounts.find(user) === undefined ? sessions.endAll(user) : undefined;
      await Promise.all([removed, ended]);
      signIn.known.forget(user);
      await secondFactors.remove(user);
    },
  };
}
