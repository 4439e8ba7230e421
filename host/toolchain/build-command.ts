import { createHash } from 'node:crypto';
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keyOfBuild, signManifest } from '../firmware/keys.ts';
import { makeFolder } from '../make-folder.ts';
import { generate, make, type Place } from './generated.ts';
import { isForOneBoard } from './order.ts';
import { type Partition, partitionNamed, readPartitions } from './partitions.ts';
import { StepFailed } from './run.ts';
import { builtIn, missingOfIdf, missingText } from './sdk.ts';
import { partitionTableOffset, type Target, targets } from './targets.ts';

export interface BuildOrder {
  readonly target: Target;
  readonly version: string;
  /** `name=value`, as mcconfig takes them into the firmware's configuration. */
  readonly configuration: readonly string[];
  /** Where `<chip>/` gets the images. */
  readonly into: string;
}

/** A file to flash and where it belongs. */
interface Part {
  readonly path: string;
  readonly offset: number;
}

/**
 * Builds the firmware by the SDK (and ESP-IDF, for a chip) and puts what there is to flash into `<into>/<chip>/`, with a
 * manifest that says where each part belongs.
 * @throws StepFailed with what is missing or what the SDK said
 */
export async function buildFirmware(place: Place, order: BuildOrder): Promise<void> {
  const { sdk, say } = place;
  const { chip } = targets[order.target];
  const missing = order.target === 'lin' ? [] : missingOfIdf(sdk.environment);
  if (missing.length > 0) throw new StepFailed(missingText(missing));
  const folder = join(place.folder, `build-${order.target}`);
  const there = { ...place, folder };
  const key = await keyOfBuild();
  say(
    key === undefined
      ? 'no key: this firmware takes no update over the air, and is none (npm run firmware:keys makes a key)'
      : `it believes updates that are signed with ${key.keyFile}`,
  );
  const generated = await generate(there, order.target, 'release', [
    `firmware=${order.version}`,
    ...(key === undefined ? [] : [`updateKey=${key.publicKey}`]),
    ...order.configuration,
  ]);
  say('building');
  await make(there, generated, text => process.stderr.write(text));
  const into = join(order.into, chip);
  await rm(into, { recursive: true, force: true });
  await makeFolder(into);
  const manifest =
    order.target === 'lin'
      ? await takeLinux(place, folder, into)
      : await takeChip(place, order, folder, into);
  await writeFile(
    join(into, 'manifest.json'),
    `${JSON.stringify({ version: order.version, chip, ...boardOf(order), ...manifest }, null, 2)}\n`,
  );
  if (isForOneBoard(order.configuration))
    say(
      'it holds a password: for one board, by cable alone; it is not signed, so that no gateway is sent it',
    );
  else if (key !== undefined) await signManifest(into, key.keyFile);
  say(`${into}: ${manifest.parts.map(({ path }) => path).join(', ')}, manifest.json`);
}

/** The board whose pins are built in, as `manifest.json` of the firmware has it where the order does not name one. */
function boardOf({ target, configuration }: BuildOrder): { readonly board?: string } {
  if (target === 'lin') return {};
  const named = configuration.findLast(part => part.startsWith('board='));
  return { board: named === undefined ? 'esp32' : named.slice('board='.length) };
}

async function takeLinux({ repository }: Place, folder: string, into: string) {
  await copyFile(
    join(builtIn(folder, 'bin', 'lin', 'release', repository), 'mc.so'),
    join(into, 'firmware.so'),
  );
  return { ...(await imageOf(join(into, 'firmware.so'))), parts: [{ path: 'firmware.so', offset: 0 }] };
}

async function takeChip({ repository, say }: Place, { target }: BuildOrder, folder: string, into: string) {
  const { platform, bootloaderOffset } = targets[target];
  const partitions = readPartitions(
    await readFile(join(repository, 'firmware', 'esp32', 'partitions.csv'), 'utf8'),
  );
  const slot = partitionNamed(partitions, 'ota_0');
  const built = builtIn(folder, 'bin', platform, 'release', repository);
  const takes = [
    { from: 'bootloader.bin', path: 'bootloader.bin', offset: bootloaderOffset ?? 0 },
    { from: 'partition-table.bin', path: 'partition-table.bin', offset: partitionTableOffset },
    {
      from: 'ota_data_initial.bin',
      path: 'ota-data.bin',
      offset: partitionNamed(partitions, 'otadata').offset,
    },
    { from: 'xs_esp32.bin', path: 'firmware.bin', offset: slot.offset },
  ];
  for (const { from, path } of takes) {
    await copyFile(join(built, from), join(into, path)).catch(error => {
      throw new StepFailed(`the build left no ${from} in ${built}: ${String(error)}`);
    });
  }
  const image = await imageOf(join(into, 'firmware.bin'));
  say(sizeText(image.imageBytes, slot));
  if (image.imageBytes > slot.bytes)
    throw new StepFailed(`the image is larger than its slot ${slot.name} of ${slot.bytes} bytes`);
  const parts: Part[] = takes.map(({ path, offset }) => ({ path, offset }));
  return { ...image, parts };
}

const sizeText = (bytes: number, slot: Partition): string =>
  `image ${bytes} bytes, ${((100 * bytes) / slot.bytes).toFixed(1)} % of a slot of ${slot.bytes}`;

async function imageOf(file: string) {
  const bytes = await readFile(file);
  return { imageBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
