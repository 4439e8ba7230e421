import { etc, hashes, Point } from '@noble/ed25519';

// The library lets programs put their own hashes there. Nobody does here, and what is frozen lies in flash.
Object.freeze(hashes);

/** Bits of the order of the group. */
const scalarBits = 253;

/**
 * Whether a signature is right (RFC 8032, section 5.1.7, cofactored, and strict: only canonical points, no key of small
 * order), in some 255 steps, so that a slow machine does other things between them. The library's own `verify` wants
 * a table of 4,224 points of the base point, more than a megabyte on a device; its points are used here as they are.
 * Throws nothing: what is no point or no number is no signature.
 */
export class Ed25519Check {
  readonly #publicKey: Uint8Array;
  readonly #message: Uint8Array;
  readonly #signature: Uint8Array;
  readonly #sha512: (bytes: Uint8Array) => Uint8Array;
  #minusKey: Point | undefined;
  #nonce: Point | undefined;
  #both: Point | undefined;
  #scalar = 0n;
  #challenge = 0n;
  #sum = Point.ZERO;
  /** Bits that are left; the two steps before them are for key and signature. */
  #left = scalarBits + 2;

  constructor(
    publicKey: Uint8Array,
    message: Uint8Array,
    signature: Uint8Array,
    sha512: (bytes: Uint8Array) => Uint8Array,
  ) {
    this.#publicKey = publicKey;
    this.#message = message;
    this.#signature = signature;
    this.#sha512 = sha512;
  }

  /** Does a small part of the work. Gives whether the signature is right once that is known, and undefined before. */
  step(): boolean | undefined {
    const left = this.#left--;
    if (left === scalarBits + 2) return this.readKey() ? undefined : false;
    if (left === scalarBits + 1) return this.readSignature() ? undefined : false;
    if (left > 0) {
      this.addBit(BigInt(left - 1));
      return undefined;
    }
    return this.#nonce !== undefined && timesEight(this.#sum.subtract(this.#nonce)).is0();
  }

  private readKey(): boolean {
    const key = pointOf(this.#publicKey);
    if (key === undefined || timesEight(key).is0()) return false;
    this.#minusKey = key.negate();
    this.#both = Point.BASE.add(this.#minusKey);
    return true;
  }

  private readSignature(): boolean {
    const signature = this.#signature;
    if (signature.length !== 64) return false;
    const { n: order } = Point.CURVE();
    const nonceBytes = signature.slice(0, 32);
    this.#nonce = pointOf(nonceBytes);
    this.#scalar = numberOf(signature.slice(32));
    if (this.#nonce === undefined || this.#scalar >= order) return false;
    const hash = this.#sha512(etc.concatBytes(nonceBytes, this.#publicKey, this.#message));
    this.#challenge = numberOf(hash) % order;
    return true;
  }

  /** One bit of scalar * base - challenge * key, both at once from the highest down (Shamir's trick). */
  private addBit(bit: bigint): void {
    const ofScalar = ((this.#scalar >> bit) & 1n) === 1n;
    const ofChallenge = ((this.#challenge >> bit) & 1n) === 1n;
    const added = ofScalar
      ? ofChallenge
        ? this.#both
        : Point.BASE
      : ofChallenge
        ? this.#minusKey
        : undefined;
    const doubled = this.#sum.double();
    this.#sum = added === undefined ? doubled : doubled.add(added);
  }
}

function pointOf(bytes: Uint8Array): Point | undefined {
  try {
    return Point.fromBytes(bytes);
  } catch {
    return undefined;
  }
}

/** Not by the library's `multiply`: whoever forges a difference that is the base point would make it build its table. */
const timesEight = (point: Point): Point => point.double().double().double();

/** Low byte first. */
const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${etc.bytesToHex(bytes.slice().reverse())}`);
