import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { updateText } from '#core/update.ts';
import { simulatorVersion } from '../gateway/node-ports.ts';
import { type SimulatedFirmware, simulatedImage } from '../gateway/simulated-image.ts';
import { TwoSlots } from '../gateway/two-slots.ts';
import { makeFolder } from '../make-folder.ts';

/** As large as one of an ESP32, so that its progress can be watched. */
const imageBytes = 1_200_000;

/** A good one, and one that shows how a bad one is taken back. */
const builds: readonly SimulatedFirmware[] = [
  { version: '0.2.0-demo' },
  { version: '0.1.9-demo.crashes', fault: 'crash' },
];

/** Puts images for the demo's gateway into a folder, signed by a key of this demo alone; gives what makes a gateway's slots. */
export function makeDemoFirmware(folder: string): () => TwoSlots {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const key = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  for (const firmware of builds) {
    const image = simulatedImage(firmware, imageBytes);
    const sha256 = createHash('sha256').update(image).digest('hex');
    const signed = { version: firmware.version, chip: 'linux', imageBytes, sha256 } as const;
    const signature = sign(null, Buffer.from(updateText(signed)), privateKey).toString('hex');
    const own = join(folder, firmware.version);
    makeFolder(own);
    writeFileSync(join(own, 'firmware.bin'), image);
    const manifest = {
      ...signed,
      signature,
      publicKey: key.toString('hex'),
      parts: [{ path: 'firmware.bin', offset: 0 }],
    };
    writeFileSync(join(own, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  }
  return () => new TwoSlots(simulatedImage({ version: simulatorVersion }), { keys: [new Uint8Array(key)] });
}
