import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** The checkout: this file runs from its source and, in benchmarks, from dist. */
function checkout(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

/** A script file of the checkout and all it imports as one script without modules, for an engine that has none. */
export async function bundle(entry: string): Promise<string> {
  const root = checkout();
  const made = await build({
    configFile: false,
    root,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      target: 'es2023',
      lib: { entry: join(root, entry), formats: ['iife'], name: 'joulegate' },
    },
  });
  const [output] = [made].flat();
  const chunk = output !== undefined && 'output' in output ? output.output[0] : undefined;
  if (chunk === undefined) throw new Error(`${entry} gave no script`);
  return chunk.code;
}
