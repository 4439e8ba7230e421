import { createServer, type RequestListener, type Server } from 'node:http';
import { hostLimits } from '../limits.ts';
import type { Log } from '../logging/host-log.ts';
import type { ServerCredentials } from '../tls/host-tls.ts';
import { type AddressSet, isThisMachine } from './address-set.ts';
import { type ArrivalCounters, guardArrivals } from './arrivals.ts';
import { type ProgressCounters, watchProgress } from './progress.ts';

export interface WebServerOptions {
  readonly tls?: ServerCredentials | undefined;
  readonly proxies: AddressSet;
  readonly counters: ArrivalCounters & ProgressCounters;
  readonly log: Log;
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
  // Bounded by their bytes. Node leaves out those after the 2000th, among them what a proxy adds at the end.
  server.maxHeadersCount = 0;
  watchProgress(server, counters);
  const hangUp = guardArrivals(server, {
    tls,
    counters,
    isShared: address => isThisMachine(address) || proxies.has(address),
    onRefused: detail => log('warn', `no TLS handshake with ${detail}`, 'http.handshake'),
  });
  return { server, hangUp };
}
