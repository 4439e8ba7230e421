import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Log } from '../engine.ts';
import { controlPath, isPathTooLong, tooLong } from './control-path.ts';

/** What answers: the API, with all its routes. */
interface Routing {
  routing(request: IncomingMessage, response: ServerResponse): void;
}

const closeWithinMs = 2000;
/** For the rights of what is made meanwhile: the owner alone. */
const ownerOnly = 0o177;

/**
 * The API at a socket in the data folder, for the commands of this machine. A request is known as a command's by having come
 * in there, and by nothing that it says: no header makes one of the network into one of these.
 */
export class Control {
  readonly #own = new WeakSet<IncomingMessage>();
  readonly #dataDir: string;
  readonly #log: Log;
  #server: Server | undefined;

  constructor(dataDir: string, log: Log) {
    this.#dataDir = dataDir;
    this.#log = log;
  }

  /** Whether a request came in by the socket. */
  isOwn(request: IncomingMessage): boolean {
    return this.#own.has(request);
  }

  /**
   * Answers from now on. To be called by who has the database open: a socket that lies there is one that a killed host left.
   * Where none can be made the host runs without, and says so in the log.
   */
  async listen(api: Routing): Promise<void> {
    const path = controlPath(this.#dataDir);
    if (isPathTooLong(path)) {
      this.#log('warn', tooLong(path));
      return;
    }
    const server = createServer((request, response) => {
      this.#own.add(request);
      api.routing(request, response);
    });
    server.maxConnections = 32;
    try {
      if (process.platform !== 'win32') await rm(path, { force: true });
      // The socket is made within the call: nobody else finds it with other rights for a moment.
      const before = process.umask(ownerOnly);
      try {
        server.listen(path);
      } finally {
        process.umask(before);
      }
      await once(server, 'listening');
      this.#server = server;
    } catch (error) {
      this.#log('warn', `no command of this machine can reach the host: ${path} cannot be made (${error})`);
    }
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const hangUp = setTimeout(() => server.closeAllConnections(), closeWithinMs);
    await new Promise<void>(resolve => {
      server.close(() => resolve());
      server.closeIdleConnections();
    });
    clearTimeout(hangUp);
  }
}
