import { ByteWriter } from './bytes.ts';
import { hkdf, hmacUnder, isSame, type NewSha256, pbkdf2 } from './hmac.ts';
import type { PairHello } from './pairing-messages.ts';
import { encodeUtf8 } from './utf8.ts';

/**
 * How a gateway and a host that share a code come to share a credential (docs/protocol.md, "Pairing"). Who has not the
 * code learns nothing by listening, and neither side believes the other without it.
 */
export const pairingRounds = 1000;
export const nonceBytes = 16;

const tagBytes = 32;

/** What stands for the code from then on: each guess at a code that was listened to costs all these rounds. */
export const pairingSecret = (sha256: NewSha256, code: string): Uint8Array =>
  pbkdf2(sha256, encodeUtf8(code), encodeUtf8('joulegate pairing 1'), pairingRounds);

/** The gateway's proof that it has the code, over all that it says of itself. 32 bytes. */
export function proofOf(
  sha256: NewSha256,
  secret: Uint8Array,
  gatewayNonce: Uint8Array,
  { device, chip, board, firmware }: PairHello,
): Uint8Array {
  const key = hkdf(sha256, secret, gatewayNonce, encodeUtf8('gateway proof'), 32);
  const said = new ByteWriter(128);
  said.bytes(gatewayNonce);
  for (const text of [device, chip, board, firmware]) {
    const bytes = encodeUtf8(text);
    said.varint(bytes.length);
    said.bytes(bytes);
  }
  return hmacUnder(sha256, key)(said.take());
}

/** What the host's answer is bound to. */
export interface PairingNonces {
  readonly gateway: Uint8Array;
  readonly host: Uint8Array;
  readonly proof: Uint8Array;
}

export interface Sealed {
  readonly sealed: Uint8Array;
  readonly tag: Uint8Array;
}

/** Encrypts under a keystream of HMACs and tags what came of it with another key. */
export function seal(
  sha256: NewSha256,
  secret: Uint8Array,
  nonces: PairingNonces,
  plain: Uint8Array,
): Sealed {
  const keys = keysOf(sha256, secret, nonces);
  const sealed = streamed(sha256, keys.subarray(0, 32), plain);
  return { sealed, tag: tagOf(sha256, keys.subarray(32), nonces, sealed) };
}

/** What was sealed, or undefined where whoever sealed it had another code, or it was changed on its way. */
export function unseal(
  sha256: NewSha256,
  secret: Uint8Array,
  nonces: PairingNonces,
  { sealed, tag }: Sealed,
): Uint8Array | undefined {
  const keys = keysOf(sha256, secret, nonces);
  if (tag.length !== tagBytes || !isSame(tag, tagOf(sha256, keys.subarray(32), nonces, sealed)))
    return undefined;
  return streamed(sha256, keys.subarray(0, 32), sealed);
}

/** 32 bytes for the keystream, 32 for the tag, different for each answer by the host's nonce. */
function keysOf(sha256: NewSha256, secret: Uint8Array, { gateway, host }: PairingNonces): Uint8Array {
  const salt = new Uint8Array(gateway.length + host.length);
  salt.set(gateway);
  salt.set(host, gateway.length);
  return hkdf(sha256, secret, salt, encodeUtf8('host answer'), 64);
}

/** The nonces and the proof have fixed lengths, so all parts are where they are. */
const tagOf = (
  sha256: NewSha256,
  key: Uint8Array,
  { gateway, host, proof }: PairingNonces,
  sealed: Uint8Array,
): Uint8Array => hmacUnder(sha256, key)(gateway, host, proof, sealed);

function streamed(sha256: NewSha256, key: Uint8Array, bytes: Uint8Array): Uint8Array {
  const mac = hmacUnder(sha256, key);
  const result = Uint8Array.from(bytes);
  for (let offset = 0; offset < result.length; offset += tagBytes) {
    const counter = offset / tagBytes;
    const stream = mac(Uint8Array.of(counter >> 24, counter >> 16, counter >> 8, counter));
    const end = Math.min(offset + tagBytes, result.length);
    for (let index = offset; index < end; index++)
      result[index] = (result[index] as number) ^ (stream[index - offset] as number);
  }
  return result;
}
