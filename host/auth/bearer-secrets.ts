import { numberOf, type Tables, textOf } from './tables.ts';
import { hashToken, newToken } from './tokens.ts';

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;
/** The longest that any of them is good for. */
export const bearerMostMs = 366 * dayMs;
/** For so long one that has expired is still listed and named, so that its owner sees why it does not work any more. */
const rememberedMs = 30 * dayMs;

/** What is kept of a secret that lets in whoever brings it: never the secret. */
export interface KeptSecret<T> {
  readonly id: string;
  /** The account that made it. */
  readonly user: string;
  readonly createdMs: number;
  readonly expiresMs: number;
  /** To the hour; null: never. */
  readonly lastUsedMs: number | null;
  readonly body: T;
}

export interface BearerSecretsOptions<T> {
  readonly tables: Tables;
  readonly nowMs: () => number;
  /** A name of letters and underscores. */
  readonly table: string;
  /** What each secret begins with, so that people and scanners know it where it lies about. */
  readonly prefix: string;
  readonly mostOfUser: number;
  /** What a kept body is. */
  readonly bodyOf: (kept: unknown) => T;
}

/** Secrets of 256 random bits, shown once and kept as hashes, each with its owner, its end and what it is good for. */
export class BearerSecrets<T extends object> {
  readonly #options: BearerSecretsOptions<T>;
  readonly #byHash = new Map<string, KeptSecret<T>>();
  readonly #endListeners = new Set<(id: string) => void>();

  private constructor(options: BearerSecretsOptions<T>) {
    this.#options = options;
  }

  /** Makes the table where it is missing. @throws Error of the store */
  static async open<T extends object>(options: BearerSecretsOptions<T>): Promise<BearerSecrets<T>> {
    const { tables, table, bodyOf } = options;
    await tables.run(
      `CREATE TABLE IF NOT EXISTS ${table} (id VARCHAR, tokenHash VARCHAR, account VARCHAR, createdMs BIGINT,
         expiresMs BIGINT, lastUsedMs BIGINT, body VARCHAR)`,
    );
    const secrets = new BearerSecrets(options);
    for (const row of await tables.all(`SELECT * FROM ${table} ORDER BY createdMs`)) {
      secrets.#byHash.set(textOf(row, 'tokenHash'), {
        id: textOf(row, 'id'),
        user: textOf(row, 'account'),
        createdMs: numberOf(row, 'createdMs'),
        expiresMs: numberOf(row, 'expiresMs'),
        lastUsedMs: row.lastUsedMs === null ? null : numberOf(row, 'lastUsedMs'),
        body: bodyOf(JSON.parse(textOf(row, 'body'))),
      });
    }
    await secrets.#forgetOld();
    return secrets;
  }

  /** A new one, told this once; undefined where its owner has as many as one may have. @throws Error of the store */
  async make(
    user: string,
    expiresMs: number,
    body: T,
  ): Promise<{ readonly secret: string; readonly kept: KeptSecret<T> } | undefined> {
    await this.#forgetOld();
    const { tables, table, prefix, mostOfUser, nowMs } = this.#options;
    if (this.list().filter(kept => kept.user === user).length >= mostOfUser) return undefined;
    const secret = `${prefix}${newToken(256)}`;
    const hash = hashToken(secret);
    // The beginning of the hash says nothing of the secret, and nobody can choose it.
    const kept = { id: hash.slice(0, 16), user, createdMs: nowMs(), expiresMs, lastUsedMs: null, body };
    this.#byHash.set(hash, kept);
    try {
      await tables.run(`INSERT INTO ${table} VALUES (?, ?, ?, ?, ?, NULL, ?)`, [
        kept.id,
        hash,
        user,
        kept.createdMs,
        expiresMs,
        JSON.stringify(body),
      ]);
    } catch (error) {
      this.#byHash.delete(hash);
      throw error;
    }
    return { secret, kept };
  }

  /** The newest first, expired ones too. */
  list(): KeptSecret<T>[] {
    return [...this.#byHash.values()].reverse();
  }

  get(id: string): KeptSecret<T> | undefined {
    return this.list().find(kept => kept.id === id);
  }

  /** What belongs to a secret that somebody brings, expired or not. */
  find(secret: string): KeptSecret<T> | undefined {
    const { prefix } = this.#options;
    return secret.startsWith(prefix) ? this.#byHash.get(hashToken(secret)) : undefined;
  }

  isOpen({ id, expiresMs }: KeptSecret<T>): boolean {
    return expiresMs > this.#options.nowMs() && this.get(id) !== undefined;
  }

  /** Notes that it was used; to the hour, since writing it at each request would write all the time. */
  used({ id, lastUsedMs }: KeptSecret<T>): void {
    const { tables, table, nowMs } = this.#options;
    const usedMs = Math.floor(nowMs() / hourMs) * hourMs;
    if (lastUsedMs === usedMs) return;
    for (const [hash, kept] of this.#byHash)
      if (kept.id === id) this.#byHash.set(hash, { ...kept, lastUsedMs: usedMs });
    // Whether it is written down decides about nothing.
    tables.run(`UPDATE ${table} SET lastUsedMs = ? WHERE id = ?`, [usedMs, id]).catch(() => {});
  }

  /** It is worthless from now on. Gives whether there was one. @throws Error of the store */
  async remove(id: string): Promise<boolean> {
    const found = [...this.#byHash].find(([, kept]) => kept.id === id);
    if (found === undefined) return false;
    this.#byHash.delete(found[0]);
    for (const listener of this.#endListeners) listener(id);
    await this.#options.tables.run(`DELETE FROM ${this.#options.table} WHERE id = ?`, [id]);
    return true;
  }

  /** All of an account that are not to stay. In memory at once. @throws Error of the store */
  async removeOf(user: string, isGood: (kept: KeptSecret<T>) => boolean = () => false): Promise<void> {
    const ended = this.list().filter(kept => kept.user === user && !isGood(kept));
    await Promise.all(ended.map(({ id }) => this.remove(id)));
  }

  /** Tells of each that ends before its time, until the function given back is called. */
  onEnd(listener: (id: string) => void): () => void {
    this.#endListeners.add(listener);
    return () => this.#endListeners.delete(listener);
  }

  async #forgetOld(): Promise<void> {
    const nowMs = this.#options.nowMs();
    for (const { id, expiresMs } of this.list()) if (expiresMs + rememberedMs < nowMs) await this.remove(id);
  }
}
