import { randomBytes } from 'node:crypto';
import { toBase64 } from '#core/base64.ts';
import { fromHex, toHex } from '#core/bytes.ts';
import { isSame } from '#core/hmac.ts';
import { jsonText } from '#core/json.ts';
import { localPin } from '#core/local-pin.ts';
import { nonceBytes, proofOf, seal } from '#core/pairing.ts';
import type { PairAnswer, PairGrant, PairRequest } from '#core/pairing-messages.ts';
import { encodeUtf8 } from '#core/utf8.ts';
import { addressKey, Throttle } from '../auth/throttle.ts';
import { pairingLimits } from './limits.ts';
import { newPairing, type Pairing, sha256, stateOf } from './pairing.ts';

export interface PairingsOptions {
  readonly nowMs: () => number;
  /** Makes the credential of a gateway of the pairing's site: under its reserved id, or one made of the device's name. */
  readonly grant: (pairing: Pick<Pairing, 'reserved' | 'site'>, device: string) => Promise<PairGrant>;
}

export type PairOutcome =
  | {
      readonly state: 'paired';
      readonly answer: PairAnswer;
      readonly gateway: string;
      readonly isNew: boolean;
    }
  | { readonly state: 'wrong' | 'spent' | 'expired' | 'dead' }
  | { readonly state: 'throttled'; readonly waitMs: number };

/** The answer to a gateway, kept as long as its code would have been good. */
interface Given {
  readonly nonce: string;
  readonly answer: Promise<{ readonly answer: PairAnswer; readonly gateway: string }>;
}

/**
 * The codes an operator asked for, and the gateways that bring them. All of it is in memory: a host that starts anew has
 * no codes. Nothing is answered before the gateway has proved to have a code; a guess counts against every open one.
 */
export class Pairings {
  readonly #options: PairingsOptions;
  readonly #pairings = new Map<string, Pairing>();
  readonly #given = new Map<string, Given>();
  readonly #byAddress: Throttle;
  readonly #byAll: Throttle;

  constructor(options: PairingsOptions) {
    this.#options = options;
    this.#byAddress = new Throttle(pairingLimits.triesOfAddress, options.nowMs);
    this.#byAll = new Throttle(pairingLimits.triesOfAll, options.nowMs);
  }

  /** A new code, to be shown this once; undefined where as many as may be are open. */
  create(
    reserved: string | null,
    site: string,
    by: string,
  ): { readonly code: string; readonly pairing: Pairing } | undefined {
    const nowMs = this.#options.nowMs();
    if (this.list().filter(pairing => stateOf(pairing, nowMs) === 'open').length >= pairingLimits.open)
      return undefined;
    const made = newPairing(randomBytes(12), {
      id: toHex(randomBytes(8)),
      reserved,
      site,
      by,
      createdMs: nowMs,
      expiresMs: nowMs + pairingLimits.codeMs,
    });
    this.#pairings.set(made.pairing.id, made.pairing);
    this.#forgetOldest();
    return made;
  }

  /** Newest first. */
  list(): Pairing[] {
    return [...this.#pairings.values()].reverse();
  }

  get(id: string): Pairing | undefined {
    return this.#pairings.get(id);
  }

  /** No gateway can use its code any more. One that has used it keeps its credential. */
  revoke(pairing: Pairing): void {
    pairing.end ??= 'revoked';
    this.#given.delete(pairing.id);
  }

  /** Judges a gateway's request; `address` is where it came from. */
  async pair(request: PairRequest, address: string): Promise<PairOutcome> {
    const { nowMs } = this.#options;
    const key = addressKey(address);
    const waitMs = Math.max(this.#byAddress.waitMs(key), this.#byAll.waitMs(''));
    if (waitMs > 0) return { state: 'throttled', waitMs };
    this.#byAddress.tried(key);
    this.#byAll.tried('');
    const pairing = this.#provenBy(request);
    if (pairing === undefined) {
      this.#wrongTry();
      return { state: 'wrong' };
    }
    this.#byAddress.takeBack(key);
    this.#byAll.takeBack('');
    if (nowMs() >= pairing.expiresMs) return { state: 'expired' };
    if (pairing.end === 'dead') return { state: 'dead' };
    const given = this.#given.get(pairing.id);
    // The same gateway again, that lost its power before it had stored the answer.
    if (given?.nonce === request.nonce) return { state: 'paired', ...(await given.answer), isNew: false };
    if (pairing.end !== undefined) return { state: 'spent' };
    return { state: 'paired', ...(await this.#use(pairing, request)), isNew: true };
  }

  async #use(pairing: Pairing, request: PairRequest): Promise<{ answer: PairAnswer; gateway: string }> {
    // At once: a second gateway that comes meanwhile finds it used.
    pairing.end = 'used';
    const answer = this.#answer(pairing, request);
    this.#given.set(pairing.id, { nonce: request.nonce, answer });
    try {
      return await answer;
    } catch (error) {
      // Nothing was given: the code is as good as before.
      pairing.end = undefined;
      this.#given.delete(pairing.id);
      throw error;
    }
  }

  async #answer(pairing: Pairing, request: PairRequest): Promise<{ answer: PairAnswer; gateway: string }> {
    const grant = await this.#options.grant(pairing, request.device);
    pairing.gateway = grant.gateway;
    pairing.localPin = localPin(hashOf, grant.password);
    const host = new Uint8Array(randomBytes(nonceBytes));
    const nonces = { gateway: bytesOf(request.nonce), host, proof: bytesOf(request.proof) };
    const { sealed, tag } = seal(sha256, pairing.secret, nonces, encodeUtf8(jsonText(grant)));
    const answer: PairAnswer = { v: 1, nonce: toHex(host), sealed: toBase64(sealed), tag: toHex(tag) };
    return { answer, gateway: grant.gateway };
  }

  /** The pairing whose code the gateway has. Each is tried, so that the time does not tell which. */
  #provenBy(request: PairRequest): Pairing | undefined {
    const proof = bytesOf(request.proof);
    const nonce = bytesOf(request.nonce);
    let found: Pairing | undefined;
    for (const pairing of this.#pairings.values())
      if (isSame(proof, proofOf(sha256, pairing.secret, nonce, request))) found = pairing;
    return found;
  }

  #wrongTry(): void {
    const nowMs = this.#options.nowMs();
    for (const pairing of this.#pairings.values()) {
      if (stateOf(pairing, nowMs) !== 'open') continue;
      pairing.wrongTries++;
      if (pairing.wrongTries >= pairingLimits.wrongTries) pairing.end = 'dead';
    }
  }

  #forgetOldest(): void {
    for (const id of this.#pairings.keys()) {
      if (this.#pairings.size <= pairingLimits.remembered) return;
      this.#pairings.delete(id);
      this.#given.delete(id);
    }
  }
}

function hashOf(bytes: Uint8Array): Uint8Array {
  const hash = sha256();
  hash.add(bytes);
  return hash.finish();
}

/** The rule has let hex through alone. */
const bytesOf = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array(0);
