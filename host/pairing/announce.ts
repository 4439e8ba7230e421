import { hostname } from 'node:os';
import { Bonjour } from 'bonjour-service';
import type { Log } from '../engine.ts';
import { messageOf } from '../message-of.ts';
import type { HostSettings } from '../settings.ts';
import { isLoopback } from './reach.ts';

export interface Announcement {
  close(): Promise<void>;
}

const nothing: Announcement = { close: async () => {} };

/** RFC 6762. */
const usualMdnsPort = 5353;
/** A good-bye may take as long. */
const closeWithinMs = 1000;

/** Whether a host tells where it is: one that others can reach, unless it is told otherwise. */
export const isAnnounced = ({ announce, httpHost }: HostSettings): boolean =>
  announce === undefined ? !isLoopback(httpHost) : announce === 'yes';

/**
 * Tells the network by mDNS (`_joulegate._tcp`) where page and API are, so that new gateways find the host by themselves. A
 * network without multicast, or another program that has the port alone, is told once in the log and ends nothing.
 */
export function announce(
  settings: HostSettings,
  port: number,
  log: Log,
  mdnsPort = usualMdnsPort,
): Announcement {
  if (!isAnnounced(settings)) return nothing;
  let isToldOf = false;
  const failed = (error: unknown): void => {
    if (isToldOf) return;
    isToldOf = true;
    const why = messageOf(error);
    log(
      'warn',
      `new gateways cannot find this host by themselves (mDNS: ${why}); they can be told its address`,
    );
  };
  try {
    const bonjour = new Bonjour({ port: mdnsPort }, failed);
    // The library leaves errors of its socket to nobody, and an error that nobody hears ends the process.
    // biome-ignore lint/complexity/useLiteralKeys: its typings call it private, and there is no other way to it
    bonjour['server'].mdns.on('error', failed);
    const name = `Joulegate on ${hostname()}`.slice(0, 63);
    const service = bonjour.publish({ name, type: 'joulegate', port, txt: { v: '1' }, disableIPv6: true });
    service.on('error', failed);
    return {
      close: () =>
        new Promise(resolve => {
          const timer = setTimeout(resolve, closeWithinMs);
          bonjour.unpublishAll(() =>
            bonjour.destroy(() => {
              clearTimeout(timer);
              resolve();
            }),
          );
        }),
    };
  } catch (error) {
    failed(error);
    return nothing;
  }
}
