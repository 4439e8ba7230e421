import { defineConfig } from 'vitest/config';
import { SuiteLines } from './test/suite-lines.ts';

/**
 * Suites, from fast to slow. `unit` runs in `npm run check`; `wires` uses a real broker, database and
 * sockets; `xs` the XS engine; `e2e` a real browser. Those after `unit` want `npm run build` before.
 * Files of `unit` share their modules: loading them anew for each file cost half of the time.
 */
const suite = (name: string, include: string[], testTimeout: number) => ({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['source'] } },
  test: {
    name,
    include,
    environment: 'node' as const,
    testTimeout,
    hookTimeout: testTimeout,
    ...(name === 'unit' ? { pool: 'forks' as const, isolate: false } : {}),
  },
});

export default defineConfig({
  test: {
    reporters: [new SuiteLines()],
    projects: [
      suite('unit', ['test/{firmware,host,simulator,web,repository}/**/*.test.ts'], 20_000),
      suite('wires', ['test/{wires,faults}/**/*.test.ts'], 120_000),
      suite('xs', ['test/xs/**/*.test.ts'], 300_000),
      suite('e2e', ['test/e2e/**/*.test.ts'], 180_000),
    ],
  },
});
