import { isIPv6 } from 'node:net';
import { unmapped } from '../http/address-set.ts';

export interface ThrottleLimit {
  readonly tries: number;
  readonly withinMs: number;
}

/** So many keys are kept; the one tried longest ago goes first. */
const keysMost = 10_000;

/** Counts failed tries by key within a sliding time. */
export class Throttle {
  readonly #limit: ThrottleLimit;
  readonly #nowMs: () => number;
  readonly #triesMs = new Map<string, number[]>();

  constructor(limit: ThrottleLimit, nowMs: () => number) {
    this.#limit = limit;
    this.#nowMs = nowMs;
  }

  /** How long the key has to wait before its next try; 0 where it may try now. */
  waitMs(key: string): number {
    const recent = this.#recent(key);
    const oldest = recent[recent.length - this.#limit.tries];
    return oldest === undefined ? 0 : oldest + this.#limit.withinMs - this.#nowMs();
  }

  /** Counts a try, before it is known whether it is right: tries side by side cannot slip through. */
  tried(key: string): void {
    const recent = [...this.#recent(key), this.#nowMs()];
    this.#triesMs.delete(key);
    this.#triesMs.set(key, recent);
    const [oldest] = this.#triesMs.keys();
    if (this.#triesMs.size > keysMost && oldest !== undefined) this.#triesMs.delete(oldest);
  }

  /** The last try was right: it does not count. */
  takeBack(key: string): void {
    const recent = this.#recent(key).slice(0, -1);
    if (recent.length === 0) this.#triesMs.delete(key);
    else this.#triesMs.set(key, recent);
  }

  /** Forgets the tries of a key. */
  forgive(key: string): void {
    this.#triesMs.delete(key);
  }

  #recent(key: string): number[] {
    const sinceMs = this.#nowMs() - this.#limit.withinMs;
    return (this.#triesMs.get(key) ?? []).filter(triedMs => triedMs > sinceMs);
  }
}

/** What tries are counted by: an IPv4 address, or the /64 of an IPv6 one, which is a single customer's. */
export function addressKey(address: string): string {
  const plain = unmapped(address);
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.split('::');
  const heads = head === '' ? [] : head.split(':');
  const tails = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - heads.length - tails.length;
  const groups = [...heads, ...Array<string>(Math.max(0, zeros)).fill('0'), ...tails];
  return `${groups
    .slice(0, 4)
    .map(group => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
