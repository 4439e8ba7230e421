import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** What was sealed with another key, changed, or belongs to something else. */
export class SealError extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'SealError';
  }
}

const form = 'v1.';
const nonceBytes = 12;
const tagBytes = 16;

export const newSealKey = (): Buffer => randomBytes(32);

/** Tells a key from others, in hex. It has too many random bits to be found by its hash. */
export const idOfKey = (key: Uint8Array): string =>
  createHash('sha256').update('joulegate secrets ').update(key).digest('hex').slice(0, 16);

/**
 * AES-256-GCM with a nonce of its own: `v1.` and base64url of nonce, tag and text.
 * @param about what it belongs to; it opens for the same alone, so that nobody can move it elsewhere in the database
 */
export function sealWith(key: Uint8Array, text: string, about = ''): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(about));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return form + Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
}

/** @throws SealError */
export function openWith(key: Uint8Array, sealed: string, about = ''): string {
  const bytes = Buffer.from(sealed.startsWith(form) ? sealed.slice(form.length) : '', 'base64url');
  if (bytes.length < nonceBytes + tagBytes) throw new SealError('this is nothing that was sealed');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(Buffer.from(about));
  decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
  try {
    const text = decipher.update(bytes.subarray(nonceBytes + tagBytes));
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch {
    throw new SealError('it was sealed with another key, for something else, or has been changed');
  }
}
