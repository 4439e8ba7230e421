import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildFirmware } from './build-command.ts';
import { checkFirmware } from './check-command.ts';
import { flashBoard } from './flash-command.ts';
import type { Place } from './generated.ts';
import { runOnLinux } from './linux-command.ts';
import { type Order, orderUsage, readOrder } from './order.ts';
import { StepFailed } from './run.ts';
import { findSdk, missingText } from './sdk.ts';

/** Where a command says what it does and what went wrong. */
export interface Console {
  readonly say: (line: string) => void;
  readonly complain: (line: string) => void;
}

/** The repository: compiled, this file is `dist/host/toolchain/command.js` in it. */
const repository = fileURLToPath(new URL('../../..', import.meta.url));
const images = join(repository, 'dist', 'firmware');

/**
 * `joulegate firmware …`: what is done with the firmware on a person's machine. Gives the exit code: 0 done, also where
 * the SDK is not there and that was said; 1 failed; 2 a mistake in the arguments.
 */
export async function firmwareCommand(args: readonly string[], { say, complain }: Console): Promise<number> {
  if (args.includes('--help')) {
    say(orderUsage);
    return 0;
  }
  const order = readOrder(args);
  if (typeof order === 'string') {
    complain(`${order}; allowed is ${orderUsage}`);
    return 2;
  }
  try {
    if (order.action === 'flash') {
      await flashBoard({ ...order, images: order.images ?? images }, say);
      return 0;
    }
    const sdk = findSdk(process.env, repository);
    if ('folder' in sdk)
      await carryOut(order, { sdk, repository, folder: join(repository, '.cache', 'firmware'), say });
    else say(`firmware ${order.action} skipped: ${missingText(sdk)}`);
    return 0;
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    complain(error.message);
    return 1;
  }
}

async function carryOut({ action, target, configuration }: Order, place: Place): Promise<void> {
  switch (action) {
    case 'check':
      return checkFirmware(place, target);
    case 'build':
      return buildFirmware(place, {
        target,
        version: await packageVersion(),
        configuration,
        into: images,
      });
    case 'linux':
      return runOnLinux(place, configuration);
  }
}

async function packageVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}
