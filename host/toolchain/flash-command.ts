import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../message-of.ts';
import { type Piece, writeBoard } from './board-writer.ts';
import { StepFailed } from './run.ts';
import { openSerialDevice } from './serial-device.ts';

export interface FlashOrder {
  readonly port: string;
  readonly baud: number;
  /** The folder with a folder for each chip that was built for. */
  readonly images: string;
  /** The board is in download mode already. */
  readonly isWaiting: boolean;
}

/** Writes the built image to the board at a serial port. @throws StepFailed with what a person can do about it */
export async function flashBoard(order: FlashOrder, say: (line: string) => void): Promise<void> {
  const device = await openSerialDevice(order.port, say);
  try {
    await writeBoard({
      device,
      baud: order.baud,
      piecesFor: chip => piecesFor(order.images, chip),
      say,
      before: order.isWaiting ? 'no_reset' : 'default_reset',
    });
  } catch (error) {
    if (error instanceof StepFailed) throw error;
    const why = messageOf(error);
    throw new StepFailed(
      `${order.port}: ${why}. Check cable and port; hold BOOT, press RESET and let BOOT go if the board has no automatic reset; try --baud 115200`,
    );
  }
}

/** What `joulegate firmware build` left for a chip, its app image checked by its hash. */
export async function piecesFor(images: string, chip: string): Promise<readonly Piece[]> {
  const folder = join(images, chip);
  const manifest = await readFile(join(folder, 'manifest.json'), 'utf8').catch(() => undefined);
  if (manifest === undefined) {
    const built = await readdir(images).catch(() => []);
    throw new StepFailed(
      `no image for ${chip} in ${images} (there: ${built.join(', ') || 'none'}); build one by npm run firmware:build -- --target ${chip}`,
    );
  }
  const { parts, sha256 } = JSON.parse(manifest) as {
    parts: { path: string; offset: number }[];
    sha256: string;
  };
  const pieces = await Promise.all(
    parts.map(async ({ path, offset }) => ({
      name: path,
      offset,
      bytes: await readFile(join(folder, path)),
    })),
  );
  const app = pieces.find(({ name }) => name === 'firmware.bin');
  const found = app === undefined ? undefined : createHash('sha256').update(app.bytes).digest('hex');
  if (found !== sha256)
    throw new StepFailed(`${join(folder, 'firmware.bin')} is not what its manifest says; build it again`);
  return pieces;
}
