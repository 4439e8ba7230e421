import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { freeLabPort } from '../../../simulator/lab/lab-port.ts';

export interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** As it came, unpacked. */
  readonly bytes: Buffer;
}

/** What becomes of a request: an answer, or none at all though it was taken. */
export type Reply =
  | { readonly status: number; readonly text?: string; readonly retryAfter?: number }
  | 'lost';

/** A real HTTP server that answers as a test wants it; it can go away and come back at the same address. */
export class Receiver {
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();
  #port = 0;
  readonly asked: Asked[] = [];
  answer: (asked: Asked) => Reply | Promise<Reply> = () => ({ status: 200, text: 'ok' });

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<this> {
    const server = createServer((request, reply) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', async () => {
        const bytes = Buffer.concat(chunks);
        const isPacked = request.headers['content-encoding'] === 'gzip';
        const unpacked = isPacked ? gunzipSync(bytes) : bytes;
        const asked = {
          path: request.url ?? '',
          headers: request.headers,
          body: unpacked.toString(),
          bytes: unpacked,
        };
        this.asked.push(asked);
        const answer = await this.answer(asked);
        if (answer === 'lost') request.socket.destroy();
        else {
          const { status, text = '', retryAfter } = answer;
          reply.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) });
          reply.end(status === 204 ? undefined : text);
        }
      });
    });
    server.on('connection', socket => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    // One that comes back comes back to its port.
    this.#port ||= await freeLabPort();
    await new Promise<void>(resolve => server.listen(this.#port, '127.0.0.1', resolve));
    this.#server = server;
    return this;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const server = this.#server;
    this.#server = undefined;
    if (server !== undefined) await new Promise(resolve => server.close(resolve));
  }
}
