import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { connect, createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { pause } from '../numbers.ts';

/** Where distributions put servers, which is not in everybody's path. */
const serverFolders = ['/usr/sbin', '/usr/local/sbin'];

/** The path of an installed program, or undefined. */
export function programPath(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).concat(serverFolders);
  return folders
    .map(folder => join(folder, name))
    .find(path => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** A Python that has SQLite, or undefined. */
export function pythonWithSqlite(): string | undefined {
  const python = programPath('python3');
  if (python === undefined) return undefined;
  const { status } = spawnSync(python, ['-c', 'import sqlite3, http.server']);
  return status === 0 ? python : undefined;
}

/** A port that nobody listens on right now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A server of somebody else's, in a process that ends with this one's work. */
export class Program {
  readonly #child: ChildProcess;
  #said = '';

  constructor(file: string, args: readonly string[]) {
    this.#child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', text => {
        this.#said = (this.#said + String(text)).slice(-2000);
      });
    }
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Waits until `isReady`. @throws Error with the last it said, where it ends or takes more than 15 s. */
  async ready(isReady: () => Promise<boolean>): Promise<void> {
    for (const untilMs = performance.now() + 15_000; performance.now() < untilMs; await pause(50)) {
      if (await isReady()) return;
      if (this.#child.exitCode !== null) break;
    }
    await this.end();
    throw new Error(`${this.#child.spawnfile} does not start: ${this.#said}`);
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exit;
  }
}

/** Whether something listens there. */
export function listens(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
