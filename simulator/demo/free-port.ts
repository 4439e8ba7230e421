import { createServer } from 'node:net';

const tries = 100;

/** The first free TCP port on 127.0.0.1 from this one on. @throws Error where there is none near. */
export async function freePort(from: number): Promise<number> {
  for (let port = from; port < Math.min(from + tries, 65_536); port++) {
    if (await isFree(port)) return port;
  }
  throw new Error(`no free TCP port from ${from} to ${from + tries - 1}; choose another with --port`);
}

const isFree = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
