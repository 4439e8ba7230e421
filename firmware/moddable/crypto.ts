import { Digest } from 'crypt';
import type { CryptoPort } from '../ports.ts';
import { bufferOf } from './buffers.ts';

/** Hashes by the SDK's C code. */
export const moddableCrypto: CryptoPort = Object.freeze({
  sha256: () => {
    const digest = new Digest('SHA256');
    return {
      add: bytes => digest.write(bufferOf(bytes)),
      finish: () => new Uint8Array(digest.close()),
    };
  },
  verifyEd25519: (_publicKey, _message, _signature, done) => done(false),
} satisfies CryptoPort);
