import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const hasCompiler = spawnSync('cc', ['--version']).status === 0;
const here = 'test/firmware/esp32';

it.skipIf(!hasCompiler)(
  'the native watchdog joins once, tries again where it cannot, and is fed from then on',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'joulegate-watchdog-'));
    try {
      const program = join(folder, 'watchdog');
      const sources = ['firmware/esp32/native/watchdog.c', `${here}/watchdog-board.c`];
      const warnings = ['-Wall', '-Wextra', '-Wconversion', '-Werror', '-std=gnu17'];
      execFileSync('cc', [...warnings, '-I', `${here}/idf`, '-o', program, ...sources]);
      const run = (times: number, failing: number) =>
        JSON.parse(execFileSync(program, [String(times), String(failing)], { encoding: 'utf8' }));
      expect(run(5, 0)).toEqual({ joined: 1, fed: 4 });
      expect(run(5, 2)).toEqual({ joined: 1, fed: 2 });
      expect(run(3, 9)).toEqual({ joined: 0, fed: 0 });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
