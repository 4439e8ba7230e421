import { createServer } from 'node:http';
import { limits } from '#core/limits.ts';
import type { HttpRequest, HttpServerPort } from '#ports';

export interface NodeHttpServerOptions {
  /** What listens where the gateway asks for a port; default 127.0.0.1 and the very port. */
  readonly host?: string;
  readonly port?: number;
  /** Told where it listens. */
  readonly onListening?: (port: number) => void;
  /** Told where it does not, such as of a port that another program has. */
  readonly onFailed?: (error: Error) => void;
}

/** As few as a device serves at a time, and no longer. */
const connectionsMost = 8;
const requestMs = 10_000;

/** A small HTTP server by node:http, bounded as a device's is. */
export const nodeHttpServer = (options: NodeHttpServerOptions = {}): HttpServerPort => ({
  listen(port, answer) {
    const { host = '127.0.0.1', onListening, onFailed = () => {} } = options;
    const server = createServer(
      { requestTimeout: requestMs, headersTimeout: requestMs },
      (request, response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        request.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes <= limits.localBodyBytes) chunks.push(chunk);
          else {
            response.writeHead(413, { connection: 'close' }).end();
            request.destroy();
          }
        });
        request.on('end', () => {
          if (response.writableEnded) return;
          const headers = new Map<string, string>();
          for (const [name, value] of Object.entries(request.headers)) {
            if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
          }
          const asked: HttpRequest = {
            method: request.method ?? '',
            path: request.url ?? '/',
            headers,
            body: new Uint8Array(Buffer.concat(chunks)),
            from: request.socket.remoteAddress ?? '',
          };
          const { status, type, body, headers: more = [] } = answer(asked);
          response.writeHead(status, { 'content-type': type, ...Object.fromEntries(more) });
          response.end(body);
        });
      },
    );
    server.maxConnections = connectionsMost;
    server.on('error', onFailed);
    server.listen(options.port ?? port, host, () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) onListening?.(address.port);
    });
    return () => {
      server.close();
      server.closeAllConnections();
    };
  },
});
