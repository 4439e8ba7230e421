import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { startFlaps } from '../../../simulator/network/flaps.ts';
import { TcpProxy } from '../../../simulator/network/tcp-proxy.ts';
import { until } from '../../comes-true.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A server that says back what it hears, and what it has heard. */
async function echo(): Promise<{ port: number; heard: () => string; sockets: Set<Socket> }> {
  let heard = '';
  const sockets = new Set<Socket>();
  const server: Server = createServer(socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    socket.on('data', bytes => {
      heard += bytes.toString();
      socket.write(bytes);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise(resolve => server.close(resolve));
  });
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    heard: () => heard,
    sockets,
  };
}

async function proxyTo(target: number, options: Partial<Parameters<typeof TcpProxy.start>[0]> = {}) {
  const proxy = await TcpProxy.start({ target, ...options });
  closers.push(() => proxy.close());
  return proxy;
}

async function client(port: number) {
  const socket = connect(port, '127.0.0.1');
  let got = '';
  let isClosed = false;
  socket.on('data', bytes => {
    got += bytes.toString();
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    isClosed = true;
  });
  await once(socket, 'connect');
  closers.push(() => socket.destroy());
  return { socket, got: () => got, isClosed: () => isClosed };
}

const moment = () => new Promise(resolve => setTimeout(resolve, 30));

test('what is said passes both ways, and the good-bye after it', async () => {
  const server = await echo();
  const proxy = await proxyTo(server.port);
  const { socket, got, isClosed } = await client(proxy.port);
  const words = 'x'.repeat(300_000);
  socket.end(words);
  await until(isClosed);
  expect(got()).toBe(words);
  await until(() => proxy.open === 0);
  expect(proxy.traffic).toMatchObject({ up: words.length, down: words.length, swallowed: 0 });
});

test('delays are of the clock that was given', async () => {
  const server = await echo();
  const time = new VirtualTime();
  const delayed = vi.spyOn(time, 'after');
  const proxy = await proxyTo(server.port, { time, faults: { delayMs: 60_000 } });
  const { socket, got } = await client(proxy.port);
  socket.write('hello');
  await until(() => delayed.mock.calls.length === 1);
  expect(server.heard()).toBe('');
  time.advance(60_000);
  await until(() => server.heard() === 'hello');
  await until(() => proxy.traffic.up === 5 && delayed.mock.calls.length === 2);
  time.advance(60_000);
  await until(() => got() === 'hello');
});

test('a slow way lets the sender wait and holds no more than a window', async () => {
  const server = await echo();
  const proxy = await proxyTo(server.port, { time: new VirtualTime(), faults: { bytesPerS: 1000 } });
  const { socket } = await client(proxy.port);
  const bytes = 30_000_000;
  socket.write(Buffer.alloc(bytes));
  await moment();
  await moment();
  expect(socket.writableLength).toBeGreaterThan(0);
});

test('out of reach nobody is told; back in reach all arrives', async () => {
  const server = await echo();
  const proxy = await proxyTo(server.port);
  const { socket, got, isClosed } = await client(proxy.port);
  proxy.setFaults({ passage: 'stalled' });
  socket.write('one');
  const late = await client(proxy.port);
  late.socket.write('two');
  await moment();
  expect([server.heard(), isClosed(), late.isClosed()]).toEqual(['', false, false]);
  proxy.setFaults({ passage: 'open' });
  await until(() => got() === 'one' && late.got() === 'two');
});

test('a half-open connection swallows all for ever; a new one works', async () => {
  const server = await echo();
  const proxy = await proxyTo(server.port);
  const old = await client(proxy.port);
  old.socket.write('a');
  await until(() => old.got() === 'a');
  proxy.halfOpen();
  old.socket.write('lost');
  const fresh = await client(proxy.port);
  fresh.socket.write('b');
  await until(() => fresh.got() === 'b');
  proxy.setFaults({ passage: 'open' });
  await until(() => proxy.traffic.swallowed === 4);
  await moment();
  expect([old.got(), old.isClosed(), server.sockets.size]).toEqual(['a', false, 2]);
});

test('a deaf way lets in who comes and never answers', async () => {
  const server = await echo();
  const proxy = await proxyTo(server.port, { faults: { passage: 'deaf' } });
  const { socket, got, isClosed } = await client(proxy.port);
  socket.write('hello');
  await moment();
  expect([got(), isClosed(), server.sockets.size]).toEqual(['', false, 0]);
  proxy.setFaults({ passage: 'open' });
  socket.write('still?');
  await moment();
  expect([got(), server.sockets.size]).toEqual(['', 0]);
});

test('refused: connections end and new ones are turned away', async () => {
  const server = await echo();
  const proxy = await proxyTo(server.port);
  const { isClosed } = await client(proxy.port);
  proxy.setFaults({ passage: 'refused' });
  await until(isClosed);
  const turned = connect(proxy.port, '127.0.0.1');
  turned.on('error', () => {});
  await new Promise(resolve => turned.once('close', resolve));
  expect(proxy.counts).toEqual({ connections: 1, refused: 1 });
});

test('where nobody listens behind it, who comes is turned away', async () => {
  const server = await echo();
  const proxy = await proxyTo(server.port);
  proxy.target = 1;
  const { isClosed } = await client(proxy.port);
  await until(isClosed);
  expect(proxy.open).toBe(0);
});

test('flaps come and go by the clock, the same for the same seed, and end with the way open', () => {
  const runs = [1, 2].map(() => {
    const time = new VirtualTime();
    const changes: string[] = [];
    const stop = startFlaps(
      { setFaults: ({ passage }) => changes.push(`${Math.round(time.ticksMs())} ${passage}`) },
      { time, upMs: 10_000, downMs: 2000, seed: 5 },
    );
    time.advance(3_600_000);
    stop();
    const count = changes.length;
    time.advance(3_600_000);
    expect(changes.length).toBe(count);
    expect(changes.at(-1)).toMatch(/open$/);
    return changes;
  });
  expect(runs[0]).toEqual(runs[1]);
  const refused = runs[0]?.filter(change => change.endsWith('refused')).length ?? 0;
  expect(refused).toBeGreaterThan(250);
  expect(refused).toBeLessThan(350);
});
