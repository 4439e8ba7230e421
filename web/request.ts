import type { ApiError } from '../host/api/contract.ts';
import { RequestError } from './request-error.ts';
import { learnClock } from './site/clock.ts';

/** Relative to the document, so the page also works below a path of a reverse proxy. */
const base = new URL('api/v1/', document.baseURI);

/** How long the host may take: a year's readings come in well below a second. */
const timeoutMs = 20_000;
/** What reads or writes a file of a hundred megabytes, or a year of days. */
export const longMs = 600_000;
/** The host listens for 12 s, and may take a while to connect and to end. */
export const listenMs = 40_000;

type Query = Readonly<Record<string, string | number>>;

/** The site that is shown, and whether lists must name it since others may be seen too. */
let shown = { site: '', isOneOfSeveral: false };

/** Everything that is asked for is of this site from now on. */
export function askOfSite(site: string, isOneOfSeveral: boolean): void {
  shown = { site, isOneOfSeveral };
}

export const shownSite = (): string => shown.site;

/** What a list is asked for with: all that may be seen, where it is of one site alone. */
export const ofSite = (): Query => (shown.isOneOfSeveral ? { site: shown.site } : {});

export function urlOf(path: string, query: Query = {}): URL {
  const url = new URL(path, base);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
  return url;
}

const isApiError = (body: unknown): body is ApiError =>
  typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string';

async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}

function errorOf(response: Response, body: unknown): RequestError {
  const details = isApiError(body) ? body : null;
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  const code = details?.code ?? (response.status >= 502 ? 'unreachable' : 'badAnswer');
  return new RequestError(code, response.status, details, Number.isFinite(retryAfter) ? retryAfter : null);
}

/** Aborts what is under way for somebody who signs out: its answer could only be a refusal. */
let visit = new AbortController();

/** Gives up all that is under way; the caller asks for nothing more. */
export function endVisit(): void {
  visit.abort();
  visit = new AbortController();
}

/** @throws RequestError, or the abort of `signal`. */
export async function request<T>(
  method: string,
  url: URL,
  body?: unknown,
  signal?: AbortSignal,
  limitMs = timeoutMs,
): Promise<T> {
  const visitEnd = visit.signal;
  const ends = [visitEnd, AbortSignal.timeout(limitMs)];
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      credentials: 'same-origin',
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.any(signal === undefined ? ends : [signal, ...ends]),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    if (visitEnd.aborted) throw new RequestError('session.missing', 401, null);
    throw new RequestError('unreachable', 0, null);
  }
  learnClock(response.headers.get('date'));
  if (response.status === 204) return undefined as T;
  const answer = await jsonOf(response);
  if (!response.ok) throw errorOf(response, answer);
  if (answer === undefined) throw new RequestError('badAnswer', response.status, null);
  // The host's schemas and this page are built from the same contract.
  return answer as T;
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal) =>
  request<T>('GET', urlOf(path, query), undefined, signal);

/** A file. Rejects as `request` does. */
export async function bytesOf(url: URL): Promise<Uint8Array> {
  let response: Response;
  try {
    response = await fetch(url, { credentials: 'same-origin', signal: AbortSignal.timeout(timeoutMs) });
  } catch {
    throw new RequestError('unreachable', 0, null);
  }
  if (!response.ok) throw errorOf(response, await jsonOf(response));
  return new Uint8Array(await response.arrayBuffer());
}
