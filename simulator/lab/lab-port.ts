import { createServer } from 'node:net';

/** Below what systems give to outgoing connections: a host that is away comes back to ports that nobody took meanwhile. */
const lowest = 20_000;
const highest = 32_000;
const tries = 50;

/** A free TCP port on 127.0.0.1 that stays free while nobody asks for it by its number. */
export async function freeLabPort(): Promise<number> {
  for (let tried = 0; tried < tries; tried++) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    if (await isFree(port)) return port;
  }
  throw new Error(`of ${tries} TCP ports from ${lowest} to ${highest} none is free on 127.0.0.1`);
}

const isFree = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
