import { defineConfig } from 'vite';

/** The page: built from web/ into dist/web, which the host serves. */
export default defineConfig({
  root: 'web',
  base: './',
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    sourcemap: false,
    // The page runs under `default-src 'self'`: nothing becomes a data: address or an inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
