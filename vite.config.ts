import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import { defineConfig, type Plugin, type Rolldown, type UserConfig } from 'vite';

const publicDir = 'web/public';
const licences = 'licences.md';

/** Only who writes firmware to a board by USB wants these, and the host is there then. */
const isRarelyWanted = ({ moduleIds, facadeModuleId }: Rolldown.OutputChunk): boolean =>
  [...moduleIds, facadeModuleId ?? ''].some(id => id.includes('/esptool-js/'));

/** The laboratory's page is served by the laboratory, and is there while that runs. */
const isOfLab = (name: string): boolean => name === 'lab.html' || /^assets\/lab-/.test(name);

/**
 * Tells the service worker which files the page is made of, and a version that changes with their contents. In what
 * lies in assets/ the name holds the hash already.
 */
const shellFiles = (): Plugin => ({
  name: 'joulegate-shell-files',
  enforce: 'post',
  generateBundle(_options, bundle) {
    const hash = createHash('sha256');
    const files: string[] = [];
    for (const [name, output] of Object.entries(bundle).sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (name === 'service-worker.js' || name.endsWith('.map') || name === licences) continue;
      if (isOfLab(name) || (output.type === 'chunk' && isRarelyWanted(output))) continue;
      files.push(name);
      hash.update(name).update(output.type === 'chunk' ? output.code : output.source);
    }
    const kept = readdirSync(publicDir, { recursive: true, withFileTypes: true });
    for (const entry of kept.filter(one => one.isFile())) {
      const path = `${entry.parentPath}/${entry.name}`;
      files.push(path.slice(publicDir.length + 1));
      hash.update(path).update(readFileSync(path));
    }
    const worker = bundle['service-worker.js'];
    if (worker?.type !== 'chunk') throw new Error('the service worker was not built');
    if (worker.imports.length > 0)
      throw new Error(`the service worker is one file, and imports ${worker.imports}`);
    hash.update(worker.code);
    const version = JSON.stringify(hash.digest('hex').slice(0, 16));
    worker.code = `const shellFiles=${JSON.stringify(files)},shellVersion=${version};\n${worker.code}`;
  },
});

/** Less than this gains nothing. */
const packedFromBytes = 1024;

/** Lays what the host sends packed beside each text, once it is written as it will be: a phone gets a third of the bytes. */
const packedFiles = (): Plugin => ({
  name: 'joulegate-packed-files',
  writeBundle({ dir = '' }, bundle) {
    for (const name of Object.keys(bundle).filter(one => /\.(?:js|css)$/.test(one))) {
      const text = readFileSync(join(dir, name));
      if (text.length >= packedFromBytes)
        writeFileSync(join(dir, `${name}.gz`), gzipSync(text, { level: 9 }));
    }
  },
});

/** The page: built from web/ into dist/web, which the host serves. */
const page: UserConfig = {
  root: 'web',
  base: './',
  plugins: [shellFiles(), packedFiles()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    sourcemap: false,
    // Of what is in the page: its makers want to be named where it is handed on.
    license: { fileName: licences },
    // The page runs under `default-src 'self'`: nothing becomes a data: address or an inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: 'web/index.html', lab: 'web/lab.html', 'service-worker': 'web/service-worker.ts' },
      output: {
        // Browsers ask for a service worker by its name, and look again whether it changed.
        entryFileNames: ({ name }) =>
          name === 'service-worker' ? 'service-worker.js' : 'assets/[name]-[hash].js',
      },
    },
  },
};

/** All that Node starts by its file or loads by a name that is put together: commands, threads, connectors, and processes of tests. */
const isProgram = (path: string): boolean =>
  [
    /^(?:host|simulator)\/cli\.ts$/,
    /^host\/.*-worker\.ts$/,
    /^host\/connectors\/[^/]+\/connector\.ts$/,
    /^host\/logging\/crash\.ts$/,
    /^simulator\/sources\/[^/]+\/device-kinds\.ts$/,
    /^simulator\/lab\/heap-probe\.ts$/,
    /^test\/faults\/(?:main|[^/]+-child)\.ts$/,
    /^test\/wires\/(?:forward-host|receiving-host|host-without-folders)\.ts$/,
    /^test\/bench\/(?:main|bench-host|http-client|load\/load)\.ts$/,
  ].some(one => one.test(path));

/** As names in imports and URLs are, on every system. */
const slashed = (path: string): string => path.replaceAll(sep, '/');

/** By its name in dist: `host/cli` is made of host/cli.ts. An image is built without tests. */
const programs = (): Record<string, string> => {
  const folders = ['host', 'simulator', 'test'].filter(folder => existsSync(folder));
  const paths = folders.flatMap(folder =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(path => `${folder}/${slashed(path)}`),
  );
  return Object.fromEntries(paths.filter(isProgram).map(path => [path.replace(/\.ts$/, ''), path]));
};

/** A file that others share lies where they do: an image has the host's without those of the simulator and of tests. */
const sharedFile = ({ moduleIds, facadeModuleId }: Rolldown.PreRenderedChunk): string => {
  const folders = new Set([...moduleIds, facadeModuleId ?? ''].map(id => relative('.', id).split(sep)[0]));
  const folder = ['test', 'simulator', 'host', 'firmware'].find(each => folders.has(each)) ?? 'host';
  return `${folder}/bundled/[name].js`;
};

/** A module looks for files from where it lies by itself, whatever file it is put into. */
const ownPlaces = (): Plugin => ({
  name: 'joulegate-own-places',
  enforce: 'pre',
  transform(code, id) {
    if (!id.endsWith('.ts')) return;
    if (/import\.meta\.(?:dirname|filename)/.test(code))
      this.error(
        'import.meta.dirname and filename are of the file that this is put into; import.meta.url is its own',
      );
    if (!code.includes('import.meta.url')) return;
    const path = slashed(relative('.', id)).replace(/\.ts$/, '.js');
    return code.replaceAll('import.meta.url', `placeOfModule(${JSON.stringify(path)})`);
  },
  renderChunk(code, { fileName }) {
    const from = dirname(fileName);
    return code.replace(/placeOfModule\("([^"]+)"\)/g, (_, path: string) => {
      const place = JSON.stringify(slashed(relative(from, path)));
      return `new URL(${place}, import.meta.url).href`;
    });
  },
});

/** Commands can be run by their names: npm sees to that where it installs them, not where they are built anew. */
const runnableCommands = (): Plugin => ({
  name: 'joulegate-runnable-commands',
  writeBundle({ dir = '' }, bundle) {
    for (const [name, output] of Object.entries(bundle))
      if (output.type === 'chunk' && output.code.startsWith('#!')) chmodSync(join(dir, name), 0o755);
  },
});

/**
 * Takes away what an earlier build left: which connectors there are is read from folders, and one that was removed would be
 * told as broken. Once all is written, so that a build that fails leaves what was there, and images of firmware stay.
 */
const withoutLeftovers = (): Plugin => ({
  name: 'joulegate-without-leftovers',
  writeBundle({ dir = '' }, bundle) {
    const made = Object.keys(bundle);
    for (const folder of ['host', 'simulator', 'test', 'firmware/bundled'].filter(one =>
      existsSync(join(dir, one)),
    )) {
      for (const path of readdirSync(join(dir, folder), { recursive: true, encoding: 'utf8' })) {
        const name = `${folder}/${slashed(path)}`;
        if (!made.some(one => one === name || one.startsWith(`${name}/`)))
          rmSync(join(dir, name), { recursive: true, force: true });
      }
    }
  },
});

/**
 * `--mode programs`: what Node runs, in few files. From one file for each module, of which a host has eight hundred, its start
 * took half as long again.
 */
const nodePrograms: UserConfig = {
  plugins: [ownPlaces(), runnableCommands(), withoutLeftovers()],
  build: {
    ssr: true,
    outDir: 'dist',
    emptyOutDir: false,
    copyPublicDir: false,
    target: 'node20',
    rolldownOptions: {
      input: programs(),
      output: { entryFileNames: '[name].js', chunkFileNames: sharedFile, keepNames: true },
    },
  },
  // Packages of hundreds of files, of which Node would find and read each.
  ssr: { noExternal: ['typebox', '@duckdb/node-api'] },
};

export default defineConfig(({ mode }) => (mode === 'programs' ? nodePrograms : page));
