import { hash, verify } from '@node-rs/argon2';
import { composed } from './password-rules.ts';

/** What a check costs: KiB, passes and lanes of Argon2id. */
export interface PasswordCost {
  readonly memoryCost: number;
  readonly timeCost: number;
  readonly parallelism: number;
}

/** OWASP's second choice for Argon2id (19 MiB, 2 passes, 1 lane); about 20 ms of a core. */
const usualCost: PasswordCost = Object.freeze({ memoryCost: 19_456, timeCost: 2, parallelism: 1 });

/** So many wait at most; who comes later is told that the host is busy. */
const waitingMost = 32;

export class TooBusy extends Error {
  constructor() {
    super('too many passwords are being checked');
    this.name = 'TooBusy';
  }
}

/** Hashes and checks passwords off the event loop, at most two at once: each takes 19 MiB and a core. */
export class Passwords {
  readonly #unknownHash: string;
  readonly #cost: PasswordCost;
  /** How many hashes were made, for whatever. */
  made = 0;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  private constructor(unknownHash: string, cost: PasswordCost) {
    this.#unknownHash = unknownHash;
    this.#cost = cost;
  }

  static async open(cost: PasswordCost = usualCost): Promise<Passwords> {
    return new Passwords(await hash('no account has this password', cost), cost);
  }

  /** @throws TooBusy */
  hash(password: string): Promise<string> {
    return this.#inTurn(() => hash(composed(password), this.#cost));
  }

  /**
   * Whether a password belongs to a hash. Without a hash (no such account) it takes the same time and is false.
   * @throws TooBusy
   */
  async verify(passwordHash: string | undefined, password: string): Promise<boolean> {
    const isRight = await this.#inTurn(() => verify(passwordHash ?? this.#unknownHash, composed(password)));
    return isRight && passwordHash !== undefined;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= 2) {
      if (this.#waiting.length >= waitingMost) throw new TooBusy();
      // Whoever ends hands over the turn, so the number running does not change.
      await new Promise<void>(resolve => this.#waiting.push(resolve));
    } else this.#running++;
    this.made++;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}
