import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { defineConfig, type Plugin, type Rolldown, type UserConfig } from 'vite';

const publicDir = 'web/public';

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
      if (name === 'service-worker.js' || name.endsWith('.map')) continue;
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
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  plugins: [shellFiles(), packedFiles()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    sourcemap: false,
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

/** `--mode host`: what the host would else read at each start in hundreds of files, in few, over what tsc made. */
const hostPackages: UserConfig = {
  build: {
    ssr: true,
    outDir: 'dist/host',
    emptyOutDir: false,
    copyPublicDir: false,
    target: 'node20',
    rolldownOptions: {
      // A package of many files, and all of the thread that keeps the database.
      input: { typebox: 'host/typebox.ts', 'store/store-worker': 'host/store/store-worker.ts' },
      output: { entryFileNames: '[name].js', chunkFileNames: 'bundled/[name].js' },
    },
  },
  ssr: { noExternal: ['typebox', '@duckdb/node-api'], resolve: { conditions: ['source'] } },
};

export default defineConfig(({ mode }) => (mode === 'host' ? hostPackages : page));
