import type { Passwords } from './passwords.ts';
import { everySite, type SiteRoles } from './roles.ts';
import { type Tables, textOf } from './tables.ts';

/** The people who may sign in. */
export class Accounts {
  readonly #tables: Tables;
  readonly #passwords: Passwords;
  readonly #nowMs: () => number;
  readonly #hashes = new Map<string, string>();

  private constructor(tables: Tables, passwords: Passwords, nowMs: () => number) {
    this.#tables = tables;
    this.#passwords = passwords;
    this.#nowMs = nowMs;
  }

  static async open(tables: Tables, passwords: Passwords, nowMs: () => number): Promise<Accounts> {
    const accounts = new Accounts(tables, passwords, nowMs);
    for (const row of await tables.all('SELECT name, passwordHash FROM account')) {
      accounts.#hashes.set(textOf(row, 'name'), textOf(row, 'passwordHash'));
    }
    return accounts;
  }

  /** Whether there is any account; until then the host waits to be set up. */
  get exist(): boolean {
    return this.#hashes.size > 0;
  }

  /** What an account may, by site. */
  rolesOf(name: string): SiteRoles {
    return this.#hashes.has(name) ? { [everySite]: 'admin' } : {};
  }

  /** @throws TooBusy; Error where the name is taken. */
  async create(name: string, password: string): Promise<void> {
    const hash = await this.#passwords.hash(password);
    if (this.#hashes.has(name)) throw new Error(`account ${name} exists`);
    this.#hashes.set(name, hash);
    try {
      await this.#tables.run('INSERT INTO account VALUES (?, ?, ?)', [name, hash, this.#nowMs()]);
    } catch (error) {
      this.#hashes.delete(name);
      throw error;
    }
  }

  /** Whether name and password belong together; takes the same time for a name that does not exist. @throws TooBusy */
  verify(name: string, password: string): Promise<boolean> {
    return this.#passwords.verify(this.#hashes.get(name), password);
  }
}
