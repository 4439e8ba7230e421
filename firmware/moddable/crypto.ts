import { Digest } from 'crypt';
import Timer from 'timer';
import type { CryptoPort } from '../ports.ts';
import { bufferOf } from './buffers.ts';
import { Ed25519Check } from './ed25519-check.ts';
import { ticksMs } from './time.ts';

/** So long a signature is worked at before others have their turn: a serial port's buffer must not run over. */
const turnMs = 15;

/** Hashes by the SDK's C code; signatures in script, in turns. */
export const moddableCrypto: CryptoPort = Object.freeze({
  sha256: () => {
    const digest = new Digest('SHA256');
    return {
      add: bytes => digest.write(bufferOf(bytes)),
      finish: () => new Uint8Array(digest.close()),
    };
  },
  verifyEd25519: (publicKey, message, signature, done) => {
    const check = new Ed25519Check(publicKey, message, signature, sha512);
    const turn = (): void => {
      const endMs = ticksMs() + turnMs;
      do {
        const isGood = check.step();
        if (isGood !== undefined) {
          done(isGood);
          return;
        }
      } while (ticksMs() < endMs);
      Timer.set(turn, 1);
    };
    Timer.set(turn, 0);
  },
} satisfies CryptoPort);

function sha512(bytes: Uint8Array): Uint8Array {
  const digest = new Digest('SHA512');
  digest.write(bufferOf(bytes));
  return new Uint8Array(digest.close());
}
