import { AccountRefusal } from './account-refusal.ts';
import { composed } from './password-rules.ts';
import type { Passwords } from './passwords.ts';
import { everySite, type Role, roles, type SiteRoles } from './roles.ts';
import { numberOf, type TransactionTables, textOf } from './tables.ts';

/** So many people at most; each is held in memory. */
const accountsMost = 1000;

export interface AccountState {
  readonly user: string;
  readonly createdMs: number;
  readonly roles: SiteRoles;
  /** Somebody else chose the password: it is to be changed before anything else. */
  readonly mustChangePassword: boolean;
  /** Null: never signed in. */
  readonly lastSignInMs: number | null;
}

interface Kept extends AccountState {
  readonly passwordHash: string;
}

/** The people who may sign in, and what each may at which site. */
export class Accounts {
  readonly #tables: TransactionTables;
  readonly #passwords: Passwords;
  readonly #nowMs: () => number;
  readonly #kept = new Map<string, Kept>();
  readonly #changeListeners = new Set<(user: string) => void>();

  private constructor(tables: TransactionTables, passwords: Passwords, nowMs: () => number) {
    this.#tables = tables;
    this.#passwords = passwords;
    this.#nowMs = nowMs;
  }

  static async open(tables: TransactionTables, passwords: Passwords, nowMs: () => number): Promise<Accounts> {
    const accounts = new Accounts(tables, passwords, nowMs);
    const rows = await tables.all(
      `SELECT name, passwordHash, createdMs, roles, mustChange, lastSignInMs
       FROM account LEFT JOIN account_right ON account_right.account = account.name ORDER BY createdMs, name`,
    );
    for (const row of rows) {
      const user = textOf(row, 'name');
      accounts.#kept.set(user, {
        user,
        passwordHash: textOf(row, 'passwordHash'),
        createdMs: numberOf(row, 'createdMs'),
        roles: rolesOf(row.roles),
        mustChangePassword: row.mustChange === true,
        lastSignInMs: row.lastSignInMs === null ? null : numberOf(row, 'lastSignInMs'),
      });
    }
    return accounts;
  }

  /** Whether there is any account; until then the host waits to be set up. */
  get exist(): boolean {
    return this.#kept.size > 0;
  }

  /** All of them, in the order they were made. */
  list(): readonly AccountState[] {
    return [...this.#kept.values()];
  }

  find(user: string): AccountState | undefined {
    return this.#kept.get(user);
  }

  /** The name as accounts have it, of one that somebody typed: one keyboard sends é as one character, another as two. */
  nameOf(typed: string): string {
    return this.#kept.has(typed) ? typed : composed(typed);
  }

  /** What an account may, by site; nothing, where there is none. */
  rolesOf(user: string): SiteRoles {
    return this.#kept.get(user)?.roles ?? {};
  }

  /**
   * A new account. `mustChangePassword`: somebody else chose the password. `assertStill` throws where who asked for it may
   * not any more: hashing takes its time.
   * @throws TooBusy; AccountRefusal where the name is taken or there are too many.
   */
  async create(
    user: string,
    password: string,
    given: SiteRoles,
    mustChangePassword = false,
    assertStill: () => void = () => {},
  ): Promise<void> {
    const passwordHash = await this.#passwords.hash(password);
    assertStill();
    if (this.#isTaken(user)) throw new AccountRefusal('account.exists', user);
    if (this.#kept.size >= accountsMost) throw new AccountRefusal('account.tooMany', user);
    const createdMs = this.#nowMs();
    const state = { user, createdMs, roles: given, mustChangePassword, lastSignInMs: null };
    await this.#put(user, { ...state, passwordHash }, () =>
      this.#tables.runAll([
        // What a name of before was allowed must not be inherited.
        ['DELETE FROM account_right WHERE account = ?', [user]],
        [
          'INSERT INTO account_right VALUES (?, ?, CAST(? AS BOOLEAN), NULL)',
          [user, JSON.stringify(given), Number(mustChangePassword)],
        ],
        ['INSERT INTO account VALUES (?, ?, ?)', [user, passwordHash, createdMs]],
      ]),
    );
  }

  /** Other roles from now on. @throws AccountRefusal where nobody would be left who may do everything, or there is no such account. */
  async setRoles(user: string, given: SiteRoles): Promise<void> {
    const kept = this.#existing(user);
    if (given[everySite] !== 'admin') this.#holdLastAdmin(kept);
    await this.#put(user, { ...kept, roles: given }, () =>
      this.#tables.run('UPDATE account_right SET roles = ? WHERE account = ?', [JSON.stringify(given), user]),
    );
    this.#tell(user);
  }

  /** A site is gone: roles there are nobody's any more, also where another site gets its id later. */
  async forgetSite(site: string): Promise<void> {
    const concerned = [...this.#kept.values()].filter(({ roles: given }) => Object.hasOwn(given, site));
    for (const { user, roles: given } of concerned)
      await this.setRoles(user, Object.fromEntries(Object.entries(given).filter(([id]) => id !== site)));
  }

  /** Another password; `assertStill` as at `create`. @throws TooBusy; AccountRefusal where there is no such account. */
  async setPassword(
    user: string,
    password: string,
    mustChangePassword = false,
    assertStill: () => void = () => {},
  ): Promise<void> {
    const passwordHash = await this.#passwords.hash(password);
    assertStill();
    const kept = this.#existing(user);
    await this.#put(user, { ...kept, passwordHash, mustChangePassword }, () =>
      this.#tables.runAll([
        ['UPDATE account SET passwordHash = ? WHERE name = ?', [passwordHash, user]],
        [
          'UPDATE account_right SET mustChange = CAST(? AS BOOLEAN) WHERE account = ?',
          [Number(mustChangePassword), user],
        ],
      ]),
    );
    this.#tell(user);
  }

  /** @throws AccountRefusal where nobody would be left who may do everything, or there is no such account. */
  async remove(user: string): Promise<void> {
    this.#holdLastAdmin(this.#existing(user));
    await this.#put(user, undefined, () =>
      this.#tables.runAll([
        ['DELETE FROM account WHERE name = ?', [user]],
        ['DELETE FROM account_right WHERE account = ?', [user]],
      ]),
    );
    this.#tell(user);
  }

  /** Notes that somebody came in. */
  async signedIn(user: string): Promise<void> {
    const kept = this.#kept.get(user);
    if (kept === undefined) return;
    const lastSignInMs = this.#nowMs();
    await this.#put(user, { ...kept, lastSignInMs }, () =>
      this.#tables.run('UPDATE account_right SET lastSignInMs = ? WHERE account = ?', [lastSignInMs, user]),
    );
  }

  /** Whether name and password belong together; takes the same time for a name that does not exist. @throws TooBusy */
  verify(user: string, password: string): Promise<boolean> {
    return this.#passwords.verify(this.#kept.get(user)?.passwordHash, password);
  }

  /** Another one after each change of the password. */
  passwordMark(user: string): string | undefined {
    return this.#kept.get(user)?.passwordHash;
  }

  /** Tells of each account whose rights or password changed, or that is gone, until the function given back is called. */
  onChange(listener: (user: string) => void): () => void {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }

  /** In memory first, so that what is asked meanwhile holds already; as before where it could not be written. */
  async #put(user: string, kept: Kept | undefined, write: () => Promise<void>): Promise<void> {
    const before = this.#kept.get(user);
    this.#keep(user, kept);
    try {
      await write();
    } catch (error) {
      this.#keep(user, before);
      throw error;
    }
  }

  #keep(user: string, kept: Kept | undefined): void {
    if (kept === undefined) this.#kept.delete(user);
    else this.#kept.set(user, kept);
  }

  #existing(user: string): Kept {
    const kept = this.#kept.get(user);
    if (kept === undefined) throw new AccountRefusal('account.unknown', user);
    return kept;
  }

  /** Names that people take for each other are the same name. */
  #isTaken(user: string): boolean {
    const wanted = foldedName(user);
    return [...this.#kept.keys()].some(name => foldedName(name) === wanted);
  }

  #holdLastAdmin({ user, roles: given }: Kept): void {
    const isAdmin = (state: AccountState) => state.roles[everySite] === 'admin';
    if (given[everySite] !== 'admin') return;
    if (![...this.#kept.values()].some(other => other.user !== user && isAdmin(other)))
      throw new AccountRefusal('account.lastAdmin', user);
  }

  #tell(user: string): void {
    for (const listener of this.#changeListeners) listener(user);
  }
}

const foldedName = (name: string): string => name.normalize('NFKC').toLowerCase().trim();

/** Roles as they were written; whatever is no role gives no right. */
function rolesOf(cell: unknown): SiteRoles {
  if (typeof cell !== 'string') return {};
  const given: unknown = JSON.parse(cell);
  if (typeof given !== 'object' || given === null) return {};
  return Object.fromEntries(
    Object.entries(given).filter((entry): entry is [string, Role] => isRole(entry[1])),
  );
}

const isRole = (value: unknown): value is Role => roles.some(role => role === value);
