import Listener from 'embedded:io/socket/listener';
import TCP from 'embedded:io/socket/tcp';
import type { Cancel, HttpServerPort, TimePort } from '../ports.ts';
import { type ServedSocket, serve } from './http-serving.ts';

/** As many as a device has memory for; who comes beyond them is shut out at once. */
const connectionsMost = 4;

/**
 * A small HTTP server on the SDK's listener: one request a connection, bounded in bytes, connections and time. `otherPort`:
 * where it listens whatever is asked for.
 */
export const moddableHttpServer = (time: TimePort, otherPort?: number): HttpServerPort => ({
  listen: (port, answer) => {
    const open = new Set<Cancel>();
    const listener = new Listener({
      port: otherPort ?? port,
      onReadable: count => {
        for (let left = count; left > 0; left--) {
          const from = listener.read();
          if (from === undefined) return;
          if (open.size >= connectionsMost) {
            from.close();
            continue;
          }
          const cancel = serve({
            time,
            answer,
            address: from.remoteAddress ?? '',
            accept: handlers => accepted(from, time, handlers),
            closed: () => open.delete(cancel),
          });
          open.add(cancel);
        }
      },
    });
    return () => {
      listener.close();
      for (const cancel of open) cancel();
    };
  },
});

/** Its socket is closed outside of the socket's own callbacks: the SDK goes on using it. */
function accepted(
  from: TCP,
  time: TimePort,
  handlers: { onBytes: (bytes: Uint8Array) => void; onRoom: (count: number) => void; onClosed: () => void },
): ServedSocket {
  const socket = new TCP({
    from,
    onReadable: () => {
      const bytes = socket.read();
      if (bytes !== undefined) handlers.onBytes(new Uint8Array(bytes));
    },
    onWritable: count => handlers.onRoom(count),
    onError: () => handlers.onClosed(),
  });
  return {
    write: bytes => socket.write(bytes) ?? 0,
    close: () => void time.after(0, () => socket.close()),
  };
}
