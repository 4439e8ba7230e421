import type { Accounts } from './accounts.ts';
import { everySite } from './roles.ts';
import type { SetupCode } from './setup-code.ts';
import { addressKey, Throttle } from './throttle.ts';

const withinMs = 5 * 60 * 1000;

export type SignInOutcome =
  | { readonly state: 'right' }
  | { readonly state: 'wrong' }
  | { readonly state: 'throttled'; readonly waitMs: number };

/** Checks of passwords and of the setup code, throttled by account and by address. */
export class SignIn {
  readonly #accounts: Accounts;
  readonly #setupCode: SetupCode;
  readonly #byAccount: Throttle;
  readonly #byAddress: Throttle;

  constructor(accounts: Accounts, setupCode: SetupCode, nowMs: () => number) {
    this.#accounts = accounts;
    this.#setupCode = setupCode;
    this.#byAccount = new Throttle({ tries: 5, withinMs }, nowMs);
    this.#byAddress = new Throttle({ tries: 10, withinMs }, nowMs);
  }

  /** Whether a name and a password belong together. @throws TooBusy */
  async check(user: string, password: string, address: string): Promise<SignInOutcome> {
    const waitMs = this.#byAccount.waitMs(user);
    if (waitMs > 0) return { state: 'throttled', waitMs };
    const outcome = await this.#fromAddress(address, () => {
      this.#byAccount.tried(user);
      return this.#accounts.verify(user, password);
    });
    if (outcome.state === 'right') this.#byAccount.forgive(user);
    return outcome;
  }

  /** Makes the first account where the code is right. To be called while no account exists. @throws TooBusy */
  setUp(code: string, user: string, password: string, address: string): Promise<SignInOutcome> {
    return this.#fromAddress(address, async () => {
      if (!this.#setupCode.matches(code)) return false;
      const restore = this.#setupCode.spend();
      try {
        await this.#accounts.create(user, password, { [everySite]: 'admin' });
      } catch (error) {
        restore();
        throw error;
      }
      return true;
    });
  }

  async #fromAddress(address: string, isRight: () => Promise<boolean>): Promise<SignInOutcome> {
    const key = addressKey(address);
    const waitMs = this.#byAddress.waitMs(key);
    if (waitMs > 0) return { state: 'throttled', waitMs };
    this.#byAddress.tried(key);
    if (!(await isRight())) return { state: 'wrong' };
    this.#byAddress.takeBack(key);
    return { state: 'right' };
  }
}
