import { addressKey } from '../auth/throttle.ts';

export interface StrangersOptions<C> {
  /** Connections that have not said who they are, in all and of one address, and those that have only just come. */
  readonly most: number;
  readonly mostOfAddress: number;
  readonly mostArriving: number;
  /** One that is younger has only just come: what it says is still on its way. */
  readonly arrivalMs: number;
  /** One that is younger is not sent away for another; longer for one that speaks, as a handshake takes its time. */
  readonly graceMs: number;
  readonly spokenGraceMs: number;
  readonly timeoutMs: number;
  /** Many come from there through a proxy: each counts as if it had an address of its own. */
  readonly isTrusted: (address: string) => boolean;
  /** Whether anything was heard on it, as much as a handshake that began. */
  readonly hasSpoken: (connection: C) => boolean;
  /** Monotonic. */
  readonly nowMs: () => number;
  readonly sendAway: (connection: C, why: 'full' | 'timeout') => void;
}

interface Stranger {
  readonly sinceMs: number;
  readonly address: string;
}

/**
 * Connections that have not logged in yet: `arriving`, then `silent` until their CONNECT is there, then `checked`. A fleet
 * that comes back at once is arriving and then checked; who only holds connections is silent, and there are few of
 * those: where there are as many as may be, the oldest of whoever has most makes way, or else the newest is sent away.
 */
export class Strangers<C> {
  readonly #options: StrangersOptions<C>;
  /** The oldest first. */
  readonly #arriving = new Map<C, Stranger>();
  readonly #silent = new Map<C, Stranger>();
  readonly #silentByAddress = new Map<string, Map<C, Stranger>>();
  readonly #checked = new Set<C>();
  #trustedCount = 0;

  constructor(options: StrangersOptions<C>) {
    this.#options = options;
  }

  get size(): number {
    return this.#arriving.size + this.#silent.size + this.#checked.size;
  }

  /** Those that have had the time to say who they are and did not. */
  get silent(): number {
    return this.#silent.size;
  }

  add(connection: C, remoteAddress: string | undefined): void {
    const { isTrusted, mostArriving, nowMs } = this.#options;
    const text = remoteAddress ?? '';
    const address = isTrusted(text) ? `trusted ${++this.#trustedCount}` : addressKey(text);
    this.#arriving.set(connection, { sinceMs: nowMs(), address });
    if (this.#arriving.size > mostArriving) this.#judgeOldest();
  }

  /** It has said who it is, and that is looked into. */
  speaks(connection: C): void {
    if (!this.#arriving.has(connection) && !this.#silent.has(connection)) return;
    this.delete(connection);
    this.#checked.add(connection);
  }

  /** It has logged in, or is gone. */
  delete(connection: C): void {
    if (this.#arriving.delete(connection) || this.#checked.delete(connection)) return;
    const stranger = this.#silent.get(connection);
    if (stranger === undefined) return;
    this.#silent.delete(connection);
    const group = this.#silentByAddress.get(stranger.address);
    group?.delete(connection);
    if (group?.size === 0) this.#silentByAddress.delete(stranger.address);
  }

  /** Sends away who did not say who it is in time, and whom there is no room for; to be called several times a second. */
  sweep(): void {
    const { nowMs, timeoutMs, arrivalMs, sendAway } = this.#options;
    for (const { sinceMs } of this.#arriving.values()) {
      if (nowMs() - sinceMs < arrivalMs) break;
      this.#judgeOldest();
    }
    for (const [connection, { sinceMs }] of this.#silent) {
      if (nowMs() - sinceMs < timeoutMs) break;
      this.delete(connection);
      sendAway(connection, 'timeout');
    }
  }

  /** The oldest that arrives has had its time: it is silent from now on, if there is room. */
  #judgeOldest(): void {
    const { most, mostOfAddress, sendAway } = this.#options;
    for (const [connection, stranger] of this.#arriving) {
      this.#arriving.delete(connection);
      const group = this.#silentByAddress.get(stranger.address) ?? new Map<C, Stranger>();
      const hasRoom =
        group.size >= mostOfAddress
          ? this.#makeWay(group)
          : this.#silent.size < most || this.#largestFirst().some(each => this.#makeWay(each));
      if (hasRoom) {
        this.#silent.set(connection, stranger);
        // The group may have been emptied, and so be no longer there.
        this.#silentByAddress.set(stranger.address, group.set(connection, stranger));
      } else sendAway(connection, 'full');
      return;
    }
  }

  #makeWay(group: Map<C, Stranger>): boolean {
    const { nowMs, graceMs, spokenGraceMs, hasSpoken, sendAway } = this.#options;
    for (const [connection, { sinceMs }] of group) {
      if (nowMs() - sinceMs < (hasSpoken(connection) ? spokenGraceMs : graceMs)) continue;
      this.delete(connection);
      sendAway(connection, 'full');
      return true;
    }
    return false;
  }

  /** Whoever takes much gives first. */
  #largestFirst(): Map<C, Stranger>[] {
    return [...this.#silentByAddress.values()].sort((a, b) => b.size - a.size);
  }
}
