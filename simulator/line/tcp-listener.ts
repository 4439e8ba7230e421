import { createServer, type Socket } from 'node:net';

/** A server on 127.0.0.1, as all of the laboratory are. */
export interface TcpListener {
  readonly port: number;
  /** Closes every client's connection; they may connect again. */
  disconnect(): void;
  close(): Promise<void>;
}

/** What may wait for a client that does not read; its own buffers come before that. */
const mostWaitingBytes = 262_144;

/** Passes bytes on to a client; one that has hung and reads nothing more is cut off before what waits for it grows. */
export function sendTo(socket: Socket, bytes: Uint8Array): void {
  if (socket.destroyed) return;
  if (socket.writableLength + bytes.length > mostWaitingBytes) socket.destroy();
  else socket.write(Buffer.from(bytes));
}

/** Listens on a TCP port of 127.0.0.1; 0 takes a free one. @throws Error where it cannot be had. */
export async function listenOnTcp(port: number, onClient: (socket: Socket) => void): Promise<TcpListener> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A client that breaks off closes; there is nothing to mend.
    socket.on('error', () => {});
    onClient(socket);
  });
  await new Promise<void>((resolve, reject) => {
    // Later ones are clients that cannot be taken, as there are too many; the others stay.
    server.on('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no TCP port');
  const disconnect = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: address.port,
    disconnect,
    close: async () => {
      disconnect();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
