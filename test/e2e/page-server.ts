import { readFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { join, normalize } from 'node:path';

const types: Readonly<Record<string, string>> = {
  html: 'text/html',
  js: 'text/javascript',
  css: 'text/css',
  svg: 'image/svg+xml',
  png: 'image/png',
  webmanifest: 'application/manifest+json',
};

/**
 * The built page below a path, as behind a reverse proxy, with no host behind it: every call of the API is answered by
 * 502. A `build` other than null stands for a later build: the same files, told apart by a mark in index and worker.
 */
export class PageServer {
  readonly path = '/energy/';
  build: string | null = null;
  readonly #root: string;
  #server: Server | undefined;
  #port = 0;

  constructor(root: string) {
    this.#root = root;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}${this.path}`;
  }

  async start(): Promise<void> {
    const server = createServer(({ url = '' }, response) => this.#answer(url, response));
    this.#server = server;
    await new Promise<void>(resolve => server.listen(this.#port, '127.0.0.1', resolve));
    const address = server.address();
    if (typeof address === 'object' && address !== null) this.#port = address.port;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  }

  #answer(url: string, response: ServerResponse): void {
    const path = normalize(url.replace(/[?#].*$/, ''));
    const file = path === this.path ? 'index.html' : path.slice(this.path.length);
    if (!path.startsWith(this.path) || file.startsWith('api/')) {
      response.writeHead(502).end();
      return;
    }
    try {
      const body = this.#marked(file, readFileSync(join(this.#root, file)));
      const type = types[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
      response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache' }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  }

  #marked(file: string, body: Buffer): Buffer | string {
    if (this.build === null) return body;
    const text = body.toString();
    if (file === 'index.html') {
      return text
        .replace('</head>', `<link rel="help" href="${this.build}"></head>`)
        .replace('<body>', `<body data-build="${this.build}">`);
    }
    return file === 'service-worker.js'
      ? text.replace('shellVersion="', `shellVersion="${this.build}`)
      : body;
  }
}
