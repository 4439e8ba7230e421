import { addressKey } from './throttle.ts';

/** So many addresses of a person: home, work, the phone's. */
const addressesMost = 5;
const knownMs = 30 * 24 * 60 * 60 * 1000;
const usersMost = 1000;

/**
 * Where people signed in from before. From there somebody has tries of their own, so that strangers who try a name for
 * ever do not keep its owner out.
 */
export class KnownAddresses {
  readonly #nowMs: () => number;
  readonly #seenMs = new Map<string, Map<string, number>>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** The account signed in from there. */
  add(user: string, address: string, seenMs = this.#nowMs()): void {
    const key = addressKey(address);
    const ofUser = this.#seenMs.get(user) ?? new Map<string, number>();
    ofUser.delete(key);
    ofUser.set(key, seenMs);
    drop(ofUser, addressesMost);
    this.#seenMs.set(user, ofUser);
    drop(this.#seenMs, usersMost);
  }

  has(user: string, address: string): boolean {
    const seenMs = this.#seenMs.get(user)?.get(addressKey(address));
    return seenMs !== undefined && this.#nowMs() - seenMs < knownMs;
  }

  forget(user: string): void {
    this.#seenMs.delete(user);
  }
}

function drop<V>(map: Map<string, V>, most: number): void {
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}
