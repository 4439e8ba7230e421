import { createHash } from 'node:crypto';
import type { NewSha256 } from '#core/hmac.ts';
import { pairingSecret } from '#core/pairing.ts';
import { codeOf, readCode } from '#core/pairing-code.ts';

export const sha256: NewSha256 = () => {
  const hash = createHash('sha256');
  return { add: bytes => void hash.update(bytes), finish: () => new Uint8Array(hash.digest()) };
};

/** `open` until a gateway used it; `dead` by wrong tries; `revoked` by a person. */
export type PairingState = 'open' | 'used' | 'expired' | 'dead' | 'revoked';

/** One code, of which only what is made of it is kept. */
export interface Pairing {
  readonly id: string;
  /** Kept for this gateway; where it is null the device's own name becomes its id. */
  readonly reserved: string | null;
  /** The site that its gateway joins. */
  readonly site: string;
  readonly by: string;
  readonly createdMs: number;
  readonly expiresMs: number;
  readonly secret: Uint8Array;
  wrongTries: number;
  end: 'used' | 'dead' | 'revoked' | undefined;
  /** The gateway that used it. */
  gateway: string | null;
  /** Of that gateway's own page. */
  localPin: string | null;
}

/** A code of 60 random bits, and what a host keeps of it. */
export function newPairing(
  random: Uint8Array,
  fields: Pick<Pairing, 'id' | 'reserved' | 'site' | 'by' | 'createdMs' | 'expiresMs'>,
): { readonly code: string; readonly pairing: Pairing } {
  const code = codeOf(random);
  const secret = pairingSecret(sha256, readCode(code) ?? code);
  return {
    code,
    pairing: { ...fields, secret, wrongTries: 0, end: undefined, gateway: null, localPin: null },
  };
}

export const stateOf = ({ end, expiresMs }: Pairing, nowMs: number): PairingState =>
  end ?? (nowMs < expiresMs ? 'open' : 'expired');
