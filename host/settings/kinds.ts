import { isIP } from 'node:net';

/** What was given, as the host uses it, or what is allowed instead. */
export type Taken<T> = { readonly value: T } | { readonly allowed: string };

/** What a setting may be. */
export interface Kind<T> {
  /** Of a text from environment or arguments, or of any JSON from a file. */
  readonly take: (given: unknown) => Taken<T>;
}

/** Any text, or one that a rule lets through: `rule` gives what is allowed where it does not. */
export const textKind = (rule: (text: string) => string | undefined = () => undefined): Kind<string> => ({
  take(given) {
    if (typeof given !== 'string' || given === '' || given.includes('\0'))
      return { allowed: 'a text is allowed' };
    const allowed = rule(given);
    return allowed === undefined ? { value: given } : { allowed };
  },
});

export const text = textKind();

/** A whole number within bounds. */
export const count = (from: number, to: number): Kind<number> => ({
  take(given) {
    const number = typeof given === 'string' && /^\d{1,5}$/.test(given) ? Number(given) : given;
    if (typeof number === 'number' && Number.isInteger(number) && number >= from && number <= to)
      return { value: number };
    return { allowed: `a whole number from ${from} to ${to} is allowed` };
  },
});

/** 0: any free one, where a server is to listen. */
export const port = count(0, 65_535);

/** 0: for ever, or never. */
export const months = count(0, 1200);

/** One of a few words. A file may give one that is a number as a number. */
export const choice = <T extends string>(...words: readonly T[]): Kind<T> => ({
  take(given) {
    const value = words.find(word => word === (typeof given === 'number' ? String(given) : given));
    if (value !== undefined) return { value };
    return {
      allowed: words.length > 2 ? `${words.join(', ')} are allowed` : `${words.join(' or ')} is allowed`,
    };
  },
});

/** Where a server listens. */
export const address = textKind(text =>
  isIP(text) === 0 && text !== 'localhost'
    ? 'an IP address or localhost is allowed, such as 127.0.0.1 or 0.0.0.0'
    : undefined,
);

/** A secret of programs. Nobody counts the tries at it, so it must be too long to be tried out. */
export const token = textKind(text =>
  /^[\x21-\x7e]{20,256}$/.test(text)
    ? undefined
    : '20 to 256 letters, digits and signs without a space are allowed',
);

/** Whoever has what it opens may try for years. */
export const passphrase = textKind(text =>
  text.length >= 12 && text.length <= 256
    ? undefined
    : '12 to 256 characters are allowed, best some words that do not belong together',
);

/** An IANA zone that this machine knows; offsets such as +02:00 are no zone. */
export const zone = textKind(text =>
  isZone(text) ? undefined : 'an IANA zone is allowed, such as Europe/Berlin or UTC',
);

function isZone(name: string): boolean {
  if (/^[+-]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
