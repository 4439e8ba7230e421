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
  /** By id, with the hash; the one made first comes first. */
  readonly #held = new Map<string, { readonly kept: KeptSecret<T>; readonly hash: string }>();
  /** Of those, what is worthless and not yet gone from the table. */
  readonly #ended = new Set<string>();
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
      const kept = {
        id: textOf(row, 'id'),
        user: textOf(row, 'account'),
        createdMs: numberOf(row, 'createdMs'),
        expiresMs: numberOf(row, 'expiresMs'),
        lastUsedMs: row.lastUsedMs === null ? null : numberOf(row, 'lastUsedMs'),
        body: bodyOf(JSON.parse(textOf(row, 'body'))),
      };
      secrets.#held.set(kept.id, { kept, hash: textOf(row, 'tokenHash') });
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
    const kept = { id: idOf(hash), user, createdMs: nowMs(), expiresMs, lastUsedMs: null, body };
    this.#held.set(kept.id, { kept, hash });
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
      this.#held.delete(kept.id);
      throw error;
    }
    return { secret, kept };
  }

  /** The newest first, expired ones too. */
  list(): KeptSecret<T>[] {
    return [...this.#held.values()].map(({ kept }) => kept).reverse();
  }

  get(id: string): KeptSecret<T> | undefined {
    return this.#held.get(id)?.kept;
  }

  /** What belongs to a secret that somebody brings, expired or not. */
  find(secret: string): KeptSecret<T> | undefined {
    if (!secret.startsWith(this.#options.prefix)) return undefined;
    const hash = hashToken(secret);
    const held = this.#held.get(idOf(hash));
    return held?.hash === hash ? held.kept : undefined;
  }

  isOpen({ id, expiresMs }: KeptSecret<T>): boolean {
    return expiresMs > this.#options.nowMs() && this.#held.has(id) && !this.#ended.has(id);
  }

  /** Notes that it was used; to the hour, since writing it at each request would write all the time. */
  used({ id, lastUsedMs }: KeptSecret<T>): void {
    const { tables, table, nowMs } = this.#options;
    const usedMs = Math.floor(nowMs() / hourMs) * hourMs;
    if (lastUsedMs === usedMs) return;
    const held = this.#held.get(id);
    if (held !== undefined) this.#held.set(id, { ...held, kept: { ...held.kept, lastUsedMs: usedMs } });
    // Whether it is written down decides about nothing.
    tables.run(`UPDATE ${table} SET lastUsedMs = ? WHERE id = ?`, [usedMs, id]).catch(() => {});
  }

  /**
   * It is worthless from now on, and listed until the table no longer has it: then it can be removed again. Gives whether
   * there was one. @throws Error of the store
   */
  async remove(id: string): Promise<boolean> {
    if (!this.#held.has(id)) return false;
    if (!this.#ended.has(id)) {
      this.#ended.add(id);
      for (const listener of this.#endListeners) listener(id);
    }
    await this.#options.tables.run(`DELETE FROM ${this.#options.table} WHERE id = ?`, [id]);
    this.#held.delete(id);
    this.#ended.delete(id);
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
    for (const { id, expiresMs } of this.list())
      if (expiresMs + rememberedMs < nowMs || this.#ended.has(id)) await this.remove(id);
  }
}

/** The beginning of the hash says nothing of the secret, and nobody can choose it. */
const idOf = (hash: string): string => hash.slice(0, 16);
