import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { updateText } from '#core/update.ts';
import { type ImageFault, simulatedImage } from '../../../simulator/gateway/simulated-image.ts';

export interface TestKey {
  readonly privateKey: KeyObject;
  readonly publicKey: Uint8Array;
}

export function testKey(): TestKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    privateKey,
    publicKey: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)),
  };
}

export interface PutImage {
  readonly version: string;
  readonly fault?: ImageFault;
  readonly bytes?: number;
  /** The one board it is for; else any. */
  readonly board?: string;
  /** Without one it is not signed. */
  readonly key?: TestKey;
}

/** Puts an image of the simulator and its manifest into a folder of its own; gives the image's id. */
export function putImage(folder: string, { version, fault, bytes = 40_000, board, key }: PutImage): string {
  const image = simulatedImage({ version, ...(fault !== undefined && { fault }) }, bytes);
  const sha256 = createHash('sha256').update(image).digest('hex');
  const ofBoard = board === undefined ? {} : { board };
  const signed = { version, chip: 'linux', ...ofBoard, imageBytes: image.length, sha256 } as const;
  const manifest = {
    ...signed,
    ...(key !== undefined && {
      signature: sign(null, Buffer.from(updateText(signed)), key.privateKey).toString('hex'),
      publicKey: Buffer.from(key.publicKey).toString('hex'),
    }),
    parts: [{ path: 'firmware.bin', offset: 0 }],
  };
  const own = join(folder, version);
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, 'firmware.bin'), image);
  writeFileSync(join(own, 'manifest.json'), JSON.stringify(manifest));
  return sha256.slice(0, 16);
}
