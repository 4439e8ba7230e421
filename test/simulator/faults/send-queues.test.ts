import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { SendQueues } from '../../../simulator/faults/host/send-queues.ts';
import { comesTrue } from '../../comes-true.ts';

/** More than two systems take for an end that does not read. */
const tooMuch = Buffer.alloc(50_000_000);

/** The port of a server that does this with who comes. */
async function serverOf(welcome: (socket: Socket) => void): Promise<number> {
  const ends: Socket[] = [];
  const server = createServer(socket => {
    ends.push(socket.on('error', () => {}));
    welcome(socket);
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    for (const end of ends) end.destroy();
    server.close();
  });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

it.runIf(existsSync('/proc/net/tcp'))(
  'an end of the same port at another host is not taken for one that reads',
  async () => {
    const [port, otherPort] = [await serverOf(socket => socket.write(tooMuch)), await serverOf(() => {})];
    const stalled = connect({ host: '127.0.0.1', port });
    onTestFinished(() => void stalled.destroy());
    await once(stalled, 'connect');
    const localPort = stalled.localPort as number;
    const other = connect({ host: '127.0.0.1', port: otherPort, localAddress: '127.0.0.2', localPort });
    onTestFinished(() => void other.destroy());
    await once(other, 'connect');
    const queues = new SendQueues(port, [localPort]);
    await comesTrue(() => {
      const before = queues.fullMs;
      queues.look();
      expect(queues.fullMs).toBe(before);
    });
  },
);
