import UDP from 'embedded:io/socket/udp';
import type { TimeKeeperOptions } from '../app/time-keeper.ts';
import type { TimePort } from '../ports.ts';
import { bufferOf } from './buffers.ts';
import { resolve } from './resolve.ts';

const port = 123;

/** Asks time servers by UDP, with a socket for each question. */
export const timeServers =
  (time: TimePort): TimeKeeperOptions['ask'] =>
  (server, packet, done) => {
    let isOver = false;
    let socket: UDP | undefined;
    resolve(server, address => {
      if (isOver) return;
      if (address === undefined) {
        time.after(0, () => {
          if (!isOver) done(undefined, 'it has no address');
        });
        return;
      }
      try {
        const opened = new UDP({
          onReadable: packets => {
            for (let count = 0; count < packets; count++) {
              const bytes = isOver ? undefined : opened.read();
              if (bytes !== undefined) done(new Uint8Array(bytes));
            }
          },
        });
        socket = opened;
        opened.write(bufferOf(packet), address, port);
      } catch (error) {
        const why = String(error);
        time.after(0, () => {
          if (!isOver) done(undefined, why);
        });
      }
    });
    return () => {
      if (isOver) return;
      isOver = true;
      const opened = socket;
      // Outside of the socket's own callback.
      time.after(0, () => opened?.close());
    };
  };
