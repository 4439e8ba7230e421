import { defineConfig } from 'vitest/config';
import { patienceMs, visitorPatienceMs } from './test/patience.ts';
import { SuiteLines } from './test/suite-lines.ts';
import { SuiteOrder } from './test/suite-order.ts';

/**
 * Suites, from fast to slow. `unit` is what `npm run check` has time for: pure functions and tables. `app` runs gateways
 * and lines for hours of virtual time; `host` the API and all behind it, with a real database, broker and sockets, as do
 * `table` and `timed`; `xs` the XS engine; `e2e` a real browser.
 * What is in test/wires and test/faults wants `npm run build` before, and so do `xs` and `e2e`.
 */
const suite = (name: string, include: string[], testTimeout: number, more: object = {}) => ({
  test: {
    name,
    include,
    environment: 'node' as const,
    setupFiles: ['test/seed.ts'],
    testTimeout,
    hookTimeout: testTimeout,
    // What is polled for may take as long as a busy machine does; Vitest's own second is over too soon.
    expect: { poll: { timeout: patienceMs } },
    ...more,
  },
});

// Loading modules anew for each file cost half of the time, so the quick files share them.
const threads = { pool: 'threads', isolate: false, maxWorkers: 2, sequence: { groupOrder: 1 } };
// One core has the table's faults that are bounds of time, from first to last, the other what is quick and waits for nobody.
const besideQuick = { maxWorkers: 2, sequence: { groupOrder: 1 } };
// They wait for sockets, pages and other processes for a third of their time: two cores take three. Native modules end
// cleanly in processes and not always in threads; those of the host are loaded once for all of a worker.
const processes = { pool: 'forks', isolate: false, maxWorkers: 3, sequence: { groupOrder: 2 } };
// What they count is the same on a busy machine; an engine is compiled once for all.
const engines = { ...processes, isolate: true };
// One after the other: these want a core at once when their time has come.
const alone = { pool: 'forks', isolate: false, maxWorkers: 1, sequence: { groupOrder: 3 } };
// What the table of faults proves from outside in little time is proved from inside in `npm run faults` alone, and so are
// kills in the middle of works that are rare.
const insideOnly = [
  'site-kill',
  'site-outage',
  'site-lines',
  'host-kill',
  'disk-full',
  'full-store',
  'store-damage',
  'archive-kill',
  'import-kill',
  'site-restore',
].map(name => `test/faults/${name}.test.ts`);
const left = process.env.JOULEGATE_FAULTS === 'long' ? [] : insideOnly;
const table = ['test/faults/table-timed.test.ts'];
const timed = [
  'test/faults/host-kill.test.ts',
  'test/security/wires/thousand-connections.test.ts',
  // Its lines are as fast as real ones, and a gateway that is held up takes what comes late for damaged.
  'test/wires/demo-gateway.test.ts',
];

/** Of one test. Only what hangs comes to this: each wait in it ends before, and says what it waited for. */
const testMs = 4 * patienceMs;

export default defineConfig({
  test: {
    reporters: [new SuiteLines()],
    sequence: { sequencer: SuiteOrder },
    projects: [
      suite('unit', ['test/{web,repository,firmware/!(app|esp32)}/**/*.test.ts'], testMs, threads),
      suite('app', ['test/{simulator,firmware/{app,esp32}}/**/*.test.ts'], testMs, threads),
      // All that runs the host's modules in one project: another has them made anew, and loads them in workers of its own.
      suite('host', ['test/{host,security,wires,faults}/**/*.test.ts'], testMs, {
        ...processes,
        exclude: [...table, ...timed, ...left],
      }),
      suite('table', table, testMs, besideQuick),
      suite('timed', timed, testMs, { ...alone, exclude: left }),
      suite('xs', ['test/xs/**/*.test.ts'], 300_000, { ...engines, globalSetup: ['test/xs/compiled.ts'] }),
      suite('e2e', ['test/e2e/**/*.test.ts'], 180_000, {
        ...processes,
        globalSetup: ['test/e2e/stage.ts'],
        expect: { poll: { timeout: visitorPatienceMs } },
      }),
    ],
  },
});
