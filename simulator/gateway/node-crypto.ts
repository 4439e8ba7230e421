import { createHash, createPublicKey, verify } from 'node:crypto';
import type { CryptoPort } from '#ports';

/** A raw Ed25519 key as SubjectPublicKeyInfo in DER begins like this (RFC 8410, section 4). */
const spkiHead = Buffer.from('302a300506032b6570032100', 'hex');

/** Hashes and signatures by Node's OpenSSL. */
export const nodeCrypto: CryptoPort = {
  sha256: () => {
    const hash = createHash('sha256');
    return {
      add: bytes => void hash.update(bytes),
      finish: () => new Uint8Array(hash.digest()),
    };
  },
  verifyEd25519: (publicKey, message, signature, done) => {
    done(isSigned(publicKey, message, signature));
  },
};

function isSigned(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const key = createPublicKey({ key: Buffer.concat([spkiHead, publicKey]), format: 'der', type: 'spki' });
  return verify(null, message, key, signature);
}
