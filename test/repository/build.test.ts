import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build, loadConfigFromFile, mergeConfig } from 'vite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { root } from './tree.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'joulegate-build-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const write = async (path: string, text = '') => {
  await mkdir(dirname(join(dir, path)), { recursive: true });
  await writeFile(join(dir, path), text);
};

/** Builds these programs as `npm run build` does, from `src` into `dist`. */
async function buildPrograms(...names: string[]): Promise<void> {
  const loaded = await loadConfigFromFile({ command: 'build', mode: 'programs' }, 'vite.config.ts', root);
  const own = {
    ...{ root: dir, configFile: false as const, logLevel: 'silent' as const },
    build: { outDir: join(dir, 'dist') },
  };
  const config = mergeConfig(loaded?.config ?? {}, own);
  config.build.rolldownOptions.input = Object.fromEntries(
    names.map(name => [name, join(dir, 'src', `${name}.ts`)]),
  );
  await build(config);
}

const built = async (): Promise<string[]> => {
  const entries = await readdir(join(dir, 'dist'), { recursive: true, withFileTypes: true });
  return entries
    .map(({ parentPath, name }) => join(parentPath, name).slice(join(dir, 'dist/').length))
    .sort();
};

test('a connector that was removed is gone with the next build; the page and images of firmware stay', async () => {
  await write('src/host/connectors/kept/connector.ts', 'export const connector = 1;\n');
  await write('src/host/connectors/removed/connector.ts', 'export const connector = 2;\n');
  await write('dist/web/index.html');
  await write('dist/firmware/esp32/manifest.json');
  await write('dist/firmware/bundled/of-before.js');
  await write('dist/test/of-before/main.js');

  await buildPrograms('host/connectors/kept/connector', 'host/connectors/removed/connector');
  expect(await built()).toContain('host/connectors/removed/connector.js');

  await buildPrograms('host/connectors/kept/connector');
  const files = await built();
  expect(files.filter(path => path.includes('removed') || path.includes('of-before'))).toEqual([]);
  expect(files).toEqual(
    expect.arrayContaining([
      'firmware/esp32/manifest.json',
      'host/connectors/kept/connector.js',
      'web/index.html',
    ]),
  );
});

test('a command that was built anew runs by its name', async () => {
  await write('src/host/cli.ts', '#!/usr/bin/env node\nexport const answer = 42;\n');
  await write('src/host/store/store-worker.ts', 'export const answer = 42;\n');
  await buildPrograms('host/cli', 'host/store/store-worker');
  const modeOf = async (path: string) => (await stat(join(dir, 'dist', path))).mode & 0o111;
  expect(await modeOf('host/cli.js')).toBe(0o111);
  expect(await modeOf('host/store/store-worker.js')).toBe(0);
});

test('a module that looks for files where it is put, not where it lies, is refused', async () => {
  await write('src/host/cli.ts', 'export const place = import.meta.dirname;\n');
  await expect(buildPrograms('host/cli')).rejects.toThrow(/import\.meta\.url is its own/);
});
