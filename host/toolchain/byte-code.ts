import { readFile, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { makeFolder } from '../make-folder.ts';
import { generate, type OwnModule, type Place } from './generated.ts';
import type { Recipe } from './makefile.ts';
import { runStep } from './run.ts';
import type { Target } from './targets.ts';

/** Byte code of a whole firmware, linked as for the chip: what lies in flash, and what should and does not. */
export interface ByteCode {
  /** Bytes of byte code by module, `app/bus`. */
  readonly modules: ReadonlyMap<string, number>;
  /** Slots of objects made before flashing, 16 bytes each on a 32-bit chip. */
  readonly flashSlots: number;
  /** Names of what would have to be frozen to lie in flash; each costs RAM. */
  readonly notFrozen: readonly string[];
}

/**
 * Does what the SDK does before ESP-IDF begins: generates the build, checks every module's types against the SDK's
 * typings, compiles and links with preload and strip.
 * @throws StepFailed with what the SDK or TypeScript said
 */
export async function makeByteCode(place: Place, target: Target): Promise<ByteCode> {
  const { sdk, repository, say } = place;
  const step = { cwd: repository, environment: sdk.environment };
  const { temporary, makefile, own } = await generate(place, target, 'release');
  say(`compiling ${makefile.recipes.length} files`);
  await compile(
    makefile.recipes.map(recipe => {
      const source = own.get(recipe.target);
      return source === undefined ? recipe : { ...recipe, args: [source.emitted, ...recipe.args.slice(1)] };
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

async function compile(recipes: readonly Recipe[], step: Step): Promise<void> {
  const waiting = [...recipes];
  const worker = async (): Promise<void> => {
    for (let recipe = waiting.shift(); recipe !== undefined; recipe = waiting.shift()) {
      const { target, program, args } = recipe;
      await makeFolder(dirname(target));
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
