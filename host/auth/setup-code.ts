import { hashToken, isTokenOf } from './tokens.ts';
import { newTypedCode, plainCode } from './typed-codes.ts';

export const setupCodeMs = 15 * 60 * 1000;

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
    const code = newTypedCode(12);
    this.#hash = hashToken(plainCode(code));
    this.#untilMs = this.#nowMs() + setupCodeMs;
    return code;
  }

  /** Whether it is the code and still good. Case, dashes and spaces do not matter. */
  matches(code: string): boolean {
    return (
      this.#hash !== undefined && this.#nowMs() < this.#untilMs && isTokenOf(this.#hash, plainCode(code))
    );
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
