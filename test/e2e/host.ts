import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Program, said, startProgram } from './program.ts';

const cli = join(process.cwd(), 'dist', 'host', 'cli.js');

/** The real host with a folder of its own, which can be stopped and started again at the same port. */
export class TestHost {
  readonly #folder = mkdtempSync(join(tmpdir(), 'joulegate-e2e-'));
  #program: Program | undefined;
  readonly #more: readonly string[];
  #port = '0';

  /** `more` are arguments of `joulegate serve`. */
  constructor(...more: readonly string[]) {
    this.#more = more;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The code for the first account. */
  get setupCode(): string {
    return this.#program === undefined ? '' : said(this.#program, 'setup', 'code');
  }

  /** `program` may be that of a copy. */
  async start(program = cli): Promise<void> {
    const folder = ['--data-dir', this.#folder];
    const args = [
      program,
      'serve',
      '--json',
      ...folder,
      '--http-port',
      this.#port,
      '--mqtt-port',
      '0',
      ...this.#more,
    ];
    this.#program = await startProgram(args, 'listening');
    this.#port = said(this.#program, 'listening', 'httpPort');
  }

  async stop(): Promise<void> {
    await this.#program?.close();
    this.#program = undefined;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
