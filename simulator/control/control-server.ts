import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { UsageError } from '../arguments.ts';
import type { Laboratory } from '../happenings/laboratory.ts';
import type { BeginAnswer, EndAnswer, LabRefusal } from './contract.ts';
import { hasToken, strangerWhy } from './guard.ts';
import { labInfo, labState } from './lab-answers.ts';
import { builtPage, PageFiles } from './page-files.ts';
import { readBegin, readEnd } from './requests.ts';

export interface ControlOptions {
  readonly lab: Laboratory;
  /** What runs: `demo`, `serve`. */
  readonly name: string;
  readonly hostUrl?: string;
  /** Port on 127.0.0.1; absent or 0: any free one. */
  readonly port?: number;
  /** Where the built page is. */
  readonly webDir?: string;
}

export interface ControlServer {
  /** With its token: `http://127.0.0.1:4711/#abc…`. */
  readonly address: string;
  close(): Promise<void>;
}

const bodyBytes = 16 * 1024;
const connectionsMost = 32;
const requestMs = 10_000;
/** How often Node looks for those that took longer; its own 30 s would let them stay as long. */
const checkMs = 1000;

const headers = Object.freeze({
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
});

class Refused extends Error {
  readonly status: number;
  readonly error: LabRefusal['error'];

  constructor(status: number, error: LabRefusal['error'], message: string) {
    super(message);
    this.status = status;
    this.error = error;
  }
}

/**
 * Serves the laboratory's page and its control on 127.0.0.1. What acts wants the token of its address; the page's files
 * hold nothing to hide. @throws Error where the port is taken.
 */
export async function startControlServer(options: ControlOptions): Promise<ControlServer> {
  const token = randomBytes(18).toString('base64url');
  const startedAtMs = Date.now();
  const files = new PageFiles(options.webDir ?? builtPage());
  let port = 0;

  const answer = async (request: IncomingMessage): Promise<unknown> => {
    const { lab, name, hostUrl = null } = options;
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const route = `${request.method} ${url.pathname}`;
    switch (route) {
      case 'GET /api/v1/lab':
        return labInfo(lab, { name, hostUrl, startedAtMs });
      case 'GET /api/v1/state':
        return labState(lab, Number(url.searchParams.get('since') ?? 0) || 0);
      case 'POST /api/v1/begin': {
        const { what, part, forS, values = {} } = readBegin(await bodyOf(request));
        const wish = { what, values, ...(part && { part }), ...(forS && { forS }) };
        return { running: await lab.begin(wish) } satisfies BeginAnswer;
      }
      case 'POST /api/v1/end': {
        const { id, what, part } = readEnd(await bodyOf(request));
        if (id === undefined) return { ended: await lab.endAll(what, part) } satisfies EndAnswer;
        await lab.end(id);
        return { ended: 1 } satisfies EndAnswer;
      }
      default:
        throw new Refused(404, 'notFound', `${route}: there is no such thing`);
    }
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const stranger = strangerWhy(request, port);
    if (stranger !== undefined) throw new Refused(403, 'forbidden', stranger);
    const path = (request.url ?? '/').replace(/[?#].*$/, '');
    if (path.startsWith('/api/')) {
      if (!hasToken(request, token)) {
        throw new Refused(
          401,
          'forbidden',
          "the laboratory's token is missing or wrong; use its whole address",
        );
      }
      send(response, 200, await answer(request));
      return;
    }
    const file = request.method === 'GET' || request.method === 'HEAD' ? files.find(path) : undefined;
    if (file === undefined) {
      const why = files.isBuilt
        ? `${path}: there is no such file`
        : 'the page is not built; run npm run build';
      throw new Refused(404, 'notFound', why);
    }
    const cache = file.isForever ? 'public, max-age=31536000, immutable' : 'no-cache';
    response.writeHead(200, { ...headers, 'content-type': file.type, 'cache-control': cache });
    response.end(request.method === 'HEAD' ? undefined : file.bytes);
  };

  const server = createServer(
    { requestTimeout: requestMs, headersTimeout: requestMs, connectionsCheckingInterval: checkMs },
    (request, response) => {
      serve(request, response).catch(error => {
        if (response.headersSent || response.destroyed) return;
        const { status, refusal } = refusalOf(error);
        if (status === 413) response.setHeader('connection', 'close');
        send(response, status, refusal);
      });
    },
  );
  server.maxConnections = connectionsMost;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const listening = server.address();
  port = typeof listening === 'object' && listening !== null ? listening.port : 0;
  return {
    address: `http://127.0.0.1:${port}/#${token}`,
    close: async () => {
      const closed = new Promise(resolve => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function refusalOf(error: unknown): { status: number; refusal: LabRefusal } {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Refused) return { status: error.status, refusal: { error: error.error, message } };
  if (error instanceof UsageError) return { status: 400, refusal: { error: 'refused', message } };
  return { status: 500, refusal: { error: 'failed', message } };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { ...headers, 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  if (!(request.headers['content-type'] ?? '').startsWith('application/json')) {
    throw new Refused(415, 'refused', 'Content-Type: application/json is allowed');
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > bodyBytes)
      throw new Refused(413, 'refused', `a body of at most ${bodyBytes} bytes is allowed`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
