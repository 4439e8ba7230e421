import UDP from 'embedded:io/socket/udp';
import DnsSd from 'embedded:network/dnssd';
import Net from 'net';
import WiFi from 'wifi';
import { dnsAnswer } from '../core/dns-answer.ts';
import { bufferOf } from '../moddable/buffers.ts';
import type { Cancel, NetworkPort, Ports } from '../ports.ts';

const dnsPort = 53;
/** What ESP-IDF gives an access point. */
const ownAddress = Object.freeze([192, 168, 4, 1] as const);
const serviceType = '_joulegate._tcp';

/**
 * WiFi of a gateway that is not set up: an access point and a station at a time, by the SDK's older module, as the newer one
 * (`wifi.ts`) knows no access point. Both share the driver, so this one is used alone, and the board restarts afterwards.
 */
export function newNetwork(log: Ports['log'], onUp: () => void): NetworkPort {
  let isUp = false;
  return {
    join: ({ name, password }, changed) => {
      isUp = false;
      const options = password === undefined ? { ssid: name } : { ssid: name, password };
      const wifi = new WiFi(options, (message, reason) => {
        if (message === 'gotIP') {
          isUp = true;
          onUp();
          changed(true);
        } else if (message === 'disconnect') {
          isUp = false;
          // -1: the handshake failed, which is what a wrong password does.
          changed(false, reason === -1 ? 'password' : 'it is not there or was lost');
        }
      });
      return () => {
        isUp = false;
        wifi.close();
        WiFi.disconnect();
      };
    },
    openAccessPoint: (ssid, password) => {
      WiFi.accessPoint({ ssid, station: true, ...(password !== undefined && { password }) });
      return openCaptiveDns(log);
    },
    scan: done => {
      const found: { name: string; rssiDbm: number; isOpen: boolean }[] = [];
      try {
        WiFi.scan({}, item => {
          if (item === null) done(found);
          else found.push({ name: item.ssid, rssiDbm: item.rssi, isOpen: item.authentication === 'none' });
        });
      } catch (error) {
        log('warn', `WiFi networks cannot be looked for: ${String(error)}`);
        done(found);
      }
    },
    findHosts: found => {
      const service = new DnsSd({ socket: { io: UDP } });
      service.monitor(serviceType, (_type, { name, address, port }) => {
        if (address !== undefined && port !== undefined) found({ name, address, port });
      });
      return () => service.close();
    },
    address: () => (isUp ? addressOf('IP', 'station') : undefined),
  };
}

/** With both at a time the SDK wants to know which of them is meant; its typings do not say so. */
const addressOf: (what: 'IP', of: 'station') => string | undefined = Net.get;

/** Answers every name by the access point's own address. */
function openCaptiveDns(log: Ports['log']): Cancel {
  try {
    const socket = new UDP({
      port: dnsPort,
      onReadable: packets => {
        for (let packet = 0; packet < packets; packet++) {
          const query = socket.read();
          if (query === undefined) return;
          const answer = dnsAnswer(new Uint8Array(query), ownAddress);
          if (answer !== undefined) socket.write(bufferOf(answer), query.address, query.port);
        }
      },
    });
    return () => socket.close();
  } catch (error) {
    log('warn', `no captive DNS: ${String(error)}`);
    return () => {};
  }
}
