import type { Accounts } from './accounts.ts';
import { KnownAddresses } from './known-addresses.ts';
import { everySite } from './roles.ts';
import type { SecondFactors } from './second-factors.ts';
import type { SetupCode } from './setup-code.ts';
import { addressKey, Throttle } from './throttle.ts';

const minuteMs = 60 * 1000;
const withinMs = 5 * minuteMs;
/** Wrong codes beside the right password: at three codes of a million each, one in 16,000 a day. */
const wrongCodes = Object.freeze({ tries: 20, withinMs: 24 * 60 * minuteMs });

export type SignInOutcome =
  | { readonly state: 'right' }
  | { readonly state: 'wrong' }
  /** The password is right, and a code is to come with it. */
  | { readonly state: 'factorMissing' }
  /** The password is right, the code is not, or was used before. */
  | { readonly state: 'factorWrong' }
  | { readonly state: 'throttled'; readonly waitMs: number };

export interface SignInTry {
  readonly user: string;
  readonly password: string;
  readonly secondFactor?: string | undefined;
  readonly address: string;
}

export interface SignInParts {
  readonly accounts: Accounts;
  readonly setupCode: SetupCode;
  readonly secondFactors: SecondFactors;
  readonly nowMs: () => number;
}

/**
 * Checks of passwords, codes and the setup code. An account has 5 wrong tries in 5 minutes from all strangers together,
 * and as many from each address that it signed in from before; an address has 10, whatever the names.
 */
export class SignIn {
  readonly known: KnownAddresses;
  readonly #parts: SignInParts;
  readonly #byAccount: Throttle;
  /** Apart, so that made-up names cannot push an account's tries out of memory. */
  readonly #byUnknown: Throttle;
  readonly #byAddress: Throttle;
  readonly #byCode: Throttle;

  constructor(parts: SignInParts) {
    const { nowMs } = parts;
    this.known = new KnownAddresses(nowMs);
    this.#parts = parts;
    this.#byAccount = new Throttle({ tries: 5, withinMs }, nowMs);
    this.#byUnknown = new Throttle({ tries: 5, withinMs }, nowMs);
    this.#byAddress = new Throttle({ tries: 10, withinMs }, nowMs);
    this.#byCode = new Throttle(wrongCodes, nowMs);
  }

  /** Whether somebody is who they say. @throws TooBusy */
  async check(tried: SignInTry): Promise<SignInOutcome> {
    const outcome = await this.#counted(tried, async () =>
      (await this.#parts.accounts.verify(tried.user, tried.password)) ? this.#checkCode(tried) : wrong,
    );
    if (outcome.state === 'right') this.known.add(tried.user, tried.address);
    return outcome;
  }

  /** Whether who is signed in knows their password. @throws TooBusy */
  prove({ user, password, address }: Omit<SignInTry, 'secondFactor'>): Promise<SignInOutcome> {
    return this.#counted({ user, password, address }, async () =>
      (await this.#parts.accounts.verify(user, password)) ? right : wrong,
    );
  }

  /** Makes the first account where the code is right. To be called while no account exists. @throws TooBusy */
  async setUp(code: string, user: string, password: string, address: string): Promise<SignInOutcome> {
    const { accounts, setupCode } = this.#parts;
    const outcome = await this.#fromAddress(address, async () => {
      if (!setupCode.matches(code)) return wrong;
      const restore = setupCode.spend();
      try {
        await accounts.create(user, password, { [everySite]: 'admin' });
      } catch (error) {
        restore();
        throw error;
      }
      return right;
    });
    if (outcome.state === 'right') this.known.add(user, address);
    return outcome;
  }

  async #checkCode({ user, secondFactor, address }: SignInTry): Promise<SignInOutcome> {
    const { secondFactors } = this.#parts;
    if (!secondFactors.has(user)) return right;
    if (secondFactor === undefined) return { state: 'factorMissing' };
    const key = this.#keyOf(user, address);
    const waitMs = this.#byCode.waitMs(key);
    if (waitMs > 0) return { state: 'throttled', waitMs };
    this.#byCode.tried(key);
    if (!(await secondFactors.check(user, secondFactor))) return { state: 'factorWrong' };
    this.#byCode.takeBack(key);
    return right;
  }

  /** A password that was changed while it was checked is none any more. */
  async #ofNow(user: string, check: () => Promise<SignInOutcome>): Promise<SignInOutcome> {
    const { accounts } = this.#parts;
    const mark = accounts.passwordMark(user);
    const outcome = await check();
    return accounts.passwordMark(user) === mark ? outcome : wrong;
  }

  /** Tries count before it is known whether they are right, so that many at once cannot slip through. */
  #counted({ user, address }: SignInTry, check: () => Promise<SignInOutcome>): Promise<SignInOutcome> {
    const throttle = this.#parts.accounts.find(user) === undefined ? this.#byUnknown : this.#byAccount;
    const key = this.#keyOf(user, address);
    return limited(throttle, key, () => this.#fromAddress(address, () => this.#ofNow(user, check)));
  }

  #fromAddress(address: string, check: () => Promise<SignInOutcome>): Promise<SignInOutcome> {
    return limited(this.#byAddress, addressKey(address), check);
  }

  #keyOf(user: string, address: string): string {
    return this.known.has(user, address) ? `${user}\n${addressKey(address)}` : user;
  }
}

const right: SignInOutcome = Object.freeze({ state: 'right' });
const wrong: SignInOutcome = Object.freeze({ state: 'wrong' });

/** Runs a check where the key has tries left; only those that were wrong stay counted. */
async function limited(
  throttle: Throttle,
  key: string,
  check: () => Promise<SignInOutcome>,
): Promise<SignInOutcome> {
  const waitMs = throttle.waitMs(key);
  if (waitMs > 0) return { state: 'throttled', waitMs };
  throttle.tried(key);
  let isWrong = false;
  try {
    const outcome = await check();
    isWrong = outcome.state === 'wrong' || outcome.state === 'factorWrong';
    return outcome;
  } finally {
    if (!isWrong) throttle.takeBack(key);
  }
}
