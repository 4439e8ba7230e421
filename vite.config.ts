import { defineConfig } from 'vite';

/** The page: built from web/ into dist/web, which the host serves. */
export default defineConfig({
  root: 'web',
  base: './',
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  build: { outDir: '../dist/web', emptyOutDir: true, target: 'es2023', sourcemap: false },
});
