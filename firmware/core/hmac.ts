/** A SHA-256 under way; each machine has its own (`CryptoPort`). */
export interface Sha256 {
  add(bytes: Uint8Array): void;
  /** 32 bytes. Nothing is called afterwards. */
  finish(): Uint8Array;
}

export type NewSha256 = () => Sha256;

/** Tags what it is given, the parts as if they were one. */
export type Mac = (...parts: readonly Uint8Array[]) => Uint8Array;

const blockBytes = 64;
const digestBytes = 32;

/** HMAC-SHA-256 (RFC 2104) under one key, whose padding is made once. */
export function hmacUnder(sha256: NewSha256, key: Uint8Array): Mac {
  const inner = new Uint8Array(blockBytes).fill(0x36);
  const outer = new Uint8Array(blockBytes).fill(0x5c);
  const short = key.length > blockBytes ? hashOf(sha256, key) : key;
  for (let index = 0; index < short.length; index++) {
    const byte = short[index] as number;
    inner[index] = 0x36 ^ byte;
    outer[index] = 0x5c ^ byte;
  }
  return (...parts) => hashOf(sha256, outer, hashOf(sha256, inner, ...parts));
}

/** HKDF-SHA-256 (RFC 5869): `bytes` of key material, at most 8,160, out of `secret`. */
export function hkdf(
  sha256: NewSha256,
  secret: Uint8Array,
  salt: Uint8Array,
  info: Uint8Array,
  bytes: number,
): Uint8Array {
  const expand = hmacUnder(sha256, hmacUnder(sha256, salt)(secret));
  const material = new Uint8Array(bytes);
  let block = new Uint8Array(0);
  for (let offset = 0; offset < bytes; offset += digestBytes) {
    block = Uint8Array.from(expand(block, info, Uint8Array.of(offset / digestBytes + 1)));
    material.set(block.subarray(0, Math.min(digestBytes, bytes - offset)), offset);
  }
  return material;
}

/** The first 32 bytes of PBKDF2-HMAC-SHA-256 (RFC 8018): makes each guess at a secret cost `rounds`. */
export function pbkdf2(sha256: NewSha256, secret: Uint8Array, salt: Uint8Array, rounds: number): Uint8Array {
  const mac = hmacUnder(sha256, secret);
  let block = mac(salt, Uint8Array.of(0, 0, 0, 1));
  const sum = Uint8Array.from(block);
  for (let round = 1; round < rounds; round++) {
    block = mac(block);
    for (let index = 0; index < digestBytes; index++)
      sum[index] = (sum[index] as number) ^ (block[index] as number);
  }
  return sum;
}

/** Whether both are the same, in a time that does not tell where they differ. */
export function isSame(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (let index = 0; index < one.length; index++)
    difference |= (one[index] as number) ^ (other[index] as number);
  return difference === 0;
}

function hashOf(sha256: NewSha256, ...parts: readonly Uint8Array[]): Uint8Array {
  const hash = sha256();
  for (const part of parts) hash.add(part);
  return hash.finish();
}
