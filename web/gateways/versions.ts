/** What counts of a version of semantic versioning 2.0.0: its three numbers, then the parts of a pre-release. */
interface Parts {
  readonly numbers: readonly number[];
  readonly preRelease: readonly string[];
}

function partsOf(version: string): Parts | null {
  const found = /^(\d+)\.(\d+)\.(\d+)(?:-([\dA-Za-z.-]+))?(?:\+.*)?$/.exec(version);
  if (found === null) return null;
  const [, major, minor, patch, pre] = found;
  return { numbers: [Number(major), Number(minor), Number(patch)], preRelease: pre?.split('.') ?? [] };
}

/** The version at the beginning of what a firmware calls itself, such as `0.1.0 (simulator)`. */
export const versionOf = (firmware: string | null): string => (firmware ?? '').split(' ')[0] ?? '';

/**
 * Which of two versions comes first, as gateways decide it (semantic versioning 2.0.0, section 11): negative where it is
 * `a`. NaN where either is no version.
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  if (left === null || right === null) return Number.NaN;
  for (const [index, number] of left.numbers.entries()) {
    const difference = number - (right.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  const [one, other] = [left.preRelease, right.preRelease];
  // Without a pre-release it is the later one.
  if (one.length === 0 || other.length === 0) return Math.sign(other.length) - Math.sign(one.length);
  for (const [index, part] of one.entries()) {
    const against = other[index];
    if (against === undefined) return 1;
    const difference = compareParts(part, against);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

/** Numbers come before words. */
function compareParts(a: string, b: string): number {
  const [isNumber, isOtherNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isNumber !== isOtherNumber) return isNumber ? -1 : 1;
  if (isNumber) return Number(a) - Number(b);
  return a < b ? -1 : a > b ? 1 : 0;
}
