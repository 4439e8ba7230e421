import { createHash } from 'node:crypto';

/** What an image of the simulator does when it runs. `crash`: it ends at once. `mute`: it never reaches its broker. */
export type ImageFault = 'crash' | 'mute';

export interface SimulatedFirmware {
  readonly version: string;
  readonly fault?: ImageFault;
}

const headBytes = 24;
const digestBytes = 32;

/**
 * An image for chip `linux`, in the form of an ESP32's (ESP-IDF, `esp_image_header_t`): magic, chip id, contents, and the
 * SHA-256 of all of it at the end. What it runs is a line of JSON; the rest is there to be as long as a real one.
 */
export function simulatedImage(firmware: SimulatedFirmware, imageBytes = 64 * 1024): Uint8Array {
  const image = Buffer.alloc(imageBytes, 0x5a);
  image.fill(0, 0, headBytes);
  image[0] = 0xe9;
  // The chip id that no chip has.
  image.writeUInt16LE(0xffff, 12);
  // One that runs the hash at the end (`hash_appended`).
  image[23] = 1;
  image.write(`${JSON.stringify(firmware)}\n`, headBytes);
  createHash('sha256')
    .update(image.subarray(0, -digestBytes))
    .digest()
    .copy(image, imageBytes - digestBytes);
  return new Uint8Array(image);
}

/** What an image runs, or undefined where it is none or damaged: what the boot loader looks at before it starts one. */
export function firmwareOf(slot: Uint8Array): SimulatedFirmware | undefined {
  if (slot.length < headBytes + digestBytes || slot[0] !== 0xe9) return undefined;
  const contents = slot.subarray(0, -digestBytes);
  const digest = createHash('sha256').update(contents).digest();
  if (!digest.equals(slot.subarray(-digestBytes))) return undefined;
  const end = slot.indexOf(0x0a, headBytes);
  const parsed: unknown = JSON.parse(Buffer.from(slot.subarray(headBytes, end)).toString());
  if (typeof parsed !== 'object' || parsed === null || !('version' in parsed)) return undefined;
  const fault =
    'fault' in parsed && (parsed.fault === 'crash' || parsed.fault === 'mute') ? parsed.fault : undefined;
  return { version: String(parsed.version), ...(fault !== undefined && { fault }) };
}
