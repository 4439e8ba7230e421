import { once } from 'node:events';
import { connect } from 'node:net';
import { within } from './within.ts';

/** Less than a probe takes. A server on the own network answers at once. */
const reachMs = 5000;

/** Whether anybody takes connections where a server should be. @throws Error of the socket, or of a timeout */
export async function reach(url: string, signal: AbortSignal): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) });
  try {
    await within(reachMs, once(socket, 'connect'), signal);
  } finally {
    socket.on('error', () => {}).destroy();
  }
}
