import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One function that another process offers. Arguments and answers are plain data. */
export interface Call {
  readonly takes: unknown;
  readonly gives: unknown;
}

/** How each of a table of calls is answered. */
export type Handlers<T> = {
  readonly [K in keyof T]: T[K] extends Call
    ? (argument: T[K]['takes']) => Promise<T[K]['gives']> | T[K]['gives']
    : never;
};

const endMs = 5000;

interface Question {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

interface Answer {
  readonly id: number;
  /** JSON of what the call gives. */
  readonly json?: string;
  readonly error?: string;
}

/** Answers the parent's calls by name until it goes away, and ends the process with it. */
export function serveCalls<T>(handlers: Handlers<T>): void {
  const byName = new Map<string, (argument: unknown) => unknown>(Object.entries(handlers));
  process.on('message', async text => {
    const { id, name, argument }: Question = JSON.parse(String(text));
    const handler = byName.get(name);
    let answer: Answer;
    try {
      if (handler === undefined) throw new Error(`no call is named ${name}`);
      answer = { id, json: JSON.stringify((await handler(argument)) ?? null) };
    } catch (error) {
      answer = { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
    process.send?.(JSON.stringify(answer));
  });
  process.on('disconnect', () => process.exit());
}

/** A program of the bench in a process of its own. */
export class CalledProcess<T> {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #asked = 0;

  /** `program` is the URL of the built file. Options of Node that this process has (`--cpu-prof`) go to it too. */
  constructor(program: URL) {
    const path = fileURLToPath(program);
    if (!existsSync(path)) throw new Error(`${path} is missing; run npm run build`);
    // As `npm start` and docs/operations.md have a host started.
    const env = { MALLOC_ARENA_MAX: '2', ...process.env };
    const execArgv = ['--max-semi-space-size=8', ...process.execArgv];
    this.#child = fork(path, { env, execArgv, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#child.on('message', text => {
      const answer: Answer = JSON.parse(String(text));
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
    this.#child.on('exit', (code, signal) => {
      for (const [id, resolve] of this.#waiting) resolve({ id, error: `it ended with ${code ?? signal}` });
      this.#waiting.clear();
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** @throws Error of the other process, or that it ended. */
  async call<K extends keyof T & string>(
    name: K,
    argument: T[K] extends Call ? T[K]['takes'] : never,
  ): Promise<T[K] extends Call ? T[K]['gives'] : never> {
    const id = ++this.#asked;
    const question: Question = { id, name, argument };
    const answered = new Promise<Answer>(resolve => this.#waiting.set(id, resolve));
    this.#child.send(JSON.stringify(question));
    const { json = 'null', error } = await answered;
    if (error !== undefined) throw new Error(`${name}: ${error}`);
    return JSON.parse(json);
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    // It ends by itself when nobody asks any more, and can still write what it was told to (`--cpu-prof`).
    this.#child.disconnect();
    const kill = setTimeout(() => this.#child.kill('SIGKILL'), endMs);
    await exit;
    clearTimeout(kill);
  }
}
