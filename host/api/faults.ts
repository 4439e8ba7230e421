import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply } from 'fastify';
import { limits } from '#core/limits.ts';
import { AccountRefusal } from '../auth/account-refusal.ts';
import { TooBusy } from '../auth/passwords.ts';
import { QueryError } from '../store/query-error.ts';
import { isShortOfMemory } from '../store/recovery-errors.ts';
import type { ApiCounters } from './api-counters.ts';
import type { ApiErrorCode } from './error-table.ts';
import { ApiFailure, mistaken } from './errors.ts';
import { securityHeaders } from './security-headers.ts';

/** What Fastify itself refuses, in our words. */
const fastifyCodes: Readonly<Record<string, ApiErrorCode>> = Object.freeze({
  FST_ERR_CTP_INVALID_JSON_BODY: 'body.notJson',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'body.missing',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'body.notJson',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'body.type',
  FST_ERR_CTP_INVALID_TYPE: 'body.type',
  FST_ERR_BAD_URL: 'path.invalid',
  FST_ERR_MAX_PARAM_LENGTH: 'path.tooLong',
  FST_ERR_NOT_FOUND: 'route.unknown',
});

/** Any error as one of the table. What is not known is the host's fault, and its text stays inside. */
export function toApiFailure(error: FastifyError | Error): ApiFailure {
  if (error instanceof ApiFailure) return error;
  if (error instanceof TooBusy) return new ApiFailure('signIn.busy', { retryAfterS: 2 });
  if (error instanceof AccountRefusal) return new ApiFailure(error.code);
  if (error instanceof QueryError) {
    return mistaken('range.tooLong', [{ field: error.field, message: error.message }]);
  }
  if (error.name === 'ArchiveError') return new ApiFailure('archive.unreadable', { message: error.message });
  if (isShortOfMemory(error)) return new ApiFailure('store.busy', { retryAfterS: 5 });
  const code = 'code' in error ? error.code : '';
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new ApiFailure('body.tooLarge', {
      message: `The body is too large; at most ${limits.httpBodyBytes} bytes are allowed.`,
    });
  }
  const known = fastifyCodes[code];
  if (known !== undefined) return new ApiFailure(known);
  // The JSON parser's refusal of __proto__ and the like comes without a code.
  if (error instanceof SyntaxError && 'statusCode' in error) return new ApiFailure('body.notJson');
  // Of the plug-in that gives out files: what leads out of its folder is not there.
  if ('statusCode' in error && (error.statusCode === 403 || error.statusCode === 404))
    return new ApiFailure('route.unknown');
  if ('statusCode' in error && error.statusCode === 400) return new ApiFailure('path.invalid');
  return new ApiFailure('host.fault');
}

/** The refusal of what never became a request, in the form of all others, and the end of its socket. */
export function refuseBroken(
  error: NodeJS.ErrnoException,
  socket: Socket,
  counters: Pick<ApiCounters, 'requestsTimedOut' | 'refused'>,
): void {
  const isSlow = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  if (isSlow) counters.requestsTimedOut++;
  else counters.refused++;
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const isLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const failure = new ApiFailure(isSlow ? 'request.slow' : isLarge ? 'headers.tooLarge' : 'request.broken');
  const body = JSON.stringify(failure.body);
  const headers = {
    ...securityHeaders,
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `HTTP/1.1 ${failure.statusCode} ${STATUS_CODES[failure.statusCode]}\r\n${lines.join('')}\r\n`;
  // Who does not read is not waited for.
  socket.write(head + body, () => socket.destroy());
}

/** Whether somebody tried what only who knows it gets right, and did not: worth a line in the log. Never who they said they were: people type passwords into the wrong field. */
export const isGuess = ({ code, statusCode }: ApiFailure): boolean =>
  (statusCode === 401 || statusCode === 429 || code === 'setup.wrongCode') &&
  /^(signIn|setup|token|share)\./.test(code) &&
  code !== 'signIn.secondFactor';

export function sendFailure(failure: ApiFailure, reply: FastifyReply): FastifyReply {
  const { retryAfterS, allow } = failure.details;
  if (allow !== undefined) reply.header('allow', allow.join(', '));
  if (retryAfterS !== undefined) reply.header('retry-after', retryAfterS);
  return reply.code(failure.statusCode).type('application/json; charset=utf-8').send(failure.body);
}
