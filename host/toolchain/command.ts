import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Place } from './byte-code.ts';
import { checkFirmware } from './check-command.ts';
import { StepFailed } from './run.ts';
import { findSdk, missingText } from './sdk.ts';

/** Where a command says what it does and what went wrong. */
export interface Console {
  readonly say: (line: string) => void;
  readonly complain: (line: string) => void;
}

const actions = ['check'] as const;
type Action = (typeof actions)[number];

const usage = `joulegate firmware ${actions.join(' | ')}`;

/** The repository: compiled, this file is `dist/host/toolchain/command.js` in it. */
const repository = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * `joulegate firmware …`: what is done with the firmware on a person's machine. Gives the exit code: 0 done, also where
 * the SDK is not there and that was said; 1 failed; 2 a mistake in the arguments.
 */
export async function firmwareCommand(args: readonly string[], { say, complain }: Console): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true, strict: false });
  const [name] = positionals;
  const action = actions.find(each => each === name);
  if (action === undefined) {
    complain(
      `${name === undefined ? 'nothing was asked for' : `${name} is no command`}; allowed is ${usage}`,
    );
    return 2;
  }
  const sdk = findSdk(process.env, repository);
  if (!('folder' in sdk)) {
    say(`firmware ${action} skipped: ${missingText(sdk)}`);
    return 0;
  }
  try {
    await run(action, { sdk, repository, folder: join(repository, '.cache', 'firmware'), say });
    return 0;
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    complain(error.message);
    return 1;
  }
}

async function run(action: Action, place: Place): Promise<void> {
  switch (action) {
    case 'check':
      await checkFirmware(place);
  }
}
