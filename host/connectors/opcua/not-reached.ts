import { once } from 'node:events';
import { connect } from 'node:net';
import { within } from './connect.ts';
import { faultOf, type ServerFault } from './words.ts';

/** Less than a probe takes. A server on the own network answers at once. */
const reachMs = 5000;

/** Why nobody takes a connection where a server should be, in words; undefined where somebody does. Never throws. */
export async function notReached(url: string, signal: AbortSignal): Promise<ServerFault | undefined> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) });
  try {
    await within(reachMs, once(socket, 'connect'), signal);
    return undefined;
  } catch (error) {
    return faultOf(error, 'reach', url, '');
  } finally {
    socket.on('error', () => {}).destroy();
  }
}
