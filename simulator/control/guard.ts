import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const sameText = (a: string, b: string): boolean => {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
};

/**
 * Why this request may not be answered, or undefined. A page elsewhere can make a browser send requests to 127.0.0.1:
 * by another name that leads here (its `Host` is another), or from its own place (its `Origin` is another).
 */
export function strangerWhy(request: IncomingMessage, port: number): string | undefined {
  const { host, origin } = request.headers;
  const own = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (host === undefined || !own.includes(host)) return `Host: ${own.join(' or ')} is allowed`;
  if (origin !== undefined && origin !== `http://${host}`) return `Origin: http://${host} is allowed`;
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return 'only its own page may use it';
  return undefined;
}

/** Whether the request has the laboratory's token. */
export function hasToken(request: IncomingMessage, token: string): boolean {
  const given = /^Bearer ([\w-]{1,100})$/.exec(request.headers.authorization ?? '')?.[1];
  return given !== undefined && sameText(given, token);
}
