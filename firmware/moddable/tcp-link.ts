import TCP from 'embedded:io/socket/tcp';
import type { TimePort } from '../ports.ts';
import type { Link, LinkHandlers } from './link.ts';
import { OutQueue } from './out-queue.ts';

/** What may wait for the server to read: more than all that a gateway has in flight. */
const mostBytes = 96 * 1024;

/** Opens a TCP connection to an IPv4 address. Its socket is closed outside of the socket's own callbacks. */
export function openTcp(address: string, port: number, time: TimePort, handlers: LinkHandlers): Link {
  const queue = new OutQueue(mostBytes);
  let state: 'opening' | 'open' | 'closed' = 'opening';
  let room = 0;
  let socket: TCP | undefined;

  const close = () => {
    if (state === 'closed') return;
    state = 'closed';
    // The SDK goes on using a socket after the callback in which it was closed.
    time.after(0, () => socket?.close());
  };
  const end = (why: string) => {
    if (state === 'closed') return;
    close();
    handlers.onClosed(why);
  };
  const flush = () => {
    try {
      for (let part = queue.take(room); part !== undefined; part = queue.take(room)) {
        room = socket?.write(part) ?? 0;
      }
    } catch (error) {
      time.after(0, () => end(`sending failed: ${String(error)}`));
    }
  };
  try {
    socket = new TCP({
      address,
      port,
      nodelay: true,
      onWritable: count => {
        if (state === 'closed') return;
        room = count;
        if (state === 'opening') {
          state = 'open';
          handlers.onOpen();
        }
        flush();
      },
      onReadable: () => {
        const bytes = state === 'closed' ? undefined : socket?.read();
        if (bytes !== undefined) handlers.onBytes(new Uint8Array(bytes));
      },
      onError: () => end(state === 'opening' ? 'it cannot be reached' : 'the connection broke'),
    });
  } catch (error) {
    time.after(0, () => end(String(error)));
  }
  return {
    write: bytes => {
      if (state === 'closed' || !queue.add(bytes)) return false;
      if (state === 'open') flush();
      return true;
    },
    close,
  };
}
