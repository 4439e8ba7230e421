import { deepFreeze } from './freeze.ts';
import type { Chip } from './wire/life.ts';

/** What a signature is about: the image by its hash, and what it says of itself. */
export interface SignedImage {
  /** As in semantic versioning. */
  readonly version: string;
  readonly chip: Chip;
  /** The board whose pins it knows (`firmware/esp32/boards.ts`); an image without one is for any board of the chip. */
  readonly board?: string | undefined;
  readonly imageBytes: number;
  /** 64 hex digits. */
  readonly sha256: string;
}

/**
 * The text that is signed by Ed25519 over its bytes in UTF-8. Each value is on a line of its own and holds no line end
 * (`isVersion`, `boardRule`), so that two different images never have one text.
 */
export function updateText({ version, chip, board, imageBytes, sha256 }: SignedImage): string {
  const boardLine = board === undefined ? '' : `board ${board}\n`;
  return `joulegate firmware 1\nversion ${version}\nchip ${chip}\n${boardLine}bytes ${imageBytes}\nsha256 ${sha256}\n`;
}

/** Whether a text is a version by semantic versioning 2.0.0, of at most 64 characters. */
export const isVersion = (text: string): boolean => text.length <= 64 && partsOf(text) !== undefined;

/** The version at the beginning of what a firmware calls itself, such as `0.1.0 (simulator)`. */
export const versionOf = (firmware: string): string => firmware.split(' ')[0] ?? '';

/**
 * Which of two versions comes first, by semantic versioning 2.0.0, section 11: negative where it is `a`, 0 where neither
 * does (what follows a plus does not count). NaN where either is no version.
 */
export function compareVersions(a: string, b: string): number {
  const left = partsOf(a);
  const right = partsOf(b);
  if (left === undefined || right === undefined) return Number.NaN;
  for (let index = 0; index < 3; index++) {
    const difference = compareDigits(left.numbers[index] as string, right.numbers[index] as string);
    if (difference !== 0) return difference;
  }
  return comparePreReleases(left.preRelease, right.preRelease);
}

interface Parts {
  readonly numbers: readonly string[];
  readonly preRelease: readonly string[];
}

function partsOf(text: string): Parts | undefined {
  const found =
    /^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/.exec(
      text,
    );
  if (found === null) return undefined;
  const preRelease = found[4] === undefined ? [] : found[4].split('.');
  if (preRelease.includes('')) return undefined;
  return { numbers: [found[1] as string, found[2] as string, found[3] as string], preRelease };
}

/** Without a pre-release it is the later one; numbers come before words. */
function comparePreReleases(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return Math.sign(b.length) - Math.sign(a.length);
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const left = a[index] as string;
    const right = b[index] as string;
    const isNumber = /^[0-9]+$/.test(left);
    if (isNumber !== /^[0-9]+$/.test(right)) return isNumber ? -1 : 1;
    const difference = isNumber ? compareDigits(left, right) : compareTexts(left, right);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Of any length: a float would take 2^53 + 1 for 2^53. */
const compareDigits = (a: string, b: string): number =>
  a.length === b.length ? compareTexts(a, b) : a.length - b.length;

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What `imageFault` looks at. */
export const imageHeadBytes = 24;

/** The head's chip ids (ESP-IDF, `esp_chip_id_t`); images of the simulator have the one that no chip has. */
const chipIds = deepFreeze({
  esp32: 0x0000,
  esp32s3: 0x0009,
  esp32c3: 0x0005,
  esp32c6: 0x000d,
  linux: 0xffff,
} as const satisfies Record<Chip, number>);

const imageMagic = 0xe9;

/**
 * Why the beginning of an image is none for this chip, or undefined where it is one: magic and chip id as the boot loader
 * wants them (ESP-IDF, `esp_image_header_t`).
 */
export function imageFault(head: Uint8Array, chip: Chip): string | undefined {
  if (head.length < imageHeadBytes) return `${head.length} bytes are no image`;
  if (head[0] !== imageMagic) return 'it does not begin as an image does';
  const chipId = (head[12] as number) | ((head[13] as number) << 8);
  if (chipId === chipIds[chip]) return undefined;
  return `it is for chip ${chipId}, this one is ${chipIds[chip]} (${chip})`;
}
