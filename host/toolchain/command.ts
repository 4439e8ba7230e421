import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildFirmware } from './build-command.ts';
import type { Place } from './byte-code.ts';
import { checkFirmware } from './check-command.ts';
import { runOnLinux } from './linux-command.ts';
import { StepFailed } from './run.ts';
import { findSdk, missingText } from './sdk.ts';
import { isTarget, type Target, targets } from './targets.ts';

/** Where a command says what it does and what went wrong. */
export interface Console {
  readonly say: (line: string) => void;
  readonly complain: (line: string) => void;
}

const actions = ['check', 'build', 'linux'] as const;

interface Order {
  readonly action: (typeof actions)[number];
  readonly target: Target;
  readonly configuration: readonly string[];
}

const usage = `joulegate firmware ${actions.join(' | ')} [--target ${Object.keys(targets).join(' | ')}] [NAME=VALUE …]`;

/** The repository: compiled, this file is `dist/host/toolchain/command.js` in it. */
const repository = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * `joulegate firmware …`: what is done with the firmware on a person's machine. Gives the exit code: 0 done, also where
 * the SDK is not there and that was said; 1 failed; 2 a mistake in the arguments.
 */
export async function firmwareCommand(args: readonly string[], { say, complain }: Console): Promise<number> {
  const order = readOrder(args);
  if (typeof order === 'string') {
    complain(`${order}; allowed is ${usage}`);
    return 2;
  }
  const sdk = findSdk(process.env, repository);
  if (!('folder' in sdk)) {
    say(`firmware ${order.action} skipped: ${missingText(sdk)}`);
    return 0;
  }
  try {
    await carryOut(order, { sdk, repository, folder: join(repository, '.cache', 'firmware'), say });
    return 0;
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    complain(error.message);
    return 1;
  }
}

/** The order, or what is wrong with it. */
export function readOrder(args: readonly string[]): Order | string {
  const { tokens } = parseArgs({
    args: [...args],
    options: { target: { type: 'string' } },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const words: string[] = [];
  let target = 'esp32';
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    else if (token.kind !== 'option') continue;
    else if (token.name !== 'target') return `${token.rawName} is not known`;
    else if (token.value === undefined) return '--target needs a value';
    else target = token.value;
  }
  const [name, ...configuration] = words;
  const action = actions.find(each => each === name);
  if (name === undefined) return 'nothing was asked for';
  if (action === undefined) return `${name} is no command`;
  if (!isTarget(target)) return `${target} is no target`;
  const odd = configuration.find(word => !/^[a-zA-Z][a-zA-Z0-9]*=/.test(word));
  return odd === undefined ? { action, target, configuration } : `${odd} is no NAME=VALUE`;
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
        into: join(repository, 'dist', 'firmware'),
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
