import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { updateText } from '#core/update.ts';
import { whyNoEngine } from './engine-build.ts';
import { Session } from './session.ts';

const why = whyNoEngine();

/** Measured and a tenth: on a device an update's signature is checked in steps, beside everything else. */
const byteCodesMost = 1_320_000;

describe.skipIf(why !== undefined)(
  `Ed25519 on the XS engine${why === undefined ? '' : ` (skipped: ${why})`}`,
  () => {
    let xs: Session;
    beforeAll(async () => {
      xs = await Session.open();
    });
    afterAll(() => xs?.close());

    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const key = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
    const message = Buffer.from(
      updateText({ version: '1.2.3', chip: 'esp32', imageBytes: 1_500_000, sha256: 'ab'.repeat(32) }),
    );
    const signature = sign(null, message, privateKey);
    const check = (signed: Buffer) => {
      const sha512 = createHash('sha512').update(Buffer.concat([signed.subarray(0, 32), key, message]));
      return xs.run('ed25519', {
        key: key.toString('hex'),
        message: message.toString('hex'),
        signature: signed.toString('hex'),
        sha512: sha512.digest('hex'),
      });
    };

    test('a right signature is taken and a wrong one is not', async () => {
      expect((await check(signature)).result).toEqual({ isGood: true, count: 255 });
      for (const at of [0, 31, 32, 60]) {
        const spoilt = Buffer.from(signature);
        spoilt[at] = (spoilt[at] ?? 0) ^ 1;
        expect((await check(spoilt)).result.isGood).toBe(false);
      }
    });

    test('costs what was measured, and keeps nothing', async () => {
      await check(signature);
      const before = await xs.slotsInUse();
      const { cost } = await check(signature);
      console.log(`XS: Ed25519 ${cost.compute} byte codes`);
      expect(cost.compute).toBeLessThanOrEqual(byteCodesMost);
      expect(cost.compute).toBeGreaterThan(byteCodesMost / 2);
      expect(await xs.slotsInUse()).toBeLessThanOrEqual(before + 50);
    });
  },
);
