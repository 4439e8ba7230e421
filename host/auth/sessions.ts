import { numberOf, type Tables, textOf } from './tables.ts';
import { hashToken, newToken } from './tokens.ts';

const dayMs = 24 * 60 * 60 * 1000;
export const sessionIdleMs = 7 * dayMs;
export const sessionMostMs = 30 * dayMs;
/** How stale the stored time of the last use may be: writing it at each request would write all the time. */
const seenStaleMs = 60 * 60 * 1000;
const sessionsMost = 1000;

export interface SessionState {
  readonly id: string;
  readonly user: string;
  readonly createdMs: number;
  readonly seenMs: number;
  /** When it ends if it is not used again. */
  readonly expiresMs: number;
}

/** Signed-in browsers. A session is a random token in a cookie; kept is its hash alone. */
export class Sessions {
  readonly #tables: Tables;
  readonly #nowMs: () => number;
  /** By hash of the token; the one made first comes first. */
  readonly #sessions = new Map<string, SessionState>();
  readonly #endListeners = new Set<(id: string) => void>();

  private constructor(tables: Tables, nowMs: () => number) {
    this.#tables = tables;
    this.#nowMs = nowMs;
  }

  static async open(tables: Tables, nowMs: () => number): Promise<Sessions> {
    const sessions = new Sessions(tables, nowMs);
    const rows = await tables.all(
      'SELECT tokenHash, account, createdMs, seenMs FROM session ORDER BY createdMs',
    );
    for (const row of rows) {
      const id = textOf(row, 'tokenHash');
      const user = textOf(row, 'account');
      const session = stateOf(id, user, numberOf(row, 'createdMs'), numberOf(row, 'seenMs'));
      if (session.expiresMs > nowMs()) sessions.#sessions.set(id, session);
      else await sessions.#delete(id);
    }
    return sessions;
  }

  /** Begins a session; the token is given out this once. */
  async begin(user: string): Promise<{ token: string; session: SessionState }> {
    await this.#makeRoom();
    const token = newToken(256);
    const nowMs = this.#nowMs();
    const session = stateOf(hashToken(token), user, nowMs, nowMs);
    await this.#tables.run('INSERT INTO session VALUES (?, ?, ?, ?)', [session.id, user, nowMs, nowMs]);
    this.#sessions.set(session.id, session);
    return { token, session };
  }

  /**
   * The session of a token, now used; undefined where there is none or it has expired. A promise only where something
   * has to be written: this is asked at each request.
   */
  use(token: string): SessionState | undefined | Promise<SessionState | undefined> {
    const session = this.#sessions.get(hashToken(token));
    if (session === undefined) return undefined;
    if (!this.isOpen(session.id)) return this.end(session.id).then(() => undefined);
    const nowMs = this.#nowMs();
    return nowMs - session.seenMs < seenStaleMs ? session : this.#seen(session, nowMs);
  }

  async #seen(session: SessionState, nowMs: number): Promise<SessionState> {
    const seen = stateOf(session.id, session.user, session.createdMs, nowMs);
    this.#sessions.set(session.id, seen);
    await this.#tables.run('UPDATE session SET seenMs = ? WHERE tokenHash = ?', [nowMs, session.id]);
    return seen;
  }

  /** Whether a session still stands; asking is no use of it. */
  isOpen(id: string): boolean {
    const session = this.#sessions.get(id);
    return session !== undefined && session.expiresMs > this.#nowMs();
  }

  async end(id: string): Promise<void> {
    if (!this.#sessions.delete(id)) return;
    for (const listener of this.#endListeners) listener(id);
    await this.#delete(id);
  }

  /** Tells of each session that ends, until the function given back is called. */
  onEnd(listener: (id: string) => void): () => void {
    this.#endListeners.add(listener);
    return () => this.#endListeners.delete(listener);
  }

  async #makeRoom(): Promise<void> {
    for (const { id } of [...this.#sessions.values()]) if (!this.isOpen(id)) await this.end(id);
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size >= sessionsMost && oldest !== undefined) await this.end(oldest);
  }

  #delete(id: string): Promise<void> {
    return this.#tables.run('DELETE FROM session WHERE tokenHash = ?', [id]);
  }
}

function stateOf(id: string, user: string, createdMs: number, seenMs: number): SessionState {
  const expiresMs = Math.min(seenMs + sessionIdleMs, createdMs + sessionMostMs);
  return { id, user, createdMs, seenMs, expiresMs };
}
