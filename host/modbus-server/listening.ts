import { createServer } from 'node:net';
import { type Fault, fault } from '../faults/fault.ts';
import { messageOf } from '../message-of.ts';

/** Opens a port for a moment. Why it cannot be had; undefined where it can. */
export function probeListening(address: string, port: number): Promise<Fault | undefined> {
  return new Promise(resolve => {
    const server = createServer(socket => socket.destroy());
    server.on('error', error => resolve(listenFault(error, address, port)));
    server.listen(port, address, () => server.close(() => resolve(undefined)));
  });
}

/** Why a port could not be opened. */
export function listenFault(error: NodeJS.ErrnoException, address: string, port: number): Fault {
  switch (error.code) {
    case 'EADDRINUSE':
      return fault('listen.taken', { port, address });
    case 'EACCES':
      return fault('listen.forbidden', { port });
    case 'EADDRNOTAVAIL':
      return fault('listen.noAddress', { address });
    default:
      return fault('listen.failed', { port, address, said: messageOf(error) });
  }
}
