import { isIPv4 } from 'node:net';

export interface StrangersOptions<C> {
  readonly most: number;
  readonly mostOfAddress: number;
  /** One that is younger is not sent away for another: it had no time to say who it is. */
  readonly graceMs: number;
  readonly timeoutMs: number;
  /** Monotonic. */
  readonly nowMs: () => number;
  readonly sendAway: (connection: C, why: 'full' | 'timeout') => void;
}

/**
 * Connections that have not logged in yet. There are so many at most, in all and of one address; where they are, the
 * oldest makes way for a new one: whoever only holds connections open loses them, and who logs in at once gets in.
 */
export class Strangers<C> {
  readonly #options: StrangersOptions<C>;
  readonly #addresses = new Map<C, string>();
  /** Since when, the oldest first. */
  readonly #byAddress = new Map<string, Map<C, number>>();

  constructor(options: StrangersOptions<C>) {
    this.#options = options;
  }

  get size(): number {
    return this.#addresses.size;
  }

  /** Lets one in, perhaps for another; false where there is no room for it. */
  add(connection: C, remoteAddress: string | undefined): boolean {
    const { most, mostOfAddress, nowMs } = this.#options;
    const address = networkOf(remoteAddress ?? '');
    const ofAddress = this.#byAddress.get(address);
    if (ofAddress !== undefined && ofAddress.size >= mostOfAddress) {
      if (!this.#makeWay(ofAddress)) return false;
    } else if (this.size >= most && !this.#makeWay(this.#largest())) return false;
    this.#addresses.set(connection, address);
    const group = this.#byAddress.get(address) ?? new Map<C, number>();
    this.#byAddress.set(address, group.set(connection, nowMs()));
    return true;
  }

  /** It has logged in, or is gone. */
  delete(connection: C): void {
    const address = this.#addresses.get(connection);
    if (address === undefined) return;
    this.#addresses.delete(connection);
    const group = this.#byAddress.get(address);
    group?.delete(connection);
    if (group?.size === 0) this.#byAddress.delete(address);
  }

  /** Sends away who did not log in in time; to be called now and then. */
  sweep(): void {
    const { nowMs, timeoutMs, sendAway } = this.#options;
    const before = nowMs() - timeoutMs;
    for (const group of [...this.#byAddress.values()]) {
      for (const [connection, sinceMs] of group) {
        if (sinceMs > before) break;
        this.delete(connection);
        sendAway(connection, 'timeout');
      }
    }
  }

  #makeWay(group: Map<C, number>): boolean {
    const { nowMs, graceMs, sendAway } = this.#options;
    for (const [oldest, sinceMs] of group) {
      if (nowMs() - sinceMs < graceMs) return false;
      this.delete(oldest);
      sendAway(oldest, 'full');
      return true;
    }
    return false;
  }

  /** Of the address with the most: whoever takes much gives first. */
  #largest(): Map<C, number> {
    let largest = new Map<C, number>();
    for (const group of this.#byAddress.values()) if (group.size > largest.size) largest = group;
    return largest;
  }
}

/** What one customer of a network has: an IPv4 address, or the /64 of an IPv6 address. */
export function networkOf(address: string): string {
  const [text = ''] = address.toLowerCase().split('%');
  const mapped = text.startsWith('::ffff:') ? text.slice(7) : text;
  if (isIPv4(mapped)) return mapped;
  const [head = '', tail] = text.split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const rest = tail === '' ? [] : tail.split(':');
    while (groups.length + rest.length < 8) groups.push('0');
    groups.push(...rest);
  }
  return groups.slice(0, 4).join(':');
}
