import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface LabProcessOptions {
  /** As it is called in errors: `the host`. */
  readonly name: string;
  readonly command: readonly [file: string, ...args: string[]];
  readonly env?: Readonly<Record<string, string>>;
  /** Writes past this size fail, as on a full disk, kB; of each file. */
  readonly largestFileKb?: number;
  readonly onLine?: (line: string) => void;
}

/** Of what one that fails has said last. */
const linesKept = 40;
const endWithinMs = 15_000;

/** A program as a process of its own, to be stopped, killed and held. It ends with the process that started it. */
export class LabProcess {
  /** Resolves when it has ended: `code 0`, `signal SIGKILL`. */
  readonly ended: Promise<string>;
  readonly #name: string;
  readonly #child: ChildProcess;
  readonly #said: string[] = [];

  constructor({ name, command, env = {}, largestFileKb, onLine = () => {} }: LabProcessOptions) {
    this.#name = name;
    // POSIX counts blocks of 512 bytes here.
    const bounded = ['sh', '-c', `ulimit -f ${(largestFileKb ?? 0) * 2}; exec "$@"`, 'sh', ...command];
    const [file = '', ...args] = largestFileKb === undefined ? command : bounded;
    // A group of its own: Ctrl-C reaches the laboratory alone, which ends what it started in order. By the channel a host learns
    // when the laboratory is killed.
    const child = spawn(file, args, {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
      env: { ...process.env, ...env },
    });
    this.#child = child;
    const endWithParent = () => void child.kill('SIGKILL');
    process.on('exit', endWithParent);
    this.ended = new Promise(resolve => {
      const over = (how: string) => {
        process.off('exit', endWithParent);
        resolve(how);
      };
      child.once('error', error => over(error.message));
      child.once('exit', (code, signal) => over(signal === null ? `code ${code}` : `signal ${signal}`));
    });
    const hear = (line: string) => {
      this.#said.push(line);
      if (this.#said.length > linesKept) this.#said.shift();
      onLine(line);
    };
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface(stream).on('line', hear);
    }
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null && this.#child.pid !== undefined;
  }

  /** What it has said last. */
  get said(): readonly string[] {
    return this.#said;
  }

  /** An Error that says what it failed at, with what it has said last. */
  failure(what: string): Error {
    return new Error([`${this.#name} ${what}`, ...this.#said].join('\n  '));
  }

  /** Gives it no chance to finish anything. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  /** Asks it to end, and ends it hard where it does not. */
  async stop(): Promise<void> {
    if (!this.isAlive) return;
    this.#child.kill('SIGTERM');
    // One that is held hears nothing.
    this.#child.kill('SIGCONT');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), endWithinMs);
    await this.ended;
    clearTimeout(timer);
  }

  /** Holds it where it is: its connections stand, and it does not answer. */
  pause(): void {
    this.#child.kill('SIGSTOP');
  }

  continue(): void {
    this.#child.kill('SIGCONT');
  }

  /** Waits for this to be true, or for the process to end. @throws Error where it ends first, or after so long */
  async until(what: string, isTrue: () => boolean | Promise<boolean>, withinMs: number): Promise<void> {
    const endMs = performance.now() + withinMs;
    let over: string | undefined;
    void this.ended.then(how => {
      over = how;
    });
    while (!(await isTrue())) {
      if (over !== undefined) throw this.failure(`ended with ${over} before ${what}`);
      if (performance.now() > endMs)
        throw this.failure(`has not come so far within ${withinMs / 1000} s: ${what}`);
      await new Promise(resolve => setTimeout(resolve, 5));
    }
  }
}
