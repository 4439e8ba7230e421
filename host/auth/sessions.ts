import { numberOf, type Tables, textOf } from './tables.ts';
import { hashToken, newToken } from './tokens.ts';

const dayMs = 24 * 60 * 60 * 1000;
const sessionIdleMs = 7 * dayMs;
export const sessionMostMs = 30 * dayMs;
/** How stale the stored time of the last use may be: writing it at each request would write all the time. */
const seenStaleMs = 60 * 60 * 1000;
/** Of one account; past them the one made first ends. */
const sessionsMost = 30;
const agentCharacters = 120;

/** Where a session was begun from. */
export interface SessionOrigin {
  readonly address: string;
  /** What the browser calls itself. */
  readonly agent: string;
}

export interface SessionState extends SessionOrigin {
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
  /** Of those, what has ended and is not yet gone from the tables. */
  readonly #ended = new Set<string>();
  readonly #endListeners = new Set<(id: string) => void>();

  private constructor(tables: Tables, nowMs: () => number) {
    this.#tables = tables;
    this.#nowMs = nowMs;
  }

  static async open(tables: Tables, nowMs: () => number): Promise<Sessions> {
    const sessions = new Sessions(tables, nowMs);
    const rows = await tables.all(
      `SELECT tokenHash, account, createdMs, seenMs, coalesce(address, '') AS address, coalesce(agent, '') AS agent
       FROM session LEFT JOIN session_origin USING (tokenHash) ORDER BY createdMs`,
    );
    for (const row of rows) {
      const id = textOf(row, 'tokenHash');
      const session = stateOf({
        id,
        user: textOf(row, 'account'),
        createdMs: numberOf(row, 'createdMs'),
        seenMs: numberOf(row, 'seenMs'),
        address: textOf(row, 'address'),
        agent: textOf(row, 'agent'),
      });
      if (session.expiresMs > nowMs()) sessions.#sessions.set(id, session);
      else await sessions.#delete(id);
    }
    return sessions;
  }

  /** Begins a session; the token is given out this once. */
  async begin(
    user: string,
    { address, agent: told }: SessionOrigin = { address: '', agent: '' },
  ): Promise<{ token: string; session: SessionState }> {
    const token = newToken(256);
    const id = hashToken(token);
    const nowMs = this.#nowMs();
    const agent = shortened(told);
    const session = stateOf({ id, user, createdMs: nowMs, seenMs: nowMs, address, agent });
    // Known at once: what ends the sessions of the account meanwhile ends this one, too.
    this.#sessions.set(id, session);
    try {
      await this.#makeRoom(user);
      await this.#tables.run('INSERT INTO session_origin VALUES (?, ?, ?)', [id, address, agent]);
      await this.#tables.run('INSERT INTO session VALUES (?, ?, ?, ?)', [id, user, nowMs, nowMs]);
    } catch (error) {
      this.#sessions.delete(id);
      throw error;
    }
    // One that has ended must not come back with a restart.
    if (!this.isOpen(id)) await this.#delete(id);
    return { token, session };
  }

  /** All that are kept, the one made first comes first. */
  all(): readonly SessionState[] {
    return [...this.#sessions.values()];
  }

  /** Those of an account that stand, the one made first comes first. */
  of(user: string): readonly SessionState[] {
    return [...this.#sessions.values()].filter(session => session.user === user && this.isOpen(session.id));
  }

  /**
   * The session of a token, now used; undefined where there is none or it has expired. A promise only where something
   * has to be written: this is asked at each request.
   */
  use(token: string): SessionState | undefined | Promise<SessionState | undefined> {
    const session = this.#sessions.get(hashToken(token));
    if (session === undefined) return undefined;
    if (this.#ended.has(session.id)) return undefined;
    // Where the store does not take it, it has ended all the same, and is tried again at the next sign-in.
    if (!this.isOpen(session.id)) return this.end(session.id).then(nothing, nothing);
    const nowMs = this.#nowMs();
    return nowMs - session.seenMs < seenStaleMs ? session : this.#seen(session, nowMs);
  }

  async #seen(session: SessionState, nowMs: number): Promise<SessionState> {
    const seen = stateOf({ ...session, seenMs: nowMs });
    this.#sessions.set(session.id, seen);
    await this.#tables.run('UPDATE session SET seenMs = ? WHERE tokenHash = ?', [nowMs, session.id]);
    return seen;
  }

  /** Whether a session still stands; asking is no use of it. */
  isOpen(id: string): boolean {
    const session = this.#sessions.get(id);
    return session !== undefined && session.expiresMs > this.#nowMs() && !this.#ended.has(id);
  }

  /** It is over at once; where the tables still have it, it can be ended again. @throws Error of the store */
  async end(id: string): Promise<void> {
    if (!this.#sessions.has(id)) return;
    if (!this.#ended.has(id)) {
      this.#ended.add(id);
      for (const listener of this.#endListeners) listener(id);
    }
    await this.#delete(id);
    this.#sessions.delete(id);
    this.#ended.delete(id);
  }

  /** Ends all sessions of an account, or all but one. Gives how many. */
  async endAll(user: string, exceptId?: string): Promise<number> {
    const ended = this.of(user).filter(({ id }) => id !== exceptId);
    // None may be used while others are still being written.
    await Promise.all(ended.map(({ id }) => this.end(id)));
    return ended.length;
  }

  /** Tells of each session that ends, until the function given back is called. */
  onEnd(listener: (id: string) => void): () => void {
    this.#endListeners.add(listener);
    return () => this.#endListeners.delete(listener);
  }

  async #makeRoom(user: string): Promise<void> {
    for (const { id } of [...this.#sessions.values()]) if (!this.isOpen(id)) await this.end(id);
    const own = this.of(user);
    for (const { id } of own.slice(0, Math.max(0, own.length - sessionsMost))) await this.end(id);
  }

  async #delete(id: string): Promise<void> {
    await this.#tables.run('DELETE FROM session WHERE tokenHash = ?', [id]);
    await this.#tables.run('DELETE FROM session_origin WHERE tokenHash = ?', [id]);
  }
}

const nothing = () => undefined;

function stateOf(session: Omit<SessionState, 'expiresMs'>): SessionState {
  const { seenMs, createdMs } = session;
  return { ...session, expiresMs: Math.min(seenMs + sessionIdleMs, createdMs + sessionMostMs) };
}

/** What can be shown of what a browser calls itself, which may be anything. */
const shortened = (agent: string): string =>
  [...agent.replace(/[^\x20-\x7e]/g, '?')].slice(0, agentCharacters).join('');
