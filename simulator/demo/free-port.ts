import { createServer } from 'node:net';
import { portMistake } from '../port-mistake.ts';

const tries = 100;

/** The first free TCP port on 127.0.0.1 from this one on. @throws Error where there is none near. */
export async function freePort(from: number): Promise<number> {
  for (let port = from; port < Math.min(from + tries, 65_536); port++) {
    if ((await whyNot(port)) === undefined) return port;
  }
  throw new Error(`no free TCP port from ${from} to ${from + tries - 1}; choose another with --port`);
}

/** The port that an option names. @throws UsageError where it cannot be had now */
export async function wantedPort(option: string, port: number): Promise<number> {
  const error = await whyNot(port);
  if (error !== undefined) throw portMistake(option, port, error);
  return port;
}

/** What the system says against a port of 127.0.0.1; undefined: it is free. */
const whyNot = (port: number): Promise<Error | undefined> =>
  new Promise(resolve => {
    const server = createServer();
    server.once('error', resolve);
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(undefined)));
  });
