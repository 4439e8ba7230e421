import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A new secret of `bits` random bits as base64url. */
export const newToken = (bits: number): string => randomBytes(bits / 8).toString('base64url');

/** What is stored of a token. It has too many random bits to be guessed, so one fast hash is enough. */
export const hashToken = (token: string): string => hash('sha256', token, 'hex');

/** Whether a token belongs to a stored hash, in a time that does not tell how much of it was right. */
export const isTokenOf = (stored: string, token: string): boolean => {
  const given = Buffer.from(hashToken(token));
  const wanted = Buffer.from(stored);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
};
