import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '../make-folder.ts';
import { type Makefile, type Recipe, readMakefile } from './makefile.ts';
import { runStep } from './run.ts';
import { builtIn, type Sdk } from './sdk.ts';
import { type Target, targets } from './targets.ts';

export interface Place {
  readonly sdk: Sdk;
  /** The folder with manifest.json. */
  readonly repository: string;
  /** Where everything generated goes. */
  readonly folder: string;
  readonly say: (line: string) => void;
}

export interface OwnModule {
  /** `app/bus` */
  readonly name: string;
  /** The whole path of its script, beside its TypeScript. */
  readonly script: string;
  /** Where TypeScript has put its script. */
  readonly emitted: string;
  /** Where the makefile looks for it. */
  readonly wanted: string;
}

/** A build that mcconfig has written, with the scripts of all modules of ours. */
export interface Generated {
  readonly temporary: string;
  readonly makefile: Makefile;
  /** By what is made of them. */
  readonly own: ReadonlyMap<string, OwnModule>;
}

/**
 * Has mcconfig write a build, and checks and emits all modules in TypeScript in one run, with the SDK's typings. The
 * makefile would take one run a module, which makes minutes of seconds.
 * @throws StepFailed with what the SDK or TypeScript said
 */
export async function generate(
  { sdk, repository, folder, say }: Place,
  target: Target,
  kind: 'release' | 'debug',
  configuration: readonly string[] = [],
): Promise<Generated> {
  const { platform } = targets[target];
  const step = { cwd: repository, environment: sdk.environment };
  await makeFolder(folder);
  say(`generating the build for ${target}`);
  const flags = kind === 'debug' ? ['-dl'] : [];
  const manifest = join(repository, 'manifest.json');
  await runStep(
    'mcconfig',
    'mcconfig',
    [...flags, '-p', platform, '-o', folder, manifest, ...configuration],
    step,
  );
  const temporary = builtIn(folder, 'tmp', platform, kind, repository);
  const makefile = readMakefile(await readFile(join(temporary, 'makefile'), 'utf8'));
  const modules = join(temporary, 'modules');
  const own = ownModules(makefile.recipes, temporary);
  say(`checking the types of ${own.size} modules`);
  const config = join(modules, 'tsconfig-all.json');
  await writeFile(
    config,
    JSON.stringify({
      extends: join(modules, 'tsconfig-base.json'),
      compilerOptions: { rootDir: '/', outDir: join(temporary, 'typescript') },
      files: [...own.values()].map(({ script }) => script.replace(/\.js$/, '.ts')),
    }),
  );
  await runStep('tsc', 'tsc', ['-p', config], step);
  return { temporary, makefile, own };
}

/**
 * The modules in TypeScript by what is made of them. mcconfig would emit each into a folder of its own,
 * `tsc/app/bus/home/me/joulegate/firmware/app/bus.js`: behind the module's name is the whole path.
 */
function ownModules(recipes: readonly Recipe[], temporary: string): Map<string, OwnModule> {
  const own = new Map<string, OwnModule>();
  for (const { target, args } of recipes) {
    const name = target.slice(join(temporary, 'modules').length + 1).replace(/\.xsb$/, '');
    const folder = join(temporary, 'tsc', name);
    const [wanted] = args;
    if (wanted?.startsWith(`${folder}/`) !== true) continue;
    const script = wanted.slice(folder.length);
    own.set(target, { name, script, wanted, emitted: join(temporary, 'typescript', script) });
  }
  return own;
}

/** Has the makefile build the rest; it finds the scripts newer than their sources and emits none. */
export async function make(
  { sdk, repository }: Place,
  { temporary, own }: Generated,
  onText?: (text: string) => void,
): Promise<void> {
  for (const { emitted, wanted } of own.values()) {
    await makeFolder(dirname(wanted));
    await copyFile(`${emitted}.map`, `${wanted}.map`);
    await copyFile(emitted, wanted);
  }
  await runStep('make', 'make', ['-f', join(temporary, 'makefile'), 'build'], {
    cwd: repository,
    environment: sdk.environment,
    ...(onText === undefined ? {} : { onText }),
  });
}
