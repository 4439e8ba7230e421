import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { hostLimits } from '../limits.ts';

export interface ProgressCounters {
  requestsTimedOut: number;
  answersTimedOut: number;
}

interface Body {
  readonly request: IncomingMessage;
  readonly sinceMs: number;
  readonly bytesBefore: number;
  /** For which the host itself did not read. */
  pausedMs: number;
}

const lookEveryMs = 1000;

/**
 * Hangs up on who holds a socket and does not get on: headers and pauses between requests by the server's own times, a body that comes
 * slower than a slow mobile line, an answer that is not read. What the host itself takes time for is no fault of who asks.
 */
export function watchProgress(server: Server, counters: ProgressCounters): void {
  server.headersTimeout = hostLimits.httpHeadersMs.most;
  // A large file may take its time; what counts is that it comes.
  server.requestTimeout = 0;
  server.keepAliveTimeout = hostLimits.httpIdleMs.most;
  server.timeout = hostLimits.httpSilentMs.most;
  const answering = new WeakMap<Socket, number>();
  const bodies = new Set<Body>();
  let looking: NodeJS.Timeout | undefined;

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    answering.set(socket, (answering.get(socket) ?? 0) + 1);
    response.once('close', () => answering.set(socket, (answering.get(socket) ?? 1) - 1));
    if (!hasBody(request)) return;
    bodies.add({ request, sinceMs: performance.now(), bytesBefore: socket.bytesRead, pausedMs: 0 });
    looking ??= setInterval(look, lookEveryMs).unref();
  });

  // Told when for so long nothing came and nothing could be sent.
  server.on('timeout', (socket: Socket) => {
    const isAnswering = (answering.get(socket) ?? 0) > 0;
    if (isAnswering && socket.writableLength === 0) return;
    if (isAnswering) counters.answersTimedOut++;
    socket.destroy();
  });

  function look(): void {
    const nowMs = performance.now();
    for (const body of bodies) {
      const { request } = body;
      if (request.complete || request.socket.destroyed) bodies.delete(body);
      else if (request.readableLength >= request.readableHighWaterMark) body.pausedMs += lookEveryMs;
      else if (isTooSlow(body, nowMs)) {
        counters.requestsTimedOut++;
        bodies.delete(body);
        request.socket.destroy();
      }
    }
    if (bodies.size > 0) return;
    clearInterval(looking);
    looking = undefined;
  }
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

function isTooSlow({ request, sinceMs, bytesBefore, pausedMs }: Body, nowMs: number): boolean {
  const tookMs = nowMs - sinceMs - pausedMs;
  if (tookMs < hostLimits.httpBodyGraceMs.most) return false;
  return request.socket.bytesRead - bytesBefore < (tookMs / 1000) * hostLimits.httpBodyBytesPerS.most;
}
