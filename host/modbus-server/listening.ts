import { createServer } from 'node:net';
import { messageOf } from '../message-of.ts';

/** Opens a port for a moment. Why it cannot be had, in words for people; undefined where it can. */
export function probeListening(address: string, port: number): Promise<string | undefined> {
  return new Promise(resolve => {
    const server = createServer(socket => socket.destroy());
    server.on('error', error => resolve(listenFault(error, address, port)));
    server.listen(port, address, () => server.close(() => resolve(undefined)));
  });
}

/** Why a port could not be opened, in words for people. */
export function listenFault(error: NodeJS.ErrnoException, address: string, port: number): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `port ${port} is taken by another program at ${address}; end it, or choose another port`;
    case 'EACCES':
      return `port ${port} may not be opened by this host's user; choose one from 1024, such as 1502, or let the system pass 502 on to it`;
    case 'EADDRNOTAVAIL':
      return `${address} is no address of this machine now; choose one that is, or 0.0.0.0 for all`;
    default:
      return `port ${port} at ${address} could not be opened: ${messageOf(error)}`;
  }
}
