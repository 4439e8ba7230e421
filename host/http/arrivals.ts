import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { addressKey } from '../auth/throttle.ts';
import { hostLimits } from '../limits.ts';
import { handshakeFault } from '../tls/handshake-fault.ts';
import type { ServerCredentials } from '../tls/host-tls.ts';
import { tlsRules } from '../tls/tls-rules.ts';

export interface ArrivalCounters {
  connections: number;
  connectionsRefused: number;
  handshakesFailed: number;
}

export interface ArrivalsOptions {
  /** What is shown by TLS; without it plain HTTP alone is spoken. */
  readonly tls?: ServerCredentials | undefined;
  /** Addresses that many people come from, such as reverse proxies. */
  readonly isShared: (remoteAddress: string | undefined) => boolean;
  readonly counters: ArrivalCounters;
  /** A handshake that came to nothing, in words. */
  readonly onRefused: (detail: string) => void;
  readonly mostOfAddress?: number;
}

/** The first byte of a TLS record that begins a handshake; no method of HTTP begins with it. */
const handshakeByte = 0x16;

/**
 * Stands before an HTTP server: counts sockets in all and by address, and tells TLS from plain HTTP by the first byte where both come
 * to one port. Who says nothing, or does not end its handshake, is hung up on in time. Gives back what hangs up on those.
 */
export function guardArrivals(server: Server, options: ArrivalsOptions): () => void {
  const {
    tls,
    counters,
    isShared,
    onRefused,
    mostOfAddress = hostLimits.httpConnectionsOfAddress.most,
  } = options;
  const [serveHttp] = server.listeners('connection');
  server.removeAllListeners('connection');
  const serve = (socket: Socket): void => {
    if (serveHttp !== undefined) Reflect.apply(serveHttp, server, [socket]);
  };
  const arriving = new Set<Socket>();
  const ofAddress = new Map<string, number>();
  const secure =
    tls &&
    newTlsServer(tls, serve, detail => {
      counters.handshakesFailed++;
      onRefused(detail);
    });

  server.maxConnections = hostLimits.httpConnections.most;
  server.on('drop', () => {
    counters.connectionsRefused++;
  });
  server.on('connection', (socket: Socket) => {
    const address = addressKey(socket.remoteAddress ?? '');
    const there = ofAddress.get(address) ?? 0;
    if (there >= mostOfAddress && !isShared(socket.remoteAddress)) {
      counters.connectionsRefused++;
      socket.destroy();
      return;
    }
    counters.connections++;
    ofAddress.set(address, there + 1);
    socket.once('close', () => {
      counters.connections--;
      arriving.delete(socket);
      const left = (ofAddress.get(address) ?? 1) - 1;
      if (left > 0) ofAddress.set(address, left);
      else ofAddress.delete(address);
    });
    if (secure === undefined) serve(socket);
    else {
      arriving.add(socket);
      firstByte(socket, first => {
        arriving.delete(socket);
        if (first === handshakeByte) secure.emit('connection', socket);
        else serve(socket);
      });
    }
  });
  return () => {
    for (const socket of arriving) socket.destroy();
  };
}

/** Waits for the first byte and leaves it where it was; hangs up where none comes in time. */
function firstByte(socket: Socket, told: (byte: number) => void): void {
  const hangUp = () => socket.destroy();
  const timer = setTimeout(hangUp, hostLimits.httpHandshakeMs.most).unref();
  const look = (): void => {
    const bytes: Buffer | null = socket.read();
    if (bytes === null) return;
    clearTimeout(timer);
    socket.off('readable', look);
    socket.off('end', hangUp);
    socket.unshift(bytes);
    told(bytes[0] ?? 0);
  };
  socket.on('error', hangUp);
  socket.on('end', hangUp);
  socket.on('readable', look);
  socket.once('close', () => clearTimeout(timer));
}

function newTlsServer(
  tls: ServerCredentials,
  serve: (socket: Socket) => void,
  refused: (detail: string) => void,
) {
  const secure = createTlsServer(
    {
      ...tls.credentials,
      ...tlsRules,
      ALPNProtocols: ['http/1.1'],
      handshakeTimeout: hostLimits.httpHandshakeMs.most,
    },
    serve,
  );
  secure.on('tlsClientError', (error: Error, socket: TLSSocket) => {
    refused(`${socket.remoteAddress ?? 'somebody'}: ${handshakeFault(error)}`);
    socket.destroy();
  });
  tls.onRenewed(() => secure.setSecureContext({ ...tls.credentials, ...tlsRules }));
  return secure;
}
