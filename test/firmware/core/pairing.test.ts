import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toHex } from '#core/bytes.ts';
import { pairingSecret, proofOf, seal, unseal } from '#core/pairing.ts';
import { codeOf, readCode } from '#core/pairing-code.ts';
import { encodeUtf8 } from '#core/utf8.ts';
import { nodeCrypto } from '../../../simulator/gateway/node-crypto.ts';

const { sha256 } = nodeCrypto;
const hello = { device: 'gateway-3f2a', chip: 'esp32', board: 'a board', firmware: '0.1.0' };
const secret = pairingSecret(sha256, '7K3M0QXW9ZTB');
const gateway = new Uint8Array(16).fill(1);
const host = new Uint8Array(16).fill(2);
const proof = proofOf(sha256, secret, gateway, hello);
const nonces = { gateway, host, proof };

test('a code has 60 bits in 12 letters, and is read as it may be typed', () => {
  expect(codeOf(Uint8Array.from([0, 1, 2, 3, 28, 29, 30, 31, 32, 63, 255, 18]))).toBe('0123-WXYZ-0ZZJ');
  expect(readCode('7k3m-0qxw 9ztb')).toBe('7K3M0QXW9ZTB');
  expect(readCode('oOiI-lLxw-9ztb')).toBe('001111XW9ZTB');
  for (const typed of [
    '',
    '7K3M-0QXW-9ZT',
    '7K3M-0QXW-9ZTBB',
    '7K3M-0QXW-9ZTU',
    '7K3M_0QXW_9ZTB',
    '7K3M-0QXW-9ZTß',
  ])
    expect(readCode(typed), typed).toBeUndefined();
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 12, maxLength: 12 }), random => {
      const code = codeOf(random);
      expect(codeOf(random.map(byte => byte & 31))).toBe(code);
      expect(readCode(code.toLowerCase())).toBe(code.replaceAll('-', ''));
    }),
  );
});

test('what is sealed comes out with the same code, and is not to be seen in what is sent', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), plain => {
      const sealed = seal(sha256, secret, nonces, plain);
      expect(unseal(sha256, secret, nonces, sealed)).toEqual(plain);
      if (plain.length > 8) expect(toHex(sealed.sealed)).not.toContain(toHex(plain));
    }),
  );
});

test('another code, another nonce, another proof or one changed bit, and nothing comes out', () => {
  const sealed = seal(sha256, secret, nonces, encodeUtf8('a password'));
  const other = pairingSecret(sha256, '7K3M0QXW9ZTC');
  expect(unseal(sha256, other, nonces, sealed)).toBeUndefined();
  for (const name of ['gateway', 'host', 'proof'] as const) {
    const changed = { ...nonces, [name]: nonces[name].map((byte, index) => (index === 3 ? byte ^ 4 : byte)) };
    expect(unseal(sha256, secret, changed, sealed), name).toBeUndefined();
  }
  for (const part of ['sealed', 'tag'] as const) {
    for (let bit = 0; bit < sealed[part].length * 8; bit++) {
      const bytes = sealed[part].slice();
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(unseal(sha256, secret, nonces, { ...sealed, [part]: bytes })).toBeUndefined();
    }
    expect(unseal(sha256, secret, nonces, { ...sealed, [part]: sealed[part].slice(1) })).toBeUndefined();
  }
});

test('the proof is about all that the gateway says, and where each part of it ends', () => {
  const proofs = [
    hello,
    { ...hello, device: 'gateway-3f2b' },
    { ...hello, chip: 'esp32s3' },
    { ...hello, board: 'a boar', firmware: 'd0.1.0' },
    { ...hello, firmware: '0.1.1' },
  ].map(said => toHex(proofOf(sha256, secret, gateway, said)));
  proofs.push(toHex(proofOf(sha256, secret, host, hello)));
  expect(new Set(proofs).size).toBe(proofs.length);
});

test('two answers to one question share no keystream', () => {
  const plain = new Uint8Array(64);
  const one = seal(sha256, secret, nonces, plain);
  const two = seal(sha256, secret, { ...nonces, host: new Uint8Array(16).fill(3) }, plain);
  expect(toHex(one.sealed)).not.toBe(toHex(two.sealed));
  expect(toHex(one.sealed.subarray(0, 32))).not.toBe(toHex(one.sealed.subarray(32)));
});
