import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import { authorityPath } from '../http/plain-side.ts';
import { ApiFailure } from './errors.ts';
import type { Api, ApiParts } from './routes.ts';

/**
 * Serves the built page. Its files are those that lay there at the start, so nothing else can be reached; any
 * other address outside /api is the page's own business and gets its index. All of it is public: it holds no data.
 */
export async function addPage(api: Api, { webDir, tls }: ApiParts): Promise<void> {
  const files = filesOf(webDir);
  if (files.size > 0) {
    // The build lays a packed copy beside each text.
    await api.register(fastifyStatic, {
      root: webDir,
      serve: false,
      cacheControl: false,
      preCompressed: true,
    });
  }
  api.get('/*', { config: { access: 'public' }, schema: { hide: true } }, (request, reply) => {
    const path = pathOf(request.url);
    if (tls !== undefined && `/${path}` === authorityPath) {
      // No secret: each TLS handshake shows it. Whoever takes it compares its fingerprint with the host's own word.
      reply.header('content-disposition', 'attachment; filename="joulegate-ca.crt"');
      return reply.type('application/x-x509-ca-cert').send(tls.caPem);
    }
    const file = files.has(path) ? path : 'index.html';
    // A file that is not there is none of the page's views: a stale page must not read HTML as its script.
    if (file !== path && /\.[a-z0-9]+$/i.test(path)) throw new ApiFailure('route.unknown');
    if (!files.has(file)) throw new ApiFailure('page.notBuilt');
    // Vite names what is in assets/ by its contents.
    const isForever = file.startsWith('assets/');
    reply.header('cache-control', isForever ? 'public, max-age=31536000, immutable' : 'no-cache');
    // A cache on the way keeps the packed copy apart from the plain one.
    reply.header('vary', 'accept-encoding');
    return reply.sendFile(file);
  });
}

function filesOf(dir: string): ReadonlySet<string> {
  try {
    const entries = readdirSync(dir, { recursive: true, withFileTypes: true });
    const files = entries.filter(entry => entry.isFile());
    return new Set(
      files.map(({ parentPath, name }) => relative(dir, join(parentPath, name)).split(sep).join('/')),
    );
  } catch {
    return new Set();
  }
}

function pathOf(url: string): string {
  const path = url.slice(1).replace(/[?#].*$/, '');
  try {
    return decodeURIComponent(path);
  } catch {
    throw new ApiFailure('path.invalid');
  }
}
