import { relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

/**
 * Prints one line per suite (a test file): its outcome, its counts, how long it took, and below a failed one each
 * failure with its reason. Ends with `N passed, N failed`, counting tests; a suite that does not load is one failure, and
 * so is a hook that fails, without which its tests would only seem to be skipped.
 */
export class SuiteLines implements Reporter {
  #passed = 0;
  #failed = 0;
  #skipped = 0;

  onTestModuleEnd(suite: TestModule): void {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    const failures: string[] = [];
    for (const test of suite.children.allTests()) {
      const result = test.result();
      if (result.state === 'pending') continue;
      counts[result.state]++;
      if (result.state === 'failed') failures.push(describe(test.fullName, result.errors));
    }
    const broken = suite.errors();
    if (broken.length > 0) {
      counts.failed++;
      // A hook of the whole file is told here too, and then its tests are skipped.
      failures.push(describe('(outside its tests: it does not load, or a hook failed)', broken));
    }
    for (const group of suite.children.allSuites()) {
      const hooks = group.errors();
      if (hooks.length === 0) continue;
      counts.failed++;
      failures.push(describe(`${group.fullName} (a hook failed)`, hooks));
    }
    this.#passed += counts.passed;
    this.#failed += counts.failed;
    this.#skipped += counts.skipped;
    const name = relative(process.cwd(), suite.moduleId);
    const seconds = (suite.diagnostic().duration / 1000).toFixed(1);
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
    const outcome = counts.failed > 0 ? 'FAILED' : 'passed';
    console.log(
      `${outcome} ${name}: ${counts.passed} passed, ${counts.failed} failed${skipped} (${seconds} s)`,
    );
    for (const failure of failures) console.log(failure);
  }

  /** What a test prints is part of its outcome: seeds, measured costs. */
  onUserConsoleLog({ content }: { readonly content: string }): void {
    console.log(content.trimEnd().replace(/^/gm, '  '));
  }

  onTestRunEnd(_suites: readonly TestModule[], errors: readonly Failure[]): void {
    for (const error of errors) {
      this.#failed++;
      console.log(describe('(outside any test)', [error]));
    }
    if (this.#passed + this.#failed === 0) {
      this.#failed++;
      console.log('  ✗ no test ran');
    }
    const skipped = this.#skipped > 0 ? `, ${this.#skipped} skipped` : '';
    console.log(`${this.#passed} passed, ${this.#failed} failed${skipped}`);
    if (this.#failed > 0) process.exitCode = 1;
  }
}

interface Failure {
  readonly message: string;
  readonly diff?: string | undefined;
  readonly stack?: string | undefined;
  /** What a property's failure is caused by: the assertion itself. */
  readonly cause?: unknown;
}

function describe(name: string, errors: readonly Failure[]): string {
  return `  ✗ ${name}\n${errors.map(reasonOf).join('\n').replace(/^/gm, '      ')}`;
}

/** A failure's reason, what differs, and where: the first lines of the stack that are the project's own. */
function reasonOf({ message, diff, stack, cause }: Failure): string {
  const places = (stack ?? '')
    .split('\n')
    .filter(line => /^ +at /.test(line) && !line.includes('node_modules'));
  const causedBy = isFailure(cause) ? `caused by: ${reasonOf(cause)}` : undefined;
  return [message, diff, ...places.slice(0, 4), causedBy].filter(part => part !== undefined).join('\n');
}

const isFailure = (value: unknown): value is Failure =>
  typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string';
