import { randomInt } from 'node:crypto';
import { hashToken, isTokenOf } from './tokens.ts';

export const setupCodeMs = 15 * 60 * 1000;

/** No 0, O, 1, I, L: the code is read from a terminal and typed. */
const letters = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';

/** The code that proves, while there is no account, that who sets the host up can read its terminal. */
export class SetupCode {
  readonly #nowMs: () => number;
  #hash: string | undefined;
  #untilMs = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** A new code, 59 bits, good for 15 minutes; the one before is worthless. */
  renew(): string {
    const code = Array.from({ length: 12 }, () => letters[randomInt(letters.length)]).join('');
    this.#hash = hashToken(code);
    this.#untilMs = this.#nowMs() + setupCodeMs;
    return code.replace(/(.{4})(?=.)/g, '$1-');
  }

  /** Whether it is the code and still good. Case, dashes and spaces do not matter. */
  matches(code: string): boolean {
    const plain = code.replace(/[\s-]/g, '').toUpperCase();
    return this.#hash !== undefined && this.#nowMs() < this.#untilMs && isTokenOf(this.#hash, plain);
  }

  /** It has done its work. The function given back makes it good again, where the work failed after all. */
  spend(): () => void {
    const hash = this.#hash;
    this.#hash = undefined;
    return () => {
      this.#hash ??= hash;
    };
  }
}
