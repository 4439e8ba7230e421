import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { Aedes } from 'aedes';

/** A broker as a home has one: real, retains, speaks last wills; anybody may log in with the password. */
export async function brokerElsewhere(password: string) {
  const aedes = await Aedes.createBroker({
    authenticate: (_client, _user, given, done) => done(null, given?.toString() === password),
  });
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    aedes.handle(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `mqtt://127.0.0.1:${port}`,
    /** Every connection breaks, without a word. */
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      await new Promise<void>(resolve => aedes.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
