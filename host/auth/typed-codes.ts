import { randomInt } from 'node:crypto';

/** No 0, O, 1, I, L: the codes are read from a screen or paper and typed. */
const letters = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';

/** A random code of so many letters, each near 5 bits, in groups of four: `ABCD-EFGH`. */
export const newTypedCode = (length: number): string =>
  Array.from({ length }, () => letters[randomInt(letters.length)])
    .join('')
    .replace(/(.{4})(?=.)/g, '$1-');

/** A code as it is compared: case, dashes and spaces do not matter. */
export const plainCode = (typed: string): string => typed.replace(/[\s-]/g, '').toUpperCase();
