import { createHmac, pbkdf2Sync } from 'node:crypto';
import { expect, test } from 'vitest';
import { fromHex, toHex } from '#core/bytes.ts';
import { hkdf, hmacUnder, isSame, pbkdf2 } from '#core/hmac.ts';
import { encodeUtf8 } from '#core/utf8.ts';
import { nodeCrypto } from '../../../simulator/gateway/node-crypto.ts';

const hex = (text: string): Uint8Array => fromHex(text) ?? new Uint8Array(0);
const repeated = (byte: number, count: number): Uint8Array => new Uint8Array(count).fill(byte);
const counted = (from: number, to: number): Uint8Array =>
  Uint8Array.from({ length: to - from + 1 }, (_, index) => from + index);
const { sha256 } = nodeCrypto;

/** RFC 4231, section 4. */
const macs: readonly [key: Uint8Array, data: Uint8Array, tag: string][] = [
  [
    repeated(0x0b, 20),
    encodeUtf8('Hi There'),
    'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
  ],
  [
    encodeUtf8('Jefe'),
    encodeUtf8('what do ya want for nothing?'),
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ],
  [
    repeated(0xaa, 20),
    repeated(0xdd, 50),
    '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe',
  ],
  [counted(1, 25), repeated(0xcd, 50), '82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b'],
  [
    repeated(0xaa, 131),
    encodeUtf8('Test Using Larger Than Block-Size Key - Hash Key First'),
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  ],
  [
    repeated(0xaa, 131),
    encodeUtf8(
      'This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.',
    ),
    '9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2',
  ],
];

test('HMAC gives the tags of RFC 4231, also of data in parts', () => {
  for (const [key, data, tag] of macs) {
    const mac = hmacUnder(sha256, key);
    expect(toHex(mac(data))).toBe(tag);
    expect(toHex(mac(data.subarray(0, 3), data.subarray(3)))).toBe(tag);
    expect(createHmac('sha256', key).update(data).digest('hex')).toBe(tag);
  }
});

/** RFC 5869, appendix A.1 to A.3. */
const derived: readonly [
  secret: Uint8Array,
  salt: Uint8Array,
  info: Uint8Array,
  length: number,
  okm: string,
][] = [
  [
    repeated(0x0b, 22),
    counted(0x00, 0x0c),
    counted(0xf0, 0xf9),
    42,
    '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
  ],
  [
    counted(0x00, 0x4f),
    counted(0x60, 0xaf),
    counted(0xb0, 0xff),
    82,
    'b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87',
  ],
  [
    repeated(0x0b, 22),
    new Uint8Array(0),
    new Uint8Array(0),
    42,
    '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
  ],
];

test('HKDF gives the keys of RFC 5869', () => {
  for (const [secret, salt, info, length, okm] of derived)
    expect(toHex(hkdf(sha256, secret, salt, info, length))).toBe(okm);
});

test('PBKDF2 gives the key of RFC 7914, and those of another program', () => {
  const password = encodeUtf8('passwd');
  const salt = encodeUtf8('salt');
  expect(toHex(pbkdf2(sha256, password, salt, 1))).toBe(
    '55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc',
  );
  for (const rounds of [2, 1000])
    expect(toHex(pbkdf2(sha256, password, salt, rounds))).toBe(
      pbkdf2Sync('passwd', 'salt', rounds, 32, 'sha256').toString('hex'),
    );
});

test('what is the same is the same, and a bit or a byte more is not', () => {
  expect(isSame(hex('0011ff'), hex('0011ff'))).toBe(true);
  expect(isSame(hex('0011ff'), hex('0011fe'))).toBe(false);
  expect(isSame(hex('0011ff'), hex('8011ff'))).toBe(false);
  expect(isSame(hex('0011ff'), hex('0011ff00'))).toBe(false);
  expect(isSame(hex(''), hex(''))).toBe(true);
});
