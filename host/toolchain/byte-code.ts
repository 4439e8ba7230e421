import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { type Recipe, readMakefile } from './makefile.ts';
import { runStep } from './run.ts';
import { builtIn, type Sdk } from './sdk.ts';
import { type Target, targets } from './targets.ts';

/** Byte code of a whole firmware, linked as for the chip: what lies in flash, and what should and does not. */
export interface ByteCode {
  /** Bytes of byte code by module, `app/bus`. */
  readonly modules: ReadonlyMap<string, number>;
  /** Slots of objects made before flashing, 16 bytes each on a 32-bit chip. */
  readonly flashSlots: number;
  /** Names of what would have to be frozen to lie in flash; each costs RAM. */
  readonly notFrozen: readonly string[];
}

export interface Place {
  readonly sdk: Sdk;
  /** The folder with manifest.json. */
  readonly repository: string;
  /** Where everything generated goes. */
  readonly folder: string;
  readonly say: (line: string) => void;
}

/**
 * Does what the SDK does before ESP-IDF begins: generates the build, checks every module's types against the SDK's
 * typings, compiles and links with preload and strip. The types of all modules are checked in one run, where the
 * generated makefile takes one run a module.
 * @throws StepFailed with what the SDK or TypeScript said
 */
export async function makeByteCode(place: Place, target: Target): Promise<ByteCode> {
  const { sdk, repository, folder, say } = place;
  const { platform } = targets[target];
  const step = { cwd: repository, environment: sdk.environment };
  await mkdir(folder, { recursive: true });
  say(`generating the build for ${target}`);
  await runStep(
    'mcconfig',
    'mcconfig',
    ['-p', platform, '-o', folder, join(repository, 'manifest.json')],
    step,
  );
  const temporary = builtIn(folder, 'tmp', platform, 'release', repository);
  const makefile = readMakefile(await readFile(join(temporary, 'makefile'), 'utf8'));
  const modules = join(temporary, 'modules');
  const own = ownModules(makefile.recipes, modules, join(temporary, 'tsc'));
  say(`checking the types of ${own.size} modules`);
  const emitted = join(temporary, 'typescript');
  await writeFile(
    join(modules, 'tsconfig-all.json'),
    JSON.stringify({
      extends: join(modules, 'tsconfig-base.json'),
      compilerOptions: { rootDir: '/', outDir: emitted },
      files: [...own.values()].map(({ script }) => script.replace(/\.js$/, '.ts')),
    }),
  );
  await runStep('tsc', 'tsc', ['-p', join(modules, 'tsconfig-all.json')], step);
  say(`compiling ${makefile.recipes.length} files`);
  await compile(
    makefile.recipes.map(recipe => {
      const source = own.get(recipe.target);
      return source === undefined
        ? recipe
        : { ...recipe, args: [join(emitted, source.script), ...recipe.args.slice(1)] };
    }),
    step,
  );
  say('linking');
  const output = await runStep('xsl', 'xsl', makefile.link, { ...step, cwd: temporary });
  return {
    modules: await sizesOf(own),
    flashSlots: slotsOf(await readFile(join(temporary, 'mc.xs.c'), 'utf8')),
    notFrozen: output.split('\n').filter(line => line.includes('not frozen')),
  };
}

type Step = Parameters<typeof runStep>[3];

interface OwnModule {
  /** `app/bus` */
  readonly name: string;
  /** The whole path of its script, beside its TypeScript. */
  readonly script: string;
}

/**
 * The modules in TypeScript by what is made of them. mcconfig would emit each into a folder of its own,
 * `tsc/app/bus/home/me/joulegate/firmware/app/bus.js`: behind the module's name is the whole path.
 */
function ownModules(recipes: readonly Recipe[], modules: string, emitted: string): Map<string, OwnModule> {
  const own = new Map<string, OwnModule>();
  for (const { target, args } of recipes) {
    const name = target.slice(modules.length + 1).replace(/\.xsb$/, '');
    const folder = join(emitted, name);
    const [script] = args;
    if (script?.startsWith(`${folder}/`) === true)
      own.set(target, { name, script: script.slice(folder.length) });
  }
  return own;
}

async function compile(recipes: readonly Recipe[], step: Step): Promise<void> {
  const waiting = [...recipes];
  const worker = async (): Promise<void> => {
    for (let recipe = waiting.shift(); recipe !== undefined; recipe = waiting.shift()) {
      const { target, program, args } = recipe;
      await mkdir(dirname(target), { recursive: true });
      await runStep(`${program} of ${target}`, program, args, step);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

async function sizesOf(own: ReadonlyMap<string, OwnModule>): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map<string, number>();
  for (const [target, { name }] of own) sizes.set(name, (await stat(target)).size);
  return sizes;
}

/** The linker writes all it made beforehand as one table, `gxHeap[mxHeapCount]`. */
function slotsOf(code: string): number {
  const [, count] = /#define mxHeapCount (\d+)/.exec(code) ?? [];
  return Number(count ?? Number.NaN);
}
