import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/** What a command cost: slots in use after it, a deterministic count of byte codes run, bytes allocated. */
export interface Cost {
  readonly currentHeapCount: number;
  readonly compute: number;
  readonly allocate: number;
}

export interface Reply {
  readonly body: Buffer;
  readonly cost: Cost;
}

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

const costEnd = 0x01;

/**
 * The XS engine in a process of its own. Speaks netstrings (`4:text,`) with it: `e` evaluates a script, `?` calls
 * the global `handleCommand` with bytes; a reply is `.`, the cost as JSON, 01 and bytes, or `!` and an error.
 */
export class Engine {
  readonly #process: ChildProcess;
  readonly #in: Writable;
  readonly #waiting: Waiting[] = [];
  #received: Buffer = Buffer.alloc(0);
  #complaints = '';

  constructor(worker: string) {
    this.#process = spawn(worker, ['joulegate'], { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] });
    this.#in = this.#process.stdio[3] as Writable;
    this.#in.on('error', () => {});
    (this.#process.stdio[4] as Readable).on('data', (data: Buffer) => this.#receive(data));
    this.#process.stderr?.on('data', (data: Buffer) => {
      this.#complaints = (this.#complaints + data.toString()).slice(-2000);
    });
    this.#process.on('exit', code => this.#end(`the engine ended with code ${code}: ${this.#complaints}`));
    this.#process.on('error', error => this.#end(error.message));
  }

  /** Runs a script at the top level. */
  evaluate(script: string): Promise<Reply> {
    return this.#send('e', Buffer.from(script));
  }

  /** Gives bytes to `handleCommand` of the script and takes what it gives back. */
  command(bytes: Uint8Array): Promise<Reply> {
    return this.#send('?', Buffer.from(bytes));
  }

  /** Collects all garbage and writes what is left to a file. */
  snapshot(path: string): Promise<Reply> {
    return this.#send('w', Buffer.from(path));
  }

  close(): void {
    this.#in.end();
    this.#process.kill();
  }

  #send(kind: string, body: Buffer): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#in.write(Buffer.concat([Buffer.from(`${body.length + 1}:${kind}`), body, Buffer.from(',')]));
    });
  }

  #receive(data: Buffer): void {
    this.#received = Buffer.concat([this.#received, data]);
    for (;;) {
      const colon = this.#received.indexOf(':');
      if (colon < 0) return;
      const end = colon + 1 + Number(this.#received.subarray(0, colon).toString());
      if (this.#received.length <= end) return;
      const message = this.#received.subarray(colon + 1, end);
      this.#received = this.#received.subarray(end + 1);
      this.#answer(message);
    }
  }

  #answer(message: Buffer): void {
    const waiting = this.#waiting.shift();
    const body = message.subarray(1);
    if (message[0] !== 0x2e) {
      waiting?.reject(new Error(`XS: ${body.toString()}`));
      return;
    }
    const split = body.indexOf(costEnd);
    waiting?.resolve({
      cost: JSON.parse(body.subarray(0, split).toString()),
      body: body.subarray(split + 1),
    });
  }

  #end(why: string): void {
    for (const { reject } of this.#waiting.splice(0)) reject(new Error(why));
  }
}
