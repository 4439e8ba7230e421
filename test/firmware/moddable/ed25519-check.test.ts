import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Ed25519Check } from '../../../firmware/moddable/ed25519-check.ts';
import { nodeCrypto } from '../../../simulator/gateway/node-crypto.ts';

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));
const sha512 = (data: Uint8Array) => new Uint8Array(createHash('sha512').update(data).digest());

function check(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const steps = new Ed25519Check(publicKey, message, signature, sha512);
  let isGood: boolean | undefined;
  while (isGood === undefined) isGood = steps.step();
  return isGood;
}

function byNode(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  let isGood: boolean | undefined;
  nodeCrypto.verifyEd25519(publicKey, message, signature, answer => {
    isGood = answer;
  });
  if (isGood === undefined) throw new Error('no answer');
  return isGood;
}

/** RFC 8032, section 7.1: tests 1, 2 and 3. */
const rfc: readonly [key: string, message: string, signature: string][] = [
  [
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    '',
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  ],
  [
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    '72',
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  ],
  [
    'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    'af82',
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  ],
];

describe('Ed25519 in steps', () => {
  test.each(rfc)('takes what RFC 8032 gives as right: %s', (key, message, signature) => {
    expect(check(bytes(key), bytes(message), bytes(signature))).toBe(true);
  });

  test('says the same as OpenSSL of right signatures and of those with one bit changed anywhere', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const raw = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32));
    const spoilt = fc.record({
      message: fc.uint8Array({ minLength: 1, maxLength: 80 }),
      part: fc.constantFrom('key', 'message', 'signature', 'none'),
      bit: fc.nat(511),
    });
    let good = 0;
    fc.assert(
      fc.property(spoilt, ({ message, part, bit }) => {
        const parts = {
          key: raw.slice(),
          message: message.slice(),
          signature: new Uint8Array(sign(null, message, privateKey)),
        };
        if (part !== 'none') {
          const at = (bit >> 3) % parts[part].length;
          parts[part][at] = (parts[part][at] ?? 0) ^ (1 << (bit & 7));
        }
        const isGood = check(parts.key, parts.message, parts.signature);
        if (isGood) good++;
        expect(isGood).toBe(part === 'none');
        expect(byNode(parts.key, parts.message, parts.signature)).toBe(isGood);
      }),
      { numRuns: 40 },
    );
    expect(good).toBeGreaterThan(0);
  });

  test('refuses a signature to which the order of the group was added', () => {
    const [key, message, signature] = rfc[1]!;
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    const scalar =
      BigInt(`0x${Buffer.from(signature, 'hex').subarray(32).reverse().toString('hex')}`) + order;
    const high = Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex').reverse().toString('hex');
    expect(check(bytes(key), bytes(message), bytes(signature.slice(0, 64) + high))).toBe(false);
  });

  test('refuses keys of small order, under which anything could be signed', () => {
    const one = `01${'00'.repeat(31)}`;
    const minusOne = `ec${'ff'.repeat(30)}7f`;
    for (const key of [one, minusOne, '00'.repeat(32)]) {
      expect(check(bytes(key), bytes('72'), bytes(one + '00'.repeat(32)))).toBe(false);
    }
  });

  test('refuses what is no key and no signature, whatever its length', () => {
    const [key, message, signature] = rfc[1]!;
    for (const wrong of ['', '00', key.slice(2), `${key}00`, 'ff'.repeat(32)]) {
      expect(check(bytes(wrong), bytes(message), bytes(signature))).toBe(false);
    }
    for (const wrong of ['', '00', signature.slice(2), `${signature}00`, 'ff'.repeat(64)]) {
      expect(check(bytes(key), bytes(message), bytes(wrong))).toBe(false);
    }
  });

  test('comes in steps that are each a small part of the whole', () => {
    const [key, message, signature] = rfc[2]!;
    const steps = new Ed25519Check(bytes(key), bytes(message), bytes(signature), sha512);
    let count = 0;
    while (steps.step() === undefined) count++;
    expect(count).toBe(255);
  });
});
