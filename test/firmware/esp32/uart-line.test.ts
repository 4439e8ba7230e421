import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const hasCompiler = spawnSync('cc', ['--version']).status === 0;
const here = 'test/firmware/esp32';

describe.skipIf(!hasCompiler)(
  `the UART's native part${hasCompiler ? '' : ' (skipped: no C compiler, cc)'}`,
  () => {
    let folder = '';
    let program = '';

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'joulegate-native-'));
      program = join(folder, 'line');
      const warnings = ['-Wall', '-Wextra', '-Wconversion', '-Werror', '-Wno-sign-conversion', '-std=gnu17'];
      const sources = ['firmware/esp32/native/uart-line.c', `${here}/board.c`];
      execFileSync('cc', [...warnings, '-I', `${here}/idf`, '-o', program, ...sources]);
    });

    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    const run = (...numbers: readonly number[]): Record<string, number> =>
      JSON.parse(execFileSync(program, numbers.map(String), { encoding: 'utf8' }));

    it('sets what the SDK does not, refuses ports and parities that are none, and frees its timer', () => {
      expect(run(9600, 8, 2, 1, 8, 0, 0)).toMatchObject({
        ...{ error: 0, mode: 2, bits: 3, parity: 2, stop: 1, quiet: 4 },
        ...{ timers: 0, badPort: 0x102, badParity: 0x102 },
      });
      expect(run(300, 7, 1, 2, 5, 0, 0)).toMatchObject({ bits: 2, parity: 3, stop: 3 });
    });

    it.each([
      [1200, 8, 0, 2],
      [9600, 8, 2, 1],
      [38_400, 8, 0, 1],
      [115_200, 8, 0, 1],
    ])(
      'keeps the direction for all of a frame at %i baud, and gives the line back long before a meter may answer',
      (baud, dataBits, parity, stopBits) => {
        for (const bytes of [1, 8, 200]) {
          for (const writtenAfterUs of [0, 100, 499]) {
            const found = run(baud, dataBits, parity, stopBits, bytes, writtenAfterUs, 20);
            expect(found).toMatchObject({ high: 1, highAtEnd: 1, low: 0 });
            const { characterUs = 0, fallenAfterUs = 0 } = found;
            expect(fallenAfterUs).toBeGreaterThanOrEqual(0);
            expect(fallenAfterUs).toBeLessThanOrEqual(
              Math.max(1.5 * characterUs, 500 - writtenAfterUs) + 100,
            );
          }
        }
      },
    );
  },
);
