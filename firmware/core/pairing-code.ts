/**
 * Crockford's Base32: of each pair that looks alike one is in it, and the other is read as that one. There is no U.
 * 32 letters, so 12 of them are 60 bits.
 */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codeLetters = 12;

/** A code of 12 random bytes, of which the low five bits of each are taken: `7K3M-0QXW-9ZTB`. */
export function codeOf(random: Uint8Array): string {
  let code = '';
  for (let index = 0; index < codeLetters; index++) {
    if (index > 0 && index % 4 === 0) code += '-';
    code += letters[(random[index] as number) & 31] as string;
  }
  return code;
}

/** A code as it was typed, without dashes, spaces and look-alikes; undefined where it cannot be one. */
export function readCode(typed: string): string | undefined {
  let code = '';
  for (const sign of typed.slice(0, 64).toUpperCase()) {
    if (sign === ' ' || sign === '-') continue;
    const letter = sign === 'O' ? '0' : sign === 'I' || sign === 'L' ? '1' : sign;
    if (!letters.includes(letter)) return undefined;
    code += letter;
  }
  return code.length === codeLetters ? code : undefined;
}
