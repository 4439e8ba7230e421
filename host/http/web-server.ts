import { createServer, type RequestListener, type Server } from 'node:http';
import { hostLimits } from '../limits.ts';
import type { ServerCredentials } from '../tls/host-tls.ts';
import { type AddressSet, isThisMachine } from './address-set.ts';
import { type ArrivalCounters, guardArrivals } from './arrivals.ts';
import { type ProgressCounters, watchProgress } from './progress.ts';

export interface WebServerOptions {
  readonly tls?: ServerCredentials | undefined;
  readonly proxies: AddressSet;
  readonly counters: ArrivalCounters & ProgressCounters;
  readonly log: (level: 'warn', text: string) => void;
}

export interface WebServer {
  readonly server: Server;
  /** Hangs up on who has not said yet what is wanted. */
  readonly hangUp: () => void;
}

/** The server of page and API: TLS, where it has a certificate, and plain HTTP at one port, with bounds on sockets, headers and times. */
export function newWebServer(
  handler: RequestListener,
  { tls, proxies, counters, log }: WebServerOptions,
): WebServer {
  const server = createServer(
    { connectionsCheckingInterval: 1000, maxHeaderSize: hostLimits.httpHeaderBytes.most, noDelay: true },
    handler,
  );
  watchProgress(server, counters);
  const hangUp = guardArrivals(server, {
    tls,
    counters,
    isShared: address => isThisMachine(address) || proxies.has(address),
    onRefused: tellSeldom(text => log('warn', text)),
  });
  return { server, hangUp };
}

const tellEveryMs = 60_000;

/** Anybody in the network can fail: a line a minute, with the number of those that were not told. */
function tellSeldom(tell: (text: string) => void): (detail: string) => void {
  let toldMs = Number.NEGATIVE_INFINITY;
  let untold = 0;
  return detail => {
    const nowMs = performance.now();
    if (nowMs - toldMs < tellEveryMs) {
      untold++;
      return;
    }
    toldMs = nowMs;
    tell(`no TLS handshake with ${detail}${untold === 0 ? '' : `; ${untold} more since the last line`}`);
    untold = 0;
  };
}
