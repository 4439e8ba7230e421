import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { longSets } from './long-sets.ts';

/**
 * `npm run faults`: the table of faults against real processes, written where the docs show it, and then the long sets of
 * the tests that break a host from inside, at moments that nobody outside can choose. With words or options it is
 * `joulegate-sim faults` with these and nothing more.
 */
const root = fileURLToPath(new URL('../../../', import.meta.url));
const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  strict: false,
  allowPositionals: true,
});
const isAll = positionals.length === 0 && Object.keys(values).length === 0;

const projects = longSets.projects.flatMap(name => ['--project', name]);

const run = (program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  new Promise<number>(resolve => {
    const child = spawn(program, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
    child.once('error', () => resolve(1));
    child.once('exit', code => resolve(code ?? 1));
  });

// Ctrl-C reaches the one that runs, too: it ends in order, and then this does.
let isEnding = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    isEnding = true;
  });
}

const written = isAll ? ['--json', 'docs/faults.json', '--table', 'docs/faults.md'] : [];
const command = ['dist/simulator/cli.js', 'faults', ...process.argv.slice(2), ...written];
const table = await run(process.execPath, command);
// The quick table is a test, too, and has just been run as a whole.
const inside =
  isAll && !isEnding
    ? await run(
        process.execPath,
        [
          'node_modules/vitest/vitest.mjs',
          'run',
          ...projects,
          ...longSets.paths,
          '--exclude',
          'test/faults/table*.test.ts',
        ],
        { JOULEGATE_FAULTS: 'long', JOULEGATE_DEATHS: '20' },
      )
    : 0;
process.exitCode = table === 0 ? inside : table;
