import { createPublicKey, verify } from 'node:crypto';
import { hexRule } from '#core/hex-rule.ts';
import { type Mistake, mistakesOf, type Rule, type Ruled } from '#core/rules.ts';
import { isVersion, updateText } from '#core/update.ts';
import { boardRule, chips } from '#core/wire/life.ts';
import { messageOf } from '../message-of.ts';

/** The file of the image that gateways fetch; the others are for flashing by cable. */
export const imageFile = 'firmware.bin';
export const manifestFile = 'manifest.json';

const flashBytes = { is: 'integer', min: 0, max: 16 * 1024 * 1024 } as const satisfies Rule;

/** What lies beside the images of one build. Without a signature it can be flashed by cable alone. */
export const manifestRule = {
  is: 'object',
  fields: {
    version: { is: 'text', max: 64 },
    chip: { is: 'choice', of: chips },
    imageBytes: flashBytes,
    sha256: hexRule(32),
    parts: {
      is: 'list',
      max: 16,
      of: {
        is: 'object',
        fields: {
          path: {
            is: 'text',
            max: 64,
            pattern: '^[a-z0-9][a-z0-9._-]{0,63}$',
            hint: 'the name of a file beside it is allowed: lower-case letters, digits, . - and _',
          },
          offset: flashBytes,
        },
      },
    },
  },
  optional: {
    board: boardRule,
    /** Ed25519 over `updateText`, and the public key that it is right for. */
    signature: hexRule(64),
    publicKey: hexRule(32),
  },
} as const satisfies Rule;

export type Manifest = Ruled<typeof manifestRule>;

/** The manifest that a text holds, or all that is wrong with it. */
export function readManifest(text: string): { manifest: Manifest } | { mistakes: readonly Mistake[] } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { mistakes: [{ field: '(all)', message: `is no JSON: ${messageOf(error)}` }] };
  }
  const mistakes = mistakesOf(manifestRule, value);
  if (mistakes.length > 0) return { mistakes };
  const manifest = value as Manifest;
  if (!isVersion(manifest.version)) {
    const message = `${JSON.stringify(manifest.version)} given; a version such as 1.2.0 is allowed`;
    return { mistakes: [{ field: 'version', message }] };
  }
  if (!isSignatureRight(manifest)) {
    const message = 'is not of publicKey over this manifest; sign it again (joulegate firmware sign)';
    return { mistakes: [{ field: 'signature', message }] };
  }
  return { manifest };
}

/** A raw Ed25519 key as SubjectPublicKeyInfo in DER begins like this (RFC 8410, section 4). */
const spkiHead = Buffer.from('302a300506032b6570032100', 'hex');

/** False for one that does not fit what stands beside it; whether its key is to be believed the gateways say. */
function isSignatureRight(manifest: Manifest): boolean {
  const { signature, publicKey } = manifest;
  if (signature === undefined || publicKey === undefined) return true;
  const key = Buffer.concat([spkiHead, Buffer.from(publicKey, 'hex')]);
  return verify(
    null,
    Buffer.from(updateText(manifest)),
    createPublicKey({ key, format: 'der', type: 'spki' }),
    Buffer.from(signature, 'hex'),
  );
}
