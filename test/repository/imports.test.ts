import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importLinesOf } from './import-lines.ts';
import { breachOf, fileOf, importRules, type Packages } from './import-rules.ts';
import { filesUnder, isScript, read, root } from './tree.ts';

const manifest = JSON.parse(read('package.json'));
const packages: Packages = {
  dependencies: Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }),
  // What a dependency brings along and package.json pins may be named by tests too.
  devDependencies: [...Object.keys(manifest.devDependencies), ...Object.keys(manifest.overrides ?? {})],
};
const scripts = filesUnder('').filter(isScript);
const linesOf = new Map(scripts.map(path => [path, importLinesOf(path, read(path))]));

/** One that stands for the same file of each folder is, where some folder has it. */
function isThere(file: string): boolean {
  const [before = '', after] = file.split('*');
  return after === undefined
    ? existsSync(resolve(root, file))
    : scripts.some(path => path.startsWith(before) && path.endsWith(after));
}

describe('imports of the tree', () => {
  test('every import keeps to the table', () => {
    const breaches: string[] = [];
    for (const [path, lines] of linesOf) {
      for (const line of lines) {
        const breach = breachOf(path, line, packages);
        if (breach !== undefined) breaches.push(breach);
      }
    }
    expect(breaches.join('\n')).toBe('');
  });

  test('every file that is imported is there, by its name with .ts', () => {
    const missing: string[] = [];
    for (const [path, lines] of linesOf) {
      for (const { specifier, line } of lines) {
        const file = fileOf(path, specifier);
        if (file !== undefined && !isThere(file))
          missing.push(`${path}:${line} imports ${file}, which is not there`);
      }
    }
    expect(missing.join('\n')).toBe('');
  });

  test('the whole tree was read', () => {
    for (const folder of ['firmware/core/', 'firmware/app/', 'host/', 'test/repository/']) {
      expect(scripts.some(path => path.startsWith(folder))).toBe(true);
    }
    expect([...linesOf.values()].flat().length).toBeGreaterThan(20);
    expect(
      scripts.filter(path => !importRules.some(rule => rule.from.some(place => path.startsWith(place)))),
    ).toEqual([]);
  });

  test('the map of package.json is the one that the table resolves', () => {
    expect(Object.keys(manifest.imports).sort()).toEqual([
      '#app/*.ts',
      '#core/*.ts',
      '#ports',
      '#profiles/*.ts',
    ]);
    for (const [key, target] of Object.entries(manifest.imports))
      expect(`./${fileOf('host/main.ts', key)}`).toBe(target);
  });
});

describe('the check itself', () => {
  const breachesOf = (path: string, source: string) =>
    importLinesOf(path, source).map(line => breachOf(path, line, packages) !== undefined);

  test.each([
    ['host/a.ts', "import { x } from '../simulator/b.ts';"],
    ['host/a.ts', "import type { x } from '#app/b.ts';"],
    ['host/a.ts', "import { x } from '../firmware/core/crc.ts';"],
    ['host/a.ts', "import 'vitest';"],
    ['host/connectors/connectors.ts', "import { x } from './http/b.ts';"],
    ['host/connectors/shelly/a.ts', "import type { x } from '../http/b.ts';"],
    ['host/api/a.ts', "const x = await import('../connectors/http/b.ts');"],
    ['simulator/sources/device-kinds.ts', "import { x } from './http/b.ts';"],
    ['simulator/demo/a.ts', "import { x } from '../sources/http/b.ts';"],
    ['host/a.ts', "const x = await import('../web/b.ts');"],
    ['host/a.ts', "new Worker(new URL('../simulator/b.ts', import.meta.url));"],
    ['host/a.ts', "new Worker(fileURLToPath(new URL('../simulator/b.ts', import.meta.url)), { name: 'x' });"],
    ['host/a.ts', "export type A = import('#app/b.ts').A;"],
    ['simulator/a.ts', "export * from '../host/b.ts';"],
    ['simulator/a.ts', "export { x } from '../host/b.ts';"],
    ['simulator/a.ts', "import { x } from '#ports';"],
    ['firmware/core/a.ts', "import { x } from '../app/b.ts';"],
    ['firmware/core/a.ts', "import { x } from 'node:fs';"],
    ['firmware/core/a.ts', "import { x } from '#core/b.ts';"],
    ['firmware/profiles/a.ts', "import { x } from '../app/b.ts';"],
    ['firmware/app/a.ts', "import { x } from '../ports.ts';"],
    ['firmware/app/a.ts', "import { type x } from '../ports.ts';"],
    ['firmware/app/a.ts', "import { x } from '../esp32/b.ts';"],
    ['firmware/app/a.ts', "import Timer from 'timer';"],
    ['firmware/esp32/a.ts', "import { x } from 'mqtt';"],
    ['web/a.ts', "import { x } from '../host/api/contract.ts';"],
    ['web/a.ts', "import type { x } from '../host/events.ts';"],
    ['web/a.ts', "import { x } from '#core/crc.ts';"],
    ['web/a.ts', "import { x } from 'fastify';"],
    ['elsewhere/a.ts', "import { x } from './b.ts';"],
  ])('refuses in %s: %s', (path, source) => {
    expect(breachesOf(path, source)).toEqual([true]);
  });

  test.each([
    ['host/a.ts', "import { x } from '#core/crc.ts';"],
    ['host/connectors/http/a.ts', "import { x } from './b.ts'; import { y } from '../probe.ts';"],
    ['host/a.ts', "import { x } from 'fastify/types';"],
    ['simulator/a.ts', "import type { x } from '#ports';"],
    ['firmware/app/a.ts', "import type { x } from '../ports.ts';"],
    ['firmware/main.ts', "import Timer from 'timer'; import x from 'embedded:io/serial';"],
    [
      'simulator/a.ts',
      "spawn(process.execPath, [fileURLToPath(new URL('../host/cli.js', import.meta.url))]);",
    ],
    ['web/a.ts', "import type { x } from '../host/api/contract.ts'; import { css } from 'lit/static.js';"],
    ['test/host/a.ts', "import { x } from '../../host/a.ts'; import { y } from '#app/b.ts';"],
  ])('lets through in %s: %s', (path, source) => {
    expect(breachesOf(path, source)).not.toContain(true);
  });

  test('names both files, and is not misled by comments and texts', () => {
    const source = `// import '../simulator/b.ts'\nconst text = "import '../simulator/c.ts'";\n/* x */ import '../simulator/d.ts';`;
    const lines = importLinesOf('host/a.ts', source);
    expect(lines).toHaveLength(1);
    expect(breachOf('host/a.ts', lines[0]!, packages)).toMatch(/^host\/a\.ts:3 imports simulator\/d\.ts: /);
  });

  test('a computed name cannot hide an import', () => {
    expect(() => importLinesOf('host/a.ts', 'const x = await import(name);')).toThrow(/computed name/);
  });
});
