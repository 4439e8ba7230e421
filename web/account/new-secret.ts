/** Without those that look like another: 32 of them, so that each is five bits. */
const letters = 'abcdefghjkmnpqrstuvwxyz23456789A';
const groups = 4;
const groupLength = 5;

/** A password of 100 bits, in groups that can be read out: `abcde-fghjk-mnpqr-stuvw`. `fill` is the browser's randomness. */
export function newSecret(
  fill: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array = bytes => crypto.getRandomValues(bytes),
): string {
  const bytes = fill(new Uint8Array(groups * groupLength));
  const text = Array.from(bytes, byte => letters[byte % letters.length]).join('');
  return Array.from({ length: groups }, (_, at) => text.slice(at * groupLength, (at + 1) * groupLength)).join(
    '-',
  );
}
