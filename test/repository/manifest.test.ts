import { parseSync } from 'vite';
import { describe, expect, test } from 'vitest';
import { filesUnder, read } from './tree.ts';

interface Manifest {
  modules: Record<string, string>;
  preload: string[];
  platforms: Record<string, { modules: Record<string, string> }>;
}

const manifest: Manifest = JSON.parse(read('manifest.json'));

const sources = (folder: string): string[] =>
  filesUnder(folder).filter(path => path.endsWith('.ts') && !path.endsWith('.d.ts'));

const typeStatements = ['TSInterfaceDeclaration', 'TSTypeAliasDeclaration'];

/** Whether nothing is left of a file at run time: it would cost a compilation and a module, and give nothing. */
function isTypeOnly(path: string, source: string): boolean {
  return parseSync(path, source).program.body.every(statement => {
    if (statement.type === 'ImportDeclaration') return statement.importKind === 'type';
    if (statement.type === 'ExportAllDeclaration') return statement.exportKind === 'type';
    if (statement.type !== 'ExportNamedDeclaration') return typeStatements.includes(statement.type);
    return statement.exportKind === 'type' || typeStatements.includes(statement.declaration?.type ?? '');
  });
}

const functions = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'];

/** Regular expressions that are made when a module is loaded, and not when a function runs: as text. */
function loadedPatterns(path: string, source: string): string[] {
  const found: string[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('type' in node && functions.includes(String(node.type))) return;
    if ('regex' in node && 'raw' in node) found.push(`${path}: ${node.raw}`);
    for (const inner of Object.values(node)) visit(inner);
  };
  visit(parseSync(path, source).program.body);
  return found;
}

const modulesIn = (folder: string): string[] => sources(folder).filter(path => !isTypeOnly(path, read(path)));

const nameOf = (path: string): string => path.replace(/^firmware\//, '').replace(/\.ts$/, '');

/** What a list has too much and too little, in words to act on. */
function difference(list: readonly string[], due: readonly string[]): string[] {
  return [
    ...due.filter(name => !list.includes(name)).map(name => `manifest.json lacks ${name}`),
    ...list
      .filter(name => !due.includes(name))
      .map(name => `manifest.json names ${name}, which is not there`),
  ];
}

describe('manifest.json', () => {
  const runsEverywhere = [
    ...modulesIn('firmware/core'),
    ...modulesIn('firmware/profiles'),
    ...modulesIn('firmware/app'),
  ];
  const platforms = { lin: 'firmware/linux', esp32: 'firmware/esp32' };

  test('names every module of core, profiles and app, and no file of types alone', () => {
    const own = Object.keys(manifest.modules).filter(
      name => name !== 'main' && !name.startsWith('moddable/') && !name.startsWith('@'),
    );
    expect(difference(own, runsEverywhere.map(nameOf)).join('\n')).toBe('');
    expect(own.length).toBeGreaterThan(40);
  });

  test('preloads each of them by name, so that its tables lie in flash', () => {
    const due = [...runsEverywhere.map(nameOf), 'moddable/ed25519-check', '@noble/ed25519'];
    expect(difference(manifest.preload, due).join('\n')).toBe('');
  });

  test('preloads no regular expression: one in flash leaks memory in SDK 8.2.3, and can crash it', () => {
    expect(runsEverywhere.flatMap(path => loadedPatterns(path, read(path)))).toEqual([]);
    expect(loadedPatterns('a.ts', 'const a = { b: [/c/] }; const d = () => /e/;')).toEqual(['a.ts: /c/']);
  });

  test.each(Object.entries(platforms))('names the adapters of %s, all of them', (platform, folder) => {
    const { modules } = manifest.platforms[platform]!;
    const machine = Object.keys(modules).filter(name => name.startsWith('machine/'));
    const due = modulesIn(folder).map(path => path.replace(`${folder}/`, 'machine/').replace(/\.ts$/, ''));
    expect(difference(machine, due).join('\n')).toBe('');
  });

  test('names every shared adapter for the platforms that use it', () => {
    const shared = new Set<string>();
    for (const { modules } of [manifest, ...Object.values(manifest.platforms)]) {
      for (const name of Object.keys(modules)) if (name.startsWith('moddable/')) shared.add(name);
    }
    // Those that stand in for parts of the SDK's TLS, by its names.
    const tls: Pick<Manifest, 'modules'> = JSON.parse(read('firmware/moddable/tls.json'));
    for (const path of Object.values(tls.modules).flat())
      if (path.startsWith('./')) shared.add(`moddable/${path.slice(2)}`);
    expect(difference([...shared], modulesIn('firmware/moddable').map(nameOf)).join('\n')).toBe('');
  });

  test('every name of ours leads to its file', () => {
    const wrong: string[] = [];
    for (const { modules } of [manifest, ...Object.values(manifest.platforms)]) {
      for (const [name, source] of Object.entries(modules)) {
        // The SDK's own, npm's, and C, which has no names.
        if (source.startsWith('$') || source.startsWith('./node_modules/') || name === '*') continue;
        const file = `${source.slice(2)}.ts`;
        const due = name.startsWith('machine/') ? name.slice('machine/'.length) : name;
        if (!sources('firmware').includes(file) || !file.endsWith(`/${due}.ts`))
          wrong.push(`${name}: ${source}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('holds the version of the package', () => {
    const { config } = JSON.parse(read('manifest.json'));
    expect(config.firmware).toBe(JSON.parse(read('package.json')).version);
  });

  test('a file of types is told from a module', () => {
    expect(
      isTypeOnly('a.ts', "import type { A } from './b.ts'; export interface C { a: A } export type { A };"),
    ).toBe(true);
    expect(isTypeOnly('a.ts', 'export const a = 1;')).toBe(false);
    expect(isTypeOnly('a.ts', "export { a } from './b.ts';")).toBe(false);
  });
});
