import { createServer, type Socket } from 'node:net';
import type { Cancel, TimePort } from '#ports';
import { at } from '../line/at.ts';
import { type SmlFaults, SmlSpoiler } from './sml-faults.ts';
import type { TelegramHead } from './telegram-head.ts';

export interface SmlTcpOptions {
  readonly time: TimePort;
  readonly head: TelegramHead;
  /** TCP port on 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  /** From one telegram's start to the next; meters send each 1 to 2 s. */
  readonly everyMs?: number;
  /** 10 bits a character (8N1); 0 sends telegrams whole. */
  readonly baud?: number;
  readonly seed?: number;
}

export interface SmlTcpServer {
  readonly port: number;
  /** Telegrams sent and spoilt since the start. */
  readonly counts: Readonly<SmlSpoiler['counts']>;
  /** Changes some faults and leaves the others as they are. */
  setFaults(faults: Partial<SmlFaults>): void;
  /** Closes every client's connection, as a converter that restarts; they may connect again. */
  disconnect(): void;
  close(): Promise<void>;
}

/** A UART's FIFO is emptied about this often. */
const bytesAtOnce = 16;

/**
 * Serves a meter's infrared head over TCP, as WLAN reading heads do: telegrams one after the other at the line's
 * pace, to all who listen. Who connects in the middle hears the rest of the telegram.
 */
export async function serveSmlOverTcp(options: SmlTcpOptions): Promise<SmlTcpServer> {
  const { time, head, everyMs = 1000, baud = 9600, seed = 1 } = options;
  const spoiler = new SmlSpoiler(seed);
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A client that breaks off closes; there is nothing to mend. What it sends goes nowhere, as on infrared.
    socket.on('error', () => {});
    socket.resume();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no TCP port');

  const characterMs = baud === 0 ? 0 : 10_000 / baud;
  const beganTicks = time.ticksMs();
  let cancelByte: Cancel | undefined;
  /** What has not gone out yet of the newest telegram. */
  let rest: Uint8Array = new Uint8Array(0);
  let cancelTelegram: Cancel | undefined;

  const write = (bytes: Uint8Array): void => {
    for (const socket of sockets) socket.write(bytes);
  };
  const sendFrom = (bytes: Uint8Array, from: number, startTicks: number): void => {
    rest = bytes.subarray(from);
    const to = baud === 0 ? bytes.length : Math.min(from + bytesAtOnce, bytes.length);
    if (from >= to) return;
    cancelByte = at(time, startTicks + to * characterMs, () => {
      write(bytes.subarray(from, to));
      sendFrom(bytes, to, startTicks);
    });
  };
  const sendTelegram = (startTicks: number): void => {
    cancelTelegram = at(time, startTicks, () => {
      cancelByte?.();
      // A machine that was busy has this to send yet; a head on a wire had sent it long ago.
      if (rest.length > 0) write(rest);
      sendFrom(spoiler.spoil(head.telegram(Math.floor((startTicks - beganTicks) / 1000))), 0, startTicks);
      sendTelegram(startTicks + everyMs);
    });
  };
  sendTelegram(beganTicks + everyMs);

  const disconnect = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: address.port,
    counts: spoiler.counts,
    setFaults: faults => {
      spoiler.faults = { ...spoiler.faults, ...faults };
    },
    disconnect,
    close: async () => {
      cancelTelegram?.();
      cancelByte?.();
      disconnect();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
