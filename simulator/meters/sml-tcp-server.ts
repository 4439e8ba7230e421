import type { Cancel } from '#ports';
import { listenOnTcp, sendTo } from '../line/tcp-listener.ts';
import type { SmlFaults, SmlSpoiler } from './sml-faults.ts';
import { TelegramSender, type TelegramSenderOptions } from './telegram-sender.ts';

export interface SmlTcpOptions extends TelegramSenderOptions {
  /** TCP port on 127.0.0.1; 0 takes a free one. */
  readonly port: number;
}

export interface SmlTcpServer {
  readonly port: number;
  /** Telegrams sent and spoilt since the start. */
  readonly counts: Readonly<SmlSpoiler['counts']>;
  /** Changes some faults and leaves the others as they are. */
  setFaults(faults: Partial<SmlFaults>): void;
  /** Hears what clients hear: for a wire of another kind. */
  listen(onBytes: (bytes: Uint8Array) => void): Cancel;
  /** Closes every client's connection, as a converter that restarts; they may connect again. */
  disconnect(): void;
  close(): Promise<void>;
}

/**
 * Serves a meter's infrared head over TCP, as WLAN reading heads do: telegrams one after the other at the line's
 * pace, to all who listen. Who connects in the middle hears the rest of the telegram.
 */
export async function serveSmlOverTcp(options: SmlTcpOptions): Promise<SmlTcpServer> {
  const sender = new TelegramSender(options);
  const listener = await listenOnTcp(options.port, socket => {
    const leave = sender.listen(bytes => sendTo(socket, bytes));
    socket.on('close', leave);
    // What a client sends goes nowhere, as on infrared.
    socket.resume();
  }).catch(error => {
    sender.close();
    throw error;
  });
  return {
    port: listener.port,
    counts: sender.counts,
    setFaults: faults => sender.setFaults(faults),
    listen: onBytes => sender.listen(onBytes),
    disconnect: () => listener.disconnect(),
    close: async () => {
      sender.close();
      await listener.close();
    },
  };
}
