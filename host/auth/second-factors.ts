import { Secret, TOTP } from 'otpauth';
import { numberOf, type Tables, textOf } from './tables.ts';
import { hashToken, isTokenOf } from './tokens.ts';
import { newTypedCode, plainCode } from './typed-codes.ts';

/** Keeps what must be opened again, with a key that is not in the database; `about` is what it belongs to. */
export interface Seal {
  seal(text: string, about: string): string;
  /** @throws where it was sealed otherwise */
  open(sealed: string, about: string): string;
}

/** What an app needs, until a code of it was given back. */
export interface FactorOffer {
  /** `otpauth://totp/…` */
  readonly link: string;
  /** The same in base32. */
  readonly secret: string;
}

interface Kept {
  readonly sealed: string;
  /** Step of the newest code that was taken: it and all before are spent. */
  readonly lastStep: number;
}

/** What is sealed of an account. */
interface Factor {
  readonly secret: string;
  /** Hashes of those not used yet. */
  readonly spare: readonly string[];
}

const spareCodeCount = 10;
const offerMs = 15 * 60 * 1000;
const offersMost = 1000;
/** What every app knows (RFC 6238): SHA-1, six digits, a new code each 30 s. */
const form = Object.freeze({ issuer: 'Joulegate', algorithm: 'SHA1', digits: 6, period: 30 });

/** Codes of an app on the phone, asked for beside the password, and spare codes for who lost it. */
export class SecondFactors {
  readonly #tables: Tables;
  readonly #seal: Seal;
  readonly #nowMs: () => number;
  readonly #kept = new Map<string, Kept>();
  readonly #offers = new Map<string, { readonly secret: string; readonly untilMs: number }>();

  private constructor(tables: Tables, seal: Seal, nowMs: () => number) {
    this.#tables = tables;
    this.#seal = seal;
    this.#nowMs = nowMs;
  }

  static async open(tables: Tables, seal: Seal, nowMs: () => number): Promise<SecondFactors> {
    const factors = new SecondFactors(tables, seal, nowMs);
    for (const row of await tables.all('SELECT account, sealed, lastStep FROM second_factor')) {
      const kept = { sealed: textOf(row, 'sealed'), lastStep: numberOf(row, 'lastStep') };
      factors.#kept.set(textOf(row, 'account'), kept);
    }
    return factors;
  }

  has(user: string): boolean {
    return this.#kept.has(user);
  }

  /** A new secret for an app, 160 bits; it counts once a code of it was given back, within 15 minutes. */
  offer(user: string): FactorOffer {
    const secret = new Secret({ size: 20 }).base32;
    this.#offers.delete(user);
    this.#offers.set(user, { secret, untilMs: this.#nowMs() + offerMs });
    const [oldest] = this.#offers.keys();
    if (this.#offers.size > offersMost && oldest !== undefined) this.#offers.delete(oldest);
    return { link: appOf(user, secret).toString(), secret };
  }

  /** Whether something is offered to the account that a code can be given back for. */
  hasOffer(user: string): boolean {
    return (this.#offers.get(user)?.untilMs ?? 0) > this.#nowMs();
  }

  /** Takes what was offered for good, in the place of one of before, where the code is of it. Gives ten spare codes, told this once. */
  async accept(user: string, code: string): Promise<readonly string[] | undefined> {
    const offered = this.#offers.get(user);
    if (offered === undefined || !this.hasOffer(user)) return undefined;
    const step = this.#stepOf(user, offered.secret, code);
    if (step === undefined) return undefined;
    this.#offers.delete(user);
    const codes = Array.from({ length: spareCodeCount }, () => newTypedCode(16));
    const spare = codes.map(spareCode => hashToken(plainCode(spareCode)));
    await this.#put(user, { secret: offered.secret, spare }, step);
    return codes;
  }

  /**
   * Whether a code is right: one of the app, up to a step early or late, or a spare one. It is spent from then on,
   * which is on disk when this resolves. To be asked only where the password was right.
   */
  async check(user: string, code: string): Promise<boolean> {
    const kept = this.#kept.get(user);
    const factor = kept && this.#opened(user, kept);
    if (kept === undefined || factor === undefined) return false;
    const step = this.#stepOf(user, factor.secret, code);
    if (step !== undefined) {
      if (step <= kept.lastStep) return false;
      await this.#put(user, factor, step);
      return true;
    }
    const used = factor.spare.find(hash => isTokenOf(hash, plainCode(code)));
    if (used === undefined) return false;
    await this.#put(user, { ...factor, spare: factor.spare.filter(hash => hash !== used) }, kept.lastStep);
    return true;
  }

  /** The password is enough from now on. Harmless where it was before. */
  async remove(user: string): Promise<void> {
    this.#offers.delete(user);
    const kept = this.#kept.get(user);
    this.#kept.delete(user);
    try {
      await this.#tables.run('DELETE FROM second_factor WHERE account = ?', [user]);
    } catch (error) {
      if (kept !== undefined) this.#kept.set(user, kept);
      throw error;
    }
  }

  /** In memory first: two who bring the same code at once cannot both be right. */
  async #put(user: string, factor: Factor, lastStep: number): Promise<void> {
    const sealed = this.#seal.seal(JSON.stringify(factor), aboutOf(user));
    this.#kept.set(user, { sealed, lastStep });
    await this.#tables.run(
      `INSERT INTO second_factor VALUES (?, ?, ?)
       ON CONFLICT (account) DO UPDATE SET sealed = excluded.sealed, lastStep = excluded.lastStep`,
      [user, sealed, lastStep],
    );
  }

  /** The step of the app's code; undefined where it is none of now, the step before or the one after. */
  #stepOf(user: string, secret: string, code: string): number | undefined {
    const token = plainCode(code);
    if (!/^\d{6}$/.test(token)) return undefined;
    const app = appOf(user, secret);
    const timestamp = this.#nowMs();
    const delta = app.validate({ token, timestamp, window: 1 });
    return delta === null ? undefined : app.counter({ timestamp }) + delta;
  }

  /** Undefined where it was sealed with secrets that this host has no more: then no code is right. */
  #opened(user: string, { sealed }: Kept): Factor | undefined {
    try {
      const factor: unknown = JSON.parse(this.#seal.open(sealed, aboutOf(user)));
      return isFactor(factor) ? factor : undefined;
    } catch {
      return undefined;
    }
  }
}

const appOf = (user: string, secret: string): TOTP =>
  new TOTP({ ...form, label: user, secret: Secret.fromBase32(secret) });

const aboutOf = (user: string): string => `second factor of ${user}`;

const isFactor = (value: unknown): value is Factor =>
  typeof value === 'object' &&
  value !== null &&
  'secret' in value &&
  typeof value.secret === 'string' &&
  'spare' in value &&
  Array.isArray(value.spare);
